"""Numbers that people read: PO-000001, LOT-000001, PAY-000001."""

from typing import Literal

from django.db import connection

_SEQUENCES = {
    "PO": "reserve_purchase_order_number",
    "LOT": "reserve_lot_number",
    "PAY": "reserve_trader_payment_number",
}


def draw_numbers(*, series: Literal["PO", "LOT", "PAY"], count: int) -> list[str]:
    """The next `count` numbers of a series, in one query. Never given twice; there may be gaps."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(%s::regclass) from generate_series(1, %s)", [_SEQUENCES[series], count]
        )
        return [f"{series}-{number:06d}" for (number,) in cursor.fetchall()]
