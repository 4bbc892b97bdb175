"""A whole division: awards of all claims, with minimum acceptable quantities."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from allocations.domain.certificate import Certificate
from allocations.domain.claims import Mass, MinimumPolicy, Problem
from allocations.domain.remainders import tie_order
from allocations.domain.requesters import requester_of
from allocations.domain.sharing import Division, divide, divide_exactly

COARSE_POOL_UNITS = 25
"""Under this many units of pool per firm, whole units leave small firms with little or nothing."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """The result, in the order of the claims.

    `exact` is each award before rounding. `level` is that of the last tier the pool reached, None
    where everybody gets the claim. `refused` holds the indices that fell below their minimum.
    `unallocated` is negative where rounding up exceeded the pool.
    """

    problem: Problem
    awards: tuple[Mass, ...]
    exact: tuple[Mass, ...]
    level: Fraction | None
    certificate: Certificate
    refused: frozenset[int]

    @property
    def granted(self) -> Mass:
        """The sum of all awards."""
        return sum(self.awards, start=0)

    @property
    def unallocated(self) -> Mass:
        """What stays in the pool."""
        return self.problem.pool - self.granted

    @property
    def is_coarse(self) -> bool:
        """Whether the pool is under 25 units per claim on average, so that units hurt small firms."""
        claims = len(self.problem.claims)
        return 0 < self.problem.pool < COARSE_POOL_UNITS * self.problem.terms.unit * claims


def _below_minimum(problem: Problem, division: Division) -> list[int]:
    return [index for index, amount in division.amounts.items() if amount < problem.claims[index].minimum]


def _first_to_drop(problem: Problem, division: Division, below: Sequence[int]) -> int:
    """The claim that got the smallest part of its minimum; in a tie, the one that loses ties."""
    parts = {index: Fraction(division.amounts[index], problem.claims[index].minimum) for index in below}
    smallest = min(parts.values())
    tied = [index for index in below if parts[index] == smallest]
    return max(
        tied,
        key=lambda index: tie_order(requester_of(index, problem.claims[index], problem.terms), problem.terms),
    )


def _drop_until_met(problem: Problem) -> tuple[Division, dict[int, Certificate]]:
    standing = list(range(len(problem.claims)))
    refused: dict[int, Certificate] = {}
    while True:
        division = divide(problem, standing)
        below = _below_minimum(problem, division)
        if not below:
            return division, refused
        index = _first_to_drop(problem, division, below)
        refused[index] = division.certificate
        standing.remove(index)


def _leave_unallocated(problem: Problem) -> tuple[Division, dict[int, Certificate]]:
    division = divide(problem, range(len(problem.claims)))
    refused = dict.fromkeys(_below_minimum(problem, division), division.certificate)
    kept = {index: 0 if index in refused else amount for index, amount in division.amounts.items()}
    return Division(kept, division.certificate), refused


def allocate(problem: Problem) -> Allocation:
    """Divide the pool. Pure: equal problems give equal results, whatever else happens.

    Firms below their minimum are dropped one at a time, the one furthest below first, because
    what it leaves may lift another over its minimum.
    """
    if problem.terms.minimum_policy is MinimumPolicy.LEAVE_UNALLOCATED:
        division, refused = _leave_unallocated(problem)
        standing = list(range(len(problem.claims)))
    else:
        division, refused = _drop_until_met(problem)
        standing = [index for index in range(len(problem.claims)) if index not in refused]
    exact = divide_exactly(problem, standing)
    return Allocation(
        problem=problem,
        awards=tuple(division.amounts.get(index, 0) for index in range(len(problem.claims))),
        exact=tuple(exact.amounts.get(index, 0) for index in range(len(problem.claims))),
        level=exact.certificate.pour.level,
        certificate=replace(division.certificate, refused_in=refused),
        refused=frozenset(refused),
    )
