"""How unattributed stock is divided over open commitments. docs/algorithms/attribution.md explains it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.domain.quantities import share_by_largest_remainder


@dataclass(frozen=True, slots=True)
class OpenCommitment:
    """One firm's commitment to one material, in grams."""

    firm_id: str
    quantity_g: int


def share_pro_rata_unfilled(*, stock_g: int, unfilled_g: Sequence[int]) -> list[int]:
    """Shares of the stock in proportion to what each still lacks, never more than it lacks.

    Whole grams by largest remainder, ties to the first. With less stock than is lacking altogether
    the ideal share is below what is lacking, so rounding it up can't go beyond.
    """
    if stock_g >= sum(unfilled_g):
        return list(unfilled_g)
    return share_by_largest_remainder(total=stock_g, weights=unfilled_g)


def share_oldest_first(
    *, stock_g: int, commitments: Sequence[OpenCommitment], unfilled_g: Mapping[str, int]
) -> dict[str, int]:
    """Grams by firm when commitments are filled one after the other, in the order given (oldest first).

    `unfilled_g` is what each firm lacks over all its commitments; its older ones count as filled first.
    """
    filled_g = _filled_by_firm(commitments, unfilled_g)
    shares: dict[str, int] = defaultdict(int)
    for commitment in commitments:
        already = min(filled_g[commitment.firm_id], commitment.quantity_g)
        filled_g[commitment.firm_id] -= already
        share = min(commitment.quantity_g - already, stock_g)
        shares[commitment.firm_id] += share
        stock_g -= share
    return dict(shares)


def _filled_by_firm(commitments: Sequence[OpenCommitment], unfilled_g: Mapping[str, int]) -> dict[str, int]:
    filled: dict[str, int] = defaultdict(int)
    for commitment in commitments:
        filled[commitment.firm_id] += commitment.quantity_g
    return {firm: quantity - unfilled_g.get(firm, 0) for firm, quantity in filled.items()}
