"""What a division starts from: the claims, the pool, and the rules that were in force.

A mass is an integer number of grams. Only the calculator's `exact` rounding works in fractions of
a gram; then every mass of the problem may be a `Fraction`. Nothing here is ever a float.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

Mass = int | Fraction


class Rule(StrEnum):
    """Who gets how much of a pool that is too small (domain, 7.1)."""

    POSITION_FIRST = "position_first"
    PRO_RATA_RIGHT = "pro_rata_right"
    PRO_RATA_REQUEST = "pro_rata_request"
    WEIGHTED = "weighted"
    PRIORITY = "priority"
    IEA = "iea"
    EQUAL_AWARDS = "equal_awards"
    EQUAL_LOSSES = "equal_losses"
    TALMUD = "talmud"


class Rounding(StrEnum):
    """How exact shares become whole allocation units (domain, 7.1)."""

    SAINTE_LAGUE = "sainte_lague"
    LARGEST_REMAINDER = "largest_remainder"
    DOWN = "down"
    UP_TO_MULTIPLE = "up_to_multiple"
    EXACT = "exact"


class MinimumPolicy(StrEnum):
    """What happens to a firm whose award is below its minimum acceptable quantity."""

    DROP_AND_RECOMPUTE = "drop_and_recompute"
    LEAVE_UNALLOCATED = "leave_unallocated"


@dataclass(frozen=True, slots=True)
class Claim:
    """One firm's line of a round.

    `right` None means that no drawdown right caps the request. `already_awarded` is what earlier
    rounds of the same disruption gave, `outstanding` what the firm has out besides; `position` is the
    position before any of those awards.
    """

    id: str
    request: Mass
    right: Mass | None = None
    position: Mass = 0
    weight: Mass | None = None
    minimum: Mass = 0
    priority: int = 1
    group: str | None = None
    submitted_at: datetime | None = None
    already_awarded: Mass = 0
    outstanding: Mass = 0

    @property
    def claimed(self) -> Mass:
        """The request, or what is left of the right where that is less; never negative."""
        if self.right is None:
            return self.request
        return max(0, min(self.request, self.right - self.already_awarded - self.outstanding))


@dataclass(frozen=True, slots=True)
class Terms:
    """The policy values a division was made under. `unit` is the smallest awardable mass."""

    rule: Rule
    rounding: Rounding
    unit: Mass
    inner_rule: Rule | None = None
    minimum_policy: MinimumPolicy = MinimumPolicy.DROP_AND_RECOMPUTE

    @property
    def sharing_rule(self) -> Rule:
        """The rule inside a class: `inner_rule` where classes are served in order."""
        return self.inner_rule if self.inner_rule is not None else self.rule

    @property
    def is_cumulative(self) -> bool:
        """Whether earlier awards count into the target (Sainte-Laguë on the disruption's total)."""
        return self.rounding is Rounding.SAINTE_LAGUE


@dataclass(frozen=True, slots=True)
class Problem:
    """A pool to divide among claims under terms."""

    terms: Terms
    pool: Mass
    claims: Sequence[Claim]
