"""Slow, obvious implementations that the kernels are compared with on small problems."""

from collections.abc import Sequence
from fractions import Fraction


def kernel(pool: int, caps: Sequence[int], weights: Sequence[Fraction]) -> list[Fraction]:
    """`min(cap, level * weight)` by sharing, capping and sharing again (weights are positive)."""
    awards = [Fraction(0)] * len(caps)
    standing = [place for place, cap in enumerate(caps) if cap > 0]
    left = Fraction(min(pool, sum(caps)))
    while standing:
        whole = sum((weights[place] for place in standing), start=Fraction(0))
        shares = {place: left * weights[place] / whole for place in standing}
        capped = [place for place in standing if shares[place] >= caps[place]]
        if not capped:
            for place in standing:
                awards[place] = shares[place]
            return awards
        for place in capped:
            awards[place] = Fraction(caps[place])
            left -= caps[place]
            standing.remove(place)
    return awards


def webster(pool_units: int, caps: Sequence[int], weights: Sequence[Fraction]) -> list[int]:
    """Capped Webster one unit at a time: the highest weight / (2 * seats + 1) gets the next.

    Ties: larger weight, then larger cap, then list order.
    """
    seats = [0] * len(caps)
    for _ in range(pool_units):
        room = [place for place in range(len(caps)) if seats[place] < caps[place]]
        if not room:
            break
        best = min(
            room,
            key=lambda place: (
                -Fraction(weights[place]) / (2 * seats[place] + 1),
                -weights[place],
                -caps[place],
                place,
            ),
        )
        seats[best] += 1
    return seats


def equal_losses(pool: int, claims: Sequence[int]) -> list[Fraction]:
    """Constrained equal losses: share the loss equally, drop whoever would go below zero, repeat."""
    standing = list(range(len(claims)))
    awards = [Fraction(0)] * len(claims)
    while standing:
        loss = Fraction(sum(claims[place] for place in standing) - pool, len(standing))
        below = [place for place in standing if claims[place] < loss]
        if not below:
            for place in standing:
                awards[place] = claims[place] - max(loss, Fraction(0))
            return awards
        standing = [place for place in standing if place not in below]
    return awards


def contested_garment(pool: Fraction, first: int, second: int) -> tuple[Fraction, Fraction]:
    """The Talmud's division between two: each concedes what it doesn't claim, the rest is halved."""
    conceded_to_first = max(pool - second, Fraction(0))
    conceded_to_second = max(pool - first, Fraction(0))
    contested = pool - conceded_to_first - conceded_to_second
    return conceded_to_first + contested / 2, conceded_to_second + contested / 2
