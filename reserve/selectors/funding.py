"""Reads of the money: what is committed, drawn, kept for orders, owed and left."""

from dataclasses import dataclass

from ledger.selectors import get_balances, list_balances_under
from reserve.domain import accounts
from reserve.models import FundingTranche


@dataclass(frozen=True, slots=True)
class TrancheLine:
    """One tranche in cents."""

    code: str
    kind: str
    limit_cents: int
    drawn_cents: int
    undrawn_cents: int


@dataclass(frozen=True, slots=True)
class Funding:
    """The reserve's purchasing power in cents. New orders may be worth at most `headroom_cents`."""

    cash_cents: int
    undrawn_cents: int
    ordered_cents: int
    payable_cents: int
    headroom_cents: int
    tranches: list[TrancheLine]


def get_funding() -> Funding:
    """Cash, undrawn committed funding, what open orders keep, what traders are owed, and what is left."""
    rows = list(FundingTranche.objects.order_by("draw_order", "code"))
    fixed = get_balances(
        paths=[accounts.CASH, accounts.HEADROOM, *(accounts.funding(row.code) for row in rows)]
    )
    tranches = [
        TrancheLine(
            code=row.code,
            kind=row.kind,
            limit_cents=row.limit_cents,
            undrawn_cents=fixed[accounts.funding(row.code)].posted,
            drawn_cents=row.limit_cents - fixed[accounts.funding(row.code)].posted,
        )
        for row in rows
    ]
    return Funding(
        cash_cents=fixed[accounts.CASH].available,
        undrawn_cents=sum(tranche.undrawn_cents for tranche in tranches),
        ordered_cents=sum(balance.posted for balance in list_balances_under(prefix="ordered/")),
        payable_cents=-sum(balance.posted for balance in list_balances_under(prefix="payable/")),
        headroom_cents=fixed[accounts.HEADROOM].available,
        tranches=tranches,
    )
