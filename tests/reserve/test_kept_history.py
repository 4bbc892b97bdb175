"""Papers of lots, prices, payments, draws and records of loans can be added and read, never changed."""

import pytest
from django.db import DatabaseError, connection, transaction

# Each table with the column that somebody would like to change.
TABLES = {
    "reserve_lotdocument": "sha256",
    "reserve_lotdocumentcontent": "content",
    "reserve_materialprice": "price_usd_per_kg",
    "reserve_traderpayment": "amount_cents",
    "reserve_fundingdraw": "amount_cents",
    "reserve_fundingrate": "annual_rate_percent",
    "reserve_fundingceiling": "limit_cents",
    "reserve_loanaccrual": "amount_cents",
    "reserve_loanpayment": "amount_cents",
    "reserve_fundingreversal": "reason",
    "reserve_fundinglapse": "amount_cents",
    "reserve_lenderstatement": "sha256",
    "reserve_lenderstatementline": "amount_cents",
    "reserve_lenderfinding": "lender_cents",
}
STATEMENTS = (
    "update {table} set {column} = {column}",
    "delete from {table}",
    "truncate {table} cascade",
)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.django_db
def test_the_service_lacks_the_privilege_to_change_what_is_recorded(table: str, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table=table, column=TABLES[table]))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.django_db
def test_the_service_may_read_and_add(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select has_table_privilege(%s, 'select'), has_table_privilege(%s, 'insert')", [table, table]
        )
        assert cursor.fetchone() == (True, True)
