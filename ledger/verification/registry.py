"""The list of checks, and what they answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.domain.numbers import JOURNAL_BITS

LOWEST, HIGHEST = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that breaks an invariant: `row` is "<table> <id>", `message` says how.

    `check` names the check it belongs to, if that isn't the one that found it.
    """

    row: str
    message: str
    check: str | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found; `number` is its place in the order the checks were registered."""

    number: int
    name: str
    invariant: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether the invariant holds."""
        return not self.findings


class JournalRange(NamedTuple):
    """The journals from one number to another, both included, whether they exist or not."""

    first: int = LOWEST
    last: int = HIGHEST

    @property
    def first_transfer(self) -> int:
        """The lowest number a transfer of them can have."""
        return max(self.first << JOURNAL_BITS, LOWEST)

    @property
    def last_transfer(self) -> int:
        """The highest number a transfer of them can have."""
        return min(((self.last + 1) << JOURNAL_BITS) - 1, HIGHEST)

    def bounds(self) -> dict[str, int]:
        """Parameters of a query of these journals."""
        return {
            "first": self.first,
            "last": self.last,
            "first_transfer": self.first_transfer,
            "last_transfer": self.last_transfer,
        }


Check = Callable[[], Iterable[Finding]]
RangeCheck = Callable[[JournalRange], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Registered:
    """A check as verification knows it: of everything at once, or of a range of journals at a time.

    Only what looks at ranges, or is quick, is part of verifying what is new.
    """

    invariant: str
    whole: Check | None = None
    ranged: RangeCheck | None = None
    is_quick: bool = False


_CHECKS: dict[str, Registered] = {}


def register_check(*, name: str, invariant: str, check: Check, is_quick: bool = False) -> None:
    """Add a check to every verification from now on; call it in an app's `AppConfig.ready`."""
    _CHECKS[name] = Registered(invariant, whole=check, is_quick=is_quick)


def register_range_check(*, name: str, invariant: str, check: RangeCheck) -> None:
    """Add a check that looks at the journals of a range, and so at those that are new."""
    _CHECKS[name] = Registered(invariant, ranged=check)


def registered_checks() -> dict[str, Registered]:
    """Every check by name, in the order they were registered."""
    return dict(_CHECKS)
