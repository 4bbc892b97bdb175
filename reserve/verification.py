"""Cross-checks between the reserve's records and the ledger, run by `manage.py verify`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet, Sum

from ledger.domain.quantities import cost_cents
from ledger.models import Transfer
from ledger.selectors import list_balances_under
from ledger.verification import Finding, register_check
from reserve.domain import accounts
from reserve.domain.loans import AccrualKind
from reserve.models import (
    FundingDraw,
    FundingLapse,
    FundingTranche,
    LoanAccrual,
    LoanPayment,
    Lot,
    PurchaseOrder,
)
from reserve.selectors.funding import get_ceiling, get_committed_cents, get_funding


def register_checks() -> None:
    """Make the checks part of every verification."""
    register_check(
        name="reserve lots in quarantine",
        invariant="Each facility's quarantine of a material holds the net weight of its waiting lots.",
        check=check_quarantine,
    )
    register_check(
        name="reserve accepted lots",
        invariant="What acceptances brought into custody is the net weight of the accepted lots.",
        check=check_accepted_lots,
    )
    register_check(
        name="reserve open orders",
        invariant="Funding kept for a material is the undelivered value of its open purchase orders.",
        check=check_open_orders,
    )
    register_check(
        name="reserve payables",
        invariant="What a trader is owed is the value of its accepted, unpaid lots.",
        check=check_payables,
    )
    register_check(
        name="reserve tranches",
        invariant="Undrawn funding of a tranche is its limit less its draws and what lapsed.",
        check=check_tranches,
    )
    register_check(
        name="reserve loans",
        invariant="What a loan's accounts hold is what its draws, accruals and payments add up to.",
        check=check_loans,
    )
    register_check(
        name="reserve ceiling",
        invariant="What is left of the ceiling is its limit less everything ordered.",
        check=check_ceiling,
    )
    register_check(
        name="reserve funded purchases",
        invariant="Headroom, open orders and payables never exceed cash and undrawn funding.",
        check=check_funded_purchases,
    )


def check_quarantine() -> Iterator[Finding]:
    """Waiting lots against quarantine accounts."""
    expected = _lot_weights(Lot.State.QUARANTINED)
    wanted = {accounts.quarantine(*place): grams for place, grams in expected.items()}
    yield from _differences(_balances("quarantine/"), wanted, "g in quarantine", "g of waiting lots")


def check_accepted_lots() -> Iterator[Finding]:
    """Accepted lots against what their journals moved into custody."""
    moved = (
        Transfer.objects.filter(journal__kind="reserve.lot_accepted", target__path__startswith="custody/")
        .values_list("target__path")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    expected = _lot_weights(Lot.State.ACCEPTED)
    wanted = {accounts.custody(*place): grams for place, grams in expected.items()}
    yield from _differences(
        {path: int(total) for path, total in moved}, wanted, "g accepted by journals", "g of accepted lots"
    )


def check_open_orders() -> Iterator[Finding]:
    """Value of open orders against the accounts that keep their funding."""
    wanted: dict[str, int] = defaultdict(int)
    for order in PurchaseOrder.objects.filter(state=PurchaseOrder.State.OPEN).select_related("material"):
        accepted = cost_cents(quantity_g=order.accepted_g, price_usd_per_kg=order.price_usd_per_kg)
        wanted[accounts.ordered(order.material.code)] += order.value_cents - accepted
    yield from _differences(_balances("ordered/"), wanted, "cents kept", "cents of open orders")


def check_payables() -> Iterator[Finding]:
    """Accepted, unpaid lots against what traders are owed."""
    owed = (
        Lot.objects.filter(state=Lot.State.ACCEPTED, payment=None, purchase_order__isnull=False)
        .values_list("purchase_order__trader__code")
        .annotate(total=Sum("value_cents"))
        .order_by()
    )
    wanted = {accounts.payable(code): -int(total or 0) for code, total in owed}
    yield from _differences(_balances("payable/"), wanted, "cents in the account", "cents by unpaid lots")


def check_tranches() -> Iterator[Finding]:
    """Limits, draws and lapses against undrawn funding."""
    drawn = _sums(FundingDraw.objects.filter(reversal=None))
    lapsed = _sums(FundingLapse.objects.all())
    wanted = {
        accounts.funding(row.code): row.limit_cents - drawn.get(row.id, 0) - lapsed.get(row.id, 0)
        for row in FundingTranche.objects.all()
    }
    yield from _differences(
        _balances("funding/"), wanted, "cents undrawn", "cents by limit, draws and lapses"
    )


def check_loans() -> Iterator[Finding]:
    """Draws, accruals and payments against what the lender's accounts say is owed."""
    wanted: dict[str, int] = {}
    drawn = _sums(FundingDraw.objects.filter(reversal=None))
    accrued = {kind: _sums(LoanAccrual.objects.filter(kind=kind)) for kind in AccrualKind}
    paid = {
        purpose: _sums(LoanPayment.objects.filter(purpose=purpose, reversal=None))
        for purpose in LoanPayment.Purpose
    }
    for row in FundingTranche.objects.filter(kind=FundingTranche.Kind.LOAN):
        capitalised = accrued[AccrualKind.CAPITALISATION].get(row.id, 0)
        principal = drawn.get(row.id, 0) + capitalised - paid[LoanPayment.Purpose.PRINCIPAL].get(row.id, 0)
        interest = accrued[AccrualKind.INTEREST].get(row.id, 0) - capitalised
        fees = accrued[AccrualKind.COMMITMENT_FEE].get(row.id, 0) + row.upfront_fee_cents
        wanted[accounts.drawn(row.code, row.kind)] = -principal
        wanted[accounts.loan_interest(row.code)] = (
            paid[LoanPayment.Purpose.INTEREST].get(row.id, 0) - interest
        )
        wanted[accounts.loan_fees(row.code)] = paid[LoanPayment.Purpose.FEES].get(row.id, 0) - fees
    found = {path: cents for path, cents in _balances("loan/").items() if path in wanted}
    yield from _differences(found, wanted, "cents in the account", "cents by its records")


def check_ceiling() -> Iterator[Finding]:
    """The ceiling and all orders against what may still be ordered under it."""
    ceiling = get_ceiling()
    left = 0 if ceiling is None else ceiling.limit_cents - get_committed_cents()
    yield from _differences(
        _balances("ceiling/"), {accounts.CEILING: left}, "cents left", "cents by ceiling and orders"
    )


def check_funded_purchases() -> Iterator[Finding]:
    """What may be, is and was bought against what pays for it."""
    money = get_funding()
    claims = money.headroom_cents + money.ordered_cents + money.payable_cents
    means = money.cash_cents + money.undrawn_cents
    if claims > means:
        yield Finding(
            f"account {accounts.HEADROOM}",
            f"headroom, orders and payables are {claims} cents, cash and undrawn funding {means}",
        )


def _sums(rows: "QuerySet[Any]") -> dict[int, int]:
    totals = rows.values_list("tranche_id").annotate(total=Sum("amount_cents")).order_by()
    return {tranche: int(total) for tranche, total in totals}


def _lot_weights(state: str) -> dict[tuple[str, str], int]:
    rows = (
        Lot.objects.filter(state=state)
        .values_list("facility__code", "material__code")
        .annotate(total=Sum("net_g"))
        .order_by()
    )
    return {(facility, material): int(total) for facility, material, total in rows}


def _balances(prefix: str) -> dict[str, int]:
    return {balance.path: balance.posted for balance in list_balances_under(prefix=prefix)}


def _differences(
    found: Mapping[str, int], wanted: Mapping[str, int], found_words: str, wanted_words: str
) -> Iterable[Finding]:
    for path in sorted(found.keys() | wanted.keys()):
        if found.get(path, 0) != wanted.get(path, 0):
            yield Finding(
                f"account {path}",
                f"{found.get(path, 0)} {found_words}, {wanted.get(path, 0)} {wanted_words}",
            )
