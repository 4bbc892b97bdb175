"""Two deliveries at the same moment: the last room of a facility and the rest of an order are given once."""

import threading

from django.db import connections

from errors import Refusal
from reserve.domain.requests import LotReceipt
from reserve.errors import CapacityExceeded, LotBeyondOrder
from reserve.models import PurchaseOrder
from reserve.selectors import list_stock
from reserve.services import place_purchase_orders, receive_lots
from tests.reserve.standing import NOON, TONNE, People, build_reserve, lot, order


def _gallium_order(people: People) -> PurchaseOrder:
    return place_purchase_orders(
        orders=[order(material_code="gallium", assay_element="Ga", quantity_g=2 * TONNE)],
        actor=people.administrator,
        effective_at=NOON,
    )[0]


def _receive_at_once(people: People, receipts: list[LotReceipt]) -> list[str]:
    """Receive each in a thread of its own; answers what became of them, sorted."""
    start = threading.Barrier(len(receipts))
    outcomes: list[str] = []

    def receive(receipt: LotReceipt) -> None:
        start.wait()
        try:
            receive_lots(lots=[receipt], actor=people.administrator, effective_at=NOON)
            outcomes.append("received")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=receive, args=(receipt,)) for receipt in receipts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_the_last_room_is_given_once(committed_database: str) -> None:
    """The east takes one tonne of the hazardous; each order by itself would allow its lot."""
    people = build_reserve()
    receipts = [
        lot(_gallium_order(people), gross_g=600_000, net_g=600_000, declared_goods="gallium")
        for _ in range(2)
    ]

    assert _receive_at_once(people, receipts) == [CapacityExceeded.code, "received"]
    assert sum(stock.quarantined_g for stock in list_stock()) == 600_000


def test_both_are_received_where_both_fit(committed_database: str) -> None:
    people = build_reserve()
    receipts = [
        lot(_gallium_order(people), gross_g=500_000, net_g=500_000, declared_goods="gallium")
        for _ in range(2)
    ]

    assert _receive_at_once(people, receipts) == ["received", "received"]
    assert sum(stock.quarantined_g for stock in list_stock()) == TONNE


def test_what_an_order_still_lacks_is_delivered_once(committed_database: str) -> None:
    people = build_reserve()
    placed = place_purchase_orders(
        orders=[order(quantity_g=8 * TONNE)], actor=people.administrator, effective_at=NOON
    )[0]

    outcomes = _receive_at_once(people, [lot(placed), lot(placed)])

    assert outcomes == [LotBeyondOrder.code, "received"]
    placed.refresh_from_db()
    assert placed.delivered_g == 5 * TONNE
