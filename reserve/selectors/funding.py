"""Reads of the money: what is committed, drawn, kept for orders, owed and left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from ledger.domain.quantities import cost_cents
from ledger.selectors import get_balances, list_balances_under
from reserve.domain import accounts
from reserve.models import FundingCeiling, FundingLapse, FundingRate, FundingTranche, PurchaseOrder
from reserve.selectors.loans import first_day_of
from reserve.selectors.materials import today


@dataclass(frozen=True, slots=True)
class TrancheLine:
    """One tranche in cents. `principal_cents` is drawn and capitalised, less what was repaid."""

    code: str
    kind: str
    currency: str
    limit_cents: int
    drawn_cents: int
    undrawn_cents: int
    lapsed_cents: int
    principal_cents: int
    interest_owed_cents: int
    fees_owed_cents: int
    annual_rate_percent: Decimal
    commitment_fee_percent: Decimal
    day_count: str
    interest_period_months: int
    interest_settlement: str
    payment_due_days: int
    available_from: date
    available_until: date | None
    matures_on: date | None


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The limit of all purchases together that needs a further authority, in cents."""

    limit_cents: int
    left_cents: int
    authority_reference: str


@dataclass(frozen=True, slots=True)
class Funding:
    """The reserve's purchasing power in cents. New orders may be worth at most `purchasable_cents`."""

    cash_cents: int
    undrawn_cents: int
    ordered_cents: int
    payable_cents: int
    headroom_cents: int
    purchasable_cents: int
    interest_owed_cents: int
    fees_owed_cents: int
    ceiling: Ceiling | None
    tranches: list[TrancheLine]


def get_funding() -> Funding:
    """Cash, undrawn funding, what open orders keep, what traders and lenders are owed, what is left."""
    rows = list(FundingTranche.objects.order_by("draw_order", "code"))
    fixed = get_balances(
        paths=[
            accounts.CASH,
            accounts.HEADROOM,
            accounts.CEILING,
            *(accounts.funding(row.code) for row in rows),
        ]
    )
    owed = {balance.path: -balance.posted for balance in list_balances_under(prefix="loan/")}
    lapsed = dict(
        FundingLapse.objects.values_list("tranche_id").annotate(total=Sum("amount_cents")).order_by()
    )
    rates = _rates_in_force(rows, today())
    tranches = [
        _line_of(
            row, fixed[accounts.funding(row.code)].posted, owed, int(lapsed.get(row.id, 0)), rates[row.id]
        )
        for row in rows
    ]
    ceiling = _ceiling_of(fixed[accounts.CEILING].available)
    headroom = fixed[accounts.HEADROOM].available
    return Funding(
        cash_cents=fixed[accounts.CASH].available,
        undrawn_cents=sum(tranche.undrawn_cents for tranche in tranches),
        ordered_cents=sum(balance.posted for balance in list_balances_under(prefix="ordered/")),
        payable_cents=-sum(balance.posted for balance in list_balances_under(prefix="payable/")),
        headroom_cents=headroom,
        purchasable_cents=headroom if ceiling is None else min(headroom, ceiling.left_cents),
        interest_owed_cents=sum(tranche.interest_owed_cents for tranche in tranches),
        fees_owed_cents=sum(tranche.fees_owed_cents for tranche in tranches),
        ceiling=ceiling,
        tranches=tranches,
    )


def get_ceiling() -> FundingCeiling | None:
    """The ceiling in force; None where there is none."""
    return FundingCeiling.objects.order_by("-id").first()


def get_committed_cents() -> int:
    """The worth of all purchase orders: the whole of an open one, what came of a closed one."""
    total = PurchaseOrder.objects.filter(state=PurchaseOrder.State.OPEN).aggregate(sum=Sum("value_cents"))[
        "sum"
    ]
    closed = PurchaseOrder.objects.filter(state=PurchaseOrder.State.CLOSED).values_list(
        "accepted_g", "price_usd_per_kg"
    )
    return int(total or 0) + sum(
        cost_cents(quantity_g=grams, price_usd_per_kg=price) for grams, price in closed.iterator()
    )


def _ceiling_of(left_cents: int) -> Ceiling | None:
    row = get_ceiling()
    return None if row is None else Ceiling(row.limit_cents, left_cents, row.authority_reference)


def _rates_in_force(rows: Sequence[FundingTranche], day: date) -> dict[int, dict[str, Decimal]]:
    """Rates of a day by tranche and kind, in one query."""
    rates: dict[int, dict[str, Decimal]] = {
        row.id: {
            FundingRate.Kind.INTEREST: row.annual_rate_percent,
            FundingRate.Kind.COMMITMENT_FEE: row.commitment_fee_percent,
        }
        for row in rows
    }
    for rate in FundingRate.objects.filter(starts_on__lte=day).order_by("starts_on", "id"):
        rates[rate.tranche_id][rate.kind] = rate.annual_rate_percent
    return rates


def _line_of(
    row: FundingTranche, undrawn: int, owed: dict[str, int], lapsed: int, rates: dict[str, Decimal]
) -> TrancheLine:
    drawn = row.limit_cents - undrawn - lapsed
    principal = owed.get(accounts.drawn(row.code, row.kind), 0)
    return TrancheLine(
        code=row.code,
        kind=row.kind,
        currency=row.currency,
        limit_cents=row.limit_cents,
        drawn_cents=drawn,
        undrawn_cents=undrawn,
        lapsed_cents=lapsed,
        principal_cents=principal if row.kind == FundingTranche.Kind.LOAN else drawn,
        interest_owed_cents=owed.get(accounts.loan_interest(row.code), 0),
        fees_owed_cents=owed.get(accounts.loan_fees(row.code), 0),
        annual_rate_percent=rates[FundingRate.Kind.INTEREST],
        commitment_fee_percent=rates[FundingRate.Kind.COMMITMENT_FEE],
        day_count=row.day_count,
        interest_period_months=row.interest_period_months,
        interest_settlement=row.interest_settlement,
        payment_due_days=row.payment_due_days,
        available_from=first_day_of(row),
        available_until=row.available_until,
        matures_on=row.matures_on,
    )
