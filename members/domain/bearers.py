"""Whose title stock is taken from when it is lost or counts nowhere for a time. docs/algorithms/lots.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from members.domain.attribution import share_pro_rata_unfilled


@dataclass(frozen=True, slots=True)
class Title:
    """Grams nobody holds, and grams by the id of the firm that holds them."""

    unattributed_g: int = 0
    positions_g: Mapping[str, int] = field(default_factory=dict)

    @property
    def total_g(self) -> int:
        """All of it."""
        return self.unattributed_g + sum(self.positions_g.values())

    def without(self, other: "Title") -> "Title":
        """What is left when the other, which is part of it, is taken away."""
        left = {firm: grams - other.positions_g.get(firm, 0) for firm, grams in self.positions_g.items()}
        return Title(
            self.unattributed_g - other.unattributed_g, {firm: grams for firm, grams in left.items() if grams}
        )


def share_among_bearers(*, quantity_g: int, title: Title) -> Title:
    """The part of the title that `quantity_g` is taken from: unattributed first, then positions pro rata.

    Whole grams by largest remainder, ties to the lower firm id; nobody gives more than it has. The
    quantity must not exceed the title; ValueError if it does.
    """
    if quantity_g > title.total_g:
        raise ValueError("more than there is can't be taken")
    unattributed = min(quantity_g, title.unattributed_g)
    firms = sorted(firm for firm, grams in title.positions_g.items() if grams)
    parts = share_pro_rata_unfilled(
        stock_g=quantity_g - unattributed, unfilled_g=[title.positions_g[firm] for firm in firms]
    )
    return Title(unattributed, {firm: part for firm, part in zip(firms, parts, strict=True) if part})
