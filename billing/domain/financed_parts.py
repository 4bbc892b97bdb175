"""What a position was bought at: which of its grams belong to which commitment, day by day.

A firm may have committed to one material several times, at different fixed prices. Its financed grams
fill the commitments in force that day in their order (oldest first), each up to its quantity; grams
beyond all of them (a premium in kind still owed) belong to the last one. On a day on which the firm
still or already holds something and no commitment's term covers it, all of its commitments count. What of
a commitment was sold to another firm counts no more from the day of the sale on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from billing.domain.holdings import Holding
from billing.domain.periods import Period
from billing.errors import MissingFixedPrice


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """A commitment: `quantity_g` grams at a price, from its first day up to, but without, `ends_on`.

    `sold` are parts that another firm took over, each with the first day on which they count no more.
    """

    key: str
    starts_on: date
    ends_on: date | None
    quantity_g: int
    usd_per_kg: Decimal
    sold: Sequence[tuple[date, int]] = ()

    def quantity_on(self, day: date) -> int:
        """Grams that it stands for on a day, whether or not its term covers it."""
        return self.quantity_g - sum(grams for since, grams in self.sold if since <= day)


def parts_by_commitment(
    *, period: Period, financed: Sequence[Holding], commitments: Sequence[FixedPrice]
) -> dict[str, list[Holding]]:
    """Holdings of each commitment in grams, by its key; together they are the financed grams on every day.

    `financed` covers the period. Raises MissingFixedPrice for the first day with financed grams if there
    is no commitment at all.
    """
    parts: dict[str, list[Holding]] = {commitment.key: [] for commitment in commitments}
    for holding in _cut_at(period, financed, commitments):
        if holding.amount and not commitments:
            first = holding.starts_on.isoformat()
            raise MissingFixedPrice(f"Something is financed on {first} without a commitment.", on=first)
        in_force = [each for each in commitments if _is_in_force(each, holding.starts_on)] or commitments
        left = holding.amount
        for place, commitment in enumerate(in_force, start=1):
            part = left if place == len(in_force) else min(left, commitment.quantity_on(holding.starts_on))
            left -= part
            parts[commitment.key].append(Holding(holding.starts_on, holding.ends_on, part))
    return parts


def _cut_at(period: Period, financed: Sequence[Holding], commitments: Sequence[FixedPrice]) -> list[Holding]:
    """The holdings, cut further where a commitment begins or ends, or a part of it is sold."""
    days = {each.starts_on for each in commitments} | {each.ends_on for each in commitments if each.ends_on}
    days |= {day for each in commitments for day, _ in each.sold}
    cuts = sorted(day for day in days if period.starts_on < day < period.ends_on)
    pieces = []
    for holding in financed:
        inside = [day for day in cuts if holding.starts_on < day < holding.ends_on]
        edges = [holding.starts_on, *inside, holding.ends_on]
        pieces += [Holding(start, end, holding.amount) for start, end in pairwise(edges)]
    return pieces


def _is_in_force(commitment: FixedPrice, day: date) -> bool:
    is_in_term = commitment.starts_on <= day and (commitment.ends_on is None or day < commitment.ends_on)
    return is_in_term and commitment.quantity_on(day) > 0
