"""From whom and from where material is taken: facilities, own positions, unattributed stock, lenders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.domain.quantities import share_by_largest_remainder


@dataclass(frozen=True, slots=True)
class Sources:
    """Where one award comes from. `lenders` are firm ids with the grams each lends."""

    own_g: int
    unattributed_g: int
    lenders: tuple[tuple[str, int], ...] = ()

    @property
    def borrowed_g(self) -> int:
        """Grams from other firms' positions."""
        return sum(grams for _, grams in self.lenders)


def source_awards(
    *, awards: Mapping[str, int], positions: Mapping[str, int], unattributed_g: int
) -> dict[str, Sources]:
    """Sources of every award, by firm id: own position first, then unattributed stock, then others.

    Where unattributed stock falls short it is shared among those who need it in proportion to their
    need. What others' remaining positions must lend is shared among the lenders in proportion to
    these. Whole grams by largest remainder, ties by firm id. Raises ValueError if there is too little.
    """
    firms = sorted(awards)
    own = {firm: min(awards[firm], positions.get(firm, 0)) for firm in firms}
    lacking = [awards[firm] - own[firm] for firm in firms]
    free = _shares_up_to(unattributed_g, lacking)
    borrowed = {firm: lacks - part for firm, lacks, part in zip(firms, lacking, free, strict=True)}
    left = {firm: held - own.get(firm, 0) for firm, held in positions.items()}
    loans = _matched(borrowed, _lent_by(left, sum(borrowed.values())))
    return {
        firm: Sources(own[firm], part, tuple(loans[firm])) for firm, part in zip(firms, free, strict=True)
    }


def _shares_up_to(stock_g: int, needs: Sequence[int]) -> list[int]:
    if stock_g >= sum(needs):
        return list(needs)
    return share_by_largest_remainder(total=stock_g, weights=needs)


def _lent_by(left: Mapping[str, int], wanted_g: int) -> dict[str, int]:
    lenders = sorted(firm for firm, grams in left.items() if grams > 0)
    weights = [left[firm] for firm in lenders]
    if wanted_g > sum(weights):
        raise ValueError("the positions hold less than what is to be lent")
    shares = share_by_largest_remainder(total=wanted_g, weights=weights)
    return {firm: grams for firm, grams in zip(lenders, shares, strict=True) if grams}


def _matched(wanted: Mapping[str, int], offered: Mapping[str, int]) -> dict[str, list[tuple[str, int]]]:
    """Who takes from whom: both in order, so that there are at most as many loans as parties."""
    loans: dict[str, list[tuple[str, int]]] = {firm: [] for firm in wanted}
    lenders = iter(sorted(offered.items()))
    lender, left = "", 0
    for firm in sorted(wanted):
        needed = wanted[firm]
        while needed:
            if not left:
                lender, left = next(lenders)
            taken = min(needed, left)
            loans[firm].append((lender, taken))
            needed, left = needed - taken, left - taken
    return loans


def pick_facilities(
    *, quantities: Sequence[int], stock: Mapping[str, int], wished: str | None = None
) -> list[list[tuple[str, int]]]:
    """From which facilities each quantity is taken, in order: the wished one, then by most stock.

    Raises ValueError if they hold too little together.
    """
    order = sorted(stock, key=lambda code: (code != wished, -stock[code], code))
    places = iter([(code, stock[code]) for code in order if stock[code] > 0])
    picks: list[list[tuple[str, int]]] = []
    code, left = "", 0
    for quantity in quantities:
        pick: list[tuple[str, int]] = []
        while quantity:
            if not left:
                code, left = next(places, ("", 0))
                if not left:
                    raise ValueError("the facilities hold less than what is to be taken")
            taken = min(quantity, left)
            pick.append((code, taken))
            quantity, left = quantity - taken, left - taken
        picks.append(pick)
    return picks
