"""The list of checks and how they are run."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ledger.selectors import one_state


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that breaks an invariant: `row` is "<table> <id>", `message` says how."""

    row: str
    message: str


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


Check = Callable[[], Iterable[Finding]]
_CHECKS: dict[str, tuple[str, Check]] = {}


def register_check(*, name: str, invariant: str, check: Check) -> None:
    """Add a check to every verification from now on; call it in an app's `AppConfig.ready`."""
    _CHECKS[name] = (invariant, check)


def verify_ledger() -> list[CheckResult]:
    """Run every check, in the order they were registered, all on one state of the database."""
    return list(run_checks())


def run_checks() -> Iterator[CheckResult]:
    """Run the checks one by one, so that a caller can show how far it is."""
    with one_state():
        for number, (name, (invariant, check)) in enumerate(_CHECKS.items(), start=1):
            yield CheckResult(number, name, invariant, list(check()))
