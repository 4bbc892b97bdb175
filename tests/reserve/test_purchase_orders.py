"""Purchase orders: what is refused, how they close, and the race for the last of the funding."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connections

from errors import Refusal
from governance.errors import RoleRequired
from ledger.errors import QuantityOutOfRange, TooManyDecimals
from reserve.errors import (
    CurrencyNotSupported,
    DatesReversed,
    FacilityNotFound,
    FundingExceeded,
    MaterialNotFound,
    OrderClosed,
    OrderHasLotsWaiting,
    OrderWorthNothing,
    PercentOutOfRange,
    PriceNotPositive,
    PurchaseOrderNotFound,
    QuantityNotPositive,
    ReasonMissing,
    StorageClassNotTaken,
    TraderNotFound,
)
from reserve.models import PurchaseOrder
from reserve.selectors import get_funding
from reserve.services import close_purchase_order, place_purchase_orders, receive_lots, reject_lot
from tests.reserve.standing import NOON, USD, People, accept, build_reserve, lot, order


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"quantity_g": 0}, QuantityNotPositive),
        ({"quantity_g": -5}, QuantityNotPositive),
        ({"quantity_g": 2**63}, QuantityOutOfRange),
        ({"quantity_g": 1, "price_usd_per_kg": Decimal("0.01")}, OrderWorthNothing),
        ({"price_usd_per_kg": Decimal(0)}, PriceNotPositive),
        ({"price_usd_per_kg": Decimal("NaN")}, QuantityOutOfRange),
        ({"price_usd_per_kg": Decimal("1.1234567")}, TooManyDecimals),
        ({"assay_percent": Decimal(0)}, PercentOutOfRange),
        ({"assay_percent": Decimal("100.1")}, PercentOutOfRange),
        ({"window_until": date(2026, 2, 1)}, DatesReversed),
        ({"currency": "EUR"}, CurrencyNotSupported),
        ({"trader_code": "nobody"}, TraderNotFound),
        ({"material_code": "nothing"}, MaterialNotFound),
        ({"facility_code": "nowhere"}, FacilityNotFound),
        ({"material_code": "gallium", "facility_code": "west"}, StorageClassNotTaken),
    ],
)
def test_a_bad_order_is_refused_and_keeps_nothing(
    people: People, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    good_and_bad = [order(), order(**changes)]

    with pytest.raises(refusal):
        place_purchase_orders(orders=good_and_bad, actor=people.administrator, effective_at=NOON)

    assert PurchaseOrder.objects.count() == 0
    assert get_funding().headroom_cents == 1_000_000 * USD


def test_only_an_administrator_places_orders(people: People) -> None:
    with pytest.raises(RoleRequired):
        place_purchase_orders(orders=[order()], actor=people.finance, effective_at=NOON)


def test_numbers_follow_one_another(people: People) -> None:
    placed = place_purchase_orders(
        orders=[order(quantity_g=1000), order(quantity_g=1000)], actor=people.administrator, effective_at=NOON
    )
    first, second = (int(row.number.removeprefix("PO-")) for row in placed)

    assert second == first + 1
    assert len(placed[0].number) == len("PO-000001")


def test_closing_gives_back_the_funding_of_what_never_came(people: People) -> None:
    placed = place_purchase_orders(orders=[order()], actor=people.administrator, effective_at=NOON)[0]
    received = receive_lots(lots=[lot(placed)], actor=people.administrator, effective_at=NOON)
    with pytest.raises(OrderHasLotsWaiting):
        close_purchase_order(
            number=placed.number, actor=people.administrator, reason="late", effective_at=NOON
        )

    accept(received, people)
    close_purchase_order(number=placed.number, actor=people.administrator, reason="late", effective_at=NOON)

    money = get_funding()
    assert (money.ordered_cents, money.payable_cents) == (0, 100_000 * USD)
    assert money.headroom_cents == 900_000 * USD
    with pytest.raises(OrderClosed):
        receive_lots(lots=[lot(placed)], actor=people.administrator, effective_at=NOON)
    with pytest.raises(OrderClosed):
        close_purchase_order(
            number=placed.number, actor=people.administrator, reason="again", effective_at=NOON
        )


def test_an_order_delivered_in_full_closes_by_itself(people: People) -> None:
    placed = place_purchase_orders(orders=[order()], actor=people.administrator, effective_at=NOON)[0]
    lots = receive_lots(lots=[lot(placed), lot(placed)], actor=people.administrator, effective_at=NOON)
    accept(lots, people)

    placed.refresh_from_db()
    assert placed.state == PurchaseOrder.State.CLOSED
    assert get_funding().ordered_cents == 0


def test_what_was_rejected_may_be_delivered_again(people: People) -> None:
    placed = place_purchase_orders(orders=[order()], actor=people.administrator, effective_at=NOON)[0]
    full = [lot(placed), lot(placed)]
    received = receive_lots(lots=full, actor=people.administrator, effective_at=NOON)
    reject_lot(lot_number=received[0].number, actor=people.approver, reason="wet", effective_at=NOON)

    receive_lots(lots=[lot(placed)], actor=people.administrator, effective_at=NOON)
    placed.refresh_from_db()
    assert placed.delivered_g == placed.quantity_g


def test_closing_needs_an_order_and_a_reason(people: People) -> None:
    with pytest.raises(PurchaseOrderNotFound):
        close_purchase_order(number="PO-999999", actor=people.administrator, reason="x", effective_at=NOON)
    with pytest.raises(ReasonMissing):
        close_purchase_order(number="PO-999999", actor=people.administrator, reason=" ", effective_at=NOON)


def _place_at_once(count: int, people: People) -> list[str]:
    """Each of `count` threads orders 200,000 USD worth at the same moment; answers what became of it."""
    start = threading.Barrier(count)
    outcomes: list[str] = []

    def place() -> None:
        start.wait()
        try:
            place_purchase_orders(orders=[order()], actor=people.administrator, effective_at=NOON)
            outcomes.append("placed")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=place) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_two_orders_at_once_for_the_last_funding_one_is_refused(committed_database: str) -> None:
    people = build_reserve(private_cents=100_000 * USD, loan_cents=150_000 * USD)

    assert _place_at_once(2, people) == [FundingExceeded.code, "placed"]
    assert get_funding().headroom_cents == 50_000 * USD


def test_of_two_orders_at_once_both_are_placed_where_the_funding_is_enough(committed_database: str) -> None:
    people = build_reserve(private_cents=400_000 * USD, loan_cents=150_000 * USD)

    assert _place_at_once(2, people) == ["placed", "placed"]
    assert get_funding().headroom_cents == 150_000 * USD
