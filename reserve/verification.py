"""Cross-checks between the reserve's records and the ledger, run by `manage.py verify`."""

from collections import Counter, defaultdict
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
    LotMove,
    LotStop,
    PurchaseOrder,
)
from reserve.selectors.funding import get_ceiling, get_committed_cents, get_funding

OWED = (Lot.State.ACCEPTED, Lot.State.IN_TRANSIT, Lot.State.STOPPED, Lot.State.WRITTEN_OFF)
"""States of lots whose price is owed until it is paid; the parts of a split lot carry its price."""


def register_checks() -> None:
    """Make the checks part of every verification."""
    register_check(
        name="reserve lots in quarantine",
        invariant="Each facility's quarantine of a material holds its waiting lots and what was stopped.",
        check=check_quarantine,
    )
    register_check(
        name="reserve accepted lots",
        invariant="What lots brought into custody and left there is the weight of the accepted lots.",
        check=check_accepted_lots,
    )
    register_check(
        name="reserve lots in transit",
        invariant="What is in transit left on moves that neither arrived nor were written off.",
        check=check_transit,
    )
    register_check(
        name="reserve withheld title",
        invariant="The title withheld of a material is what is in transit and what was stopped.",
        check=check_withheld,
    )
    register_check(
        name="reserve open orders",
        invariant="Funding kept for a material is the undelivered value of its open purchase orders.",
        check=check_open_orders,
    )
    register_check(
        name="reserve payables",
        invariant="What a trader is owed is the value of its unpaid lots that were accepted.",
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
    """Waiting lots, and what was put aside of stopped ones, against quarantine accounts."""
    expected = Counter(_lot_weights(Lot.State.QUARANTINED))
    for stop in _open_stops().exclude(lot__state=Lot.State.WRITTEN_OFF):
        expected[stop.lot.facility.code, stop.lot.material.code] += stop.quantity_g
    wanted = {accounts.quarantine(*place): grams for place, grams in expected.items()}
    yield from _differences(_balances("quarantine/"), wanted, "g in quarantine", "g of waiting lots")


def check_accepted_lots() -> Iterator[Finding]:
    """Accepted lots against what their journals moved into custody and out of it.

    Of a lot that was stopped after a part had been drawn, that part was left where it was.
    """
    moved: Counter[str] = Counter()
    for side, sign in (("target", 1), ("source", -1)):
        rows = Transfer.objects.filter(
            journal__kind__startswith="reserve.lot_", **{f"{side}__path__startswith": "custody/"}
        )
        for path, total in rows.order_by().values_list(f"{side}__path").annotate(total=Sum("amount")):
            moved[path] += sign * int(total)
    expected = Counter(_lot_weights(Lot.State.ACCEPTED))
    for stop in _open_stops():
        expected[stop.lot.facility.code, stop.lot.material.code] += stop.lot.net_g - stop.quantity_g
    wanted = {accounts.custody(*place): grams for place, grams in expected.items()}
    yield from _differences(moved, wanted, "g accepted by journals", "g of accepted lots")


def check_transit() -> Iterator[Finding]:
    """What left and neither arrived nor was written off, against transit accounts."""
    wanted: Counter[str] = Counter()
    for move in LotMove.objects.exclude(state=LotMove.State.CLOSED).select_related("lot__material"):
        wanted[accounts.transit(move.lot.material.code)] += move.lacking_g
    yield from _differences(_balances("transit/"), wanted, "g in transit", "g by moves")


def check_withheld() -> Iterator[Finding]:
    """Title withheld of each material against what is in transit and what was stopped."""
    found: Counter[str] = Counter()
    for path, grams in _balances("withheld/").items():
        found[accounts.withheld(path.rsplit("/", 1)[1])] += grams
    wanted: Counter[str] = Counter()
    for path, grams in _balances("transit/").items():
        wanted[accounts.withheld(path.rsplit("/", 1)[1])] += grams
    for stop in _open_stops().exclude(lot__state=Lot.State.WRITTEN_OFF):
        wanted[accounts.withheld(stop.lot.material.code)] += stop.quantity_g
    yield from _differences(found, wanted, "g of title withheld", "g in transit and stopped")


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
        Lot.objects.filter(state__in=OWED, payment=None, purchase_order__isnull=False)
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


def _open_stops() -> QuerySet[LotStop]:
    return LotStop.objects.filter(released_at=None).select_related("lot__facility", "lot__material")


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
