"""The number series of orders, lots and payments."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0002_number_series.sql").read_text()
UNDO = (
    "drop sequence reserve_purchase_order_number;"
    "drop sequence reserve_lot_number;"
    "drop sequence reserve_trader_payment_number;"
)


class Migration(migrations.Migration):
    dependencies = [("reserve", "0001_initial")]
    operations = [migrations.RunSQL(SQL, UNDO)]
