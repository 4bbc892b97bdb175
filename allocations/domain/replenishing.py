"""What brought-back material restores, and when it is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.domain.quantities import share_by_largest_remainder


@dataclass(frozen=True, slots=True)
class Debt:
    """What a drawdown took and what came back so far, in grams."""

    own_g: int
    unattributed_g: int
    borrowed_g: int
    replenished_g: int
    returned_to_lenders_g: int

    @property
    def outstanding_g(self) -> int:
        """What must still be brought back."""
        return self.own_g + self.unattributed_g + self.borrowed_g - self.replenished_g


@dataclass(frozen=True, slots=True)
class Restoration:
    """What one delivery restores, in grams: lenders, unattributed stock, the own position."""

    to_lenders_g: int
    to_unattributed_g: int
    to_position_g: int


def split_replenishment(*, debt: Debt, quantity_g: int) -> Restoration:
    """Lenders first, then unattributed stock, then the own position: the way it was taken, backwards."""
    to_lenders = min(quantity_g, debt.borrowed_g - debt.returned_to_lenders_g)
    returned_to_reserve = min(debt.replenished_g - debt.returned_to_lenders_g, debt.unattributed_g)
    to_unattributed = min(quantity_g - to_lenders, debt.unattributed_g - returned_to_reserve)
    return Restoration(to_lenders, to_unattributed, quantity_g - to_lenders - to_unattributed)


def share_among_lenders(*, quantity_g: int, lent_g: Mapping[str, int]) -> dict[str, int]:
    """Grams by lender, in proportion to what each is still owed; ties by firm id."""
    lenders = sorted(lent_g)
    shares = share_by_largest_remainder(total=quantity_g, weights=[lent_g[firm] for firm in lenders])
    return {firm: grams for firm, grams in zip(lenders, shares, strict=True) if grams}


def due_date(*, delivered_on: date, replenishment_days: int) -> date:
    """The last day on which the replenishment is in time."""
    return delivered_on + timedelta(days=replenishment_days)


def clock_stop_days(*, delivered_on: date, disruption_from: date, disruption_until: date) -> int:
    """Days by which a disruption stopped a replenishment's clock."""
    return max(0, (disruption_until - max(delivered_on, disruption_from)).days)
