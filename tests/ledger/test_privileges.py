"""What the service role may do to the ledger's tables: read them, and nothing else; by trying."""

import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from ledger.selectors import get_balance
from tests.ledger.standing import fund

TABLES = ["ledger_journal", "ledger_transfer", "ledger_accountbalance", "ledger_account", "ledger_book"]
COLUMN = {
    "ledger_journal": "kind",
    "ledger_transfer": "amount",
    "ledger_accountbalance": "posted",
    "ledger_account": "path",
    "ledger_book": "code",
}


def try_as_service(statement: str) -> None:
    """The statement is denied, and for no other reason than privilege."""
    with pytest.raises(ProgrammingError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(caught.value.__cause__, InsufficientPrivilege)


@pytest.fixture(autouse=True)
def posted(ledger: None) -> None:
    """There is something in every table."""
    fund(100)


@pytest.mark.parametrize("table", TABLES)
def test_the_service_can_read(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        assert cursor.fetchone()[0] > 0


@pytest.mark.parametrize("table", TABLES)
def test_the_service_cannot_update(table: str) -> None:
    try_as_service(f"update {table} set {COLUMN[table]} = {COLUMN[table]}")


@pytest.mark.parametrize("table", TABLES)
def test_the_service_cannot_delete(table: str) -> None:
    try_as_service(f"delete from {table}")


@pytest.mark.parametrize("table", TABLES)
def test_the_service_cannot_truncate(table: str) -> None:
    try_as_service(f"truncate {table} cascade")


@pytest.mark.parametrize(
    "table", ["ledger_journal", "ledger_transfer", "ledger_accountbalance", "ledger_account"]
)
def test_the_service_cannot_insert_past_the_functions(table: str) -> None:
    try_as_service(f"insert into {table} select * from {table} limit 1")


@pytest.mark.parametrize("table", TABLES)
def test_the_service_cannot_lock_out_others(table: str) -> None:
    try_as_service(f"select * from {table} for update")


@pytest.mark.parametrize(
    "statement",
    [
        "alter table ledger_transfer disable trigger all",
        "alter table ledger_accountbalance drop constraint ledger_accountbalance_never_below_zero",
        "drop table ledger_transfer",
        "create trigger mine after insert on ledger_journal execute function ledger_refuse_balance()",
        "create or replace function ledger_refuse(text, text, jsonb) returns void language sql as ''",
        "set session_replication_role = replica",
        "select ledger_change_balances('{}','{}','{}','{}','{}','{}','{}','{}','{}')",
        "select ledger_refuse('a', 'b', '{}')",
        "select setval('ledger_journal_id_seq', 1)",
        "select nextval('ledger_account_number')",
        "set role strongroom_owner",
    ],
)
def test_the_service_cannot_get_around_the_rules(statement: str) -> None:
    try_as_service(statement)


def test_a_function_of_the_session_cannot_stand_in_for_one_of_ours() -> None:
    """The posting functions look names up in their own schema, whatever the caller's path says."""
    with connection.cursor() as cursor:
        cursor.execute("create temporary table ledger_accountbalance (like public.ledger_accountbalance)")
        cursor.execute("create temporary table ledger_account (like public.ledger_account)")
        cursor.execute("set local search_path = pg_temp, public")
        try:
            fund(11)
        finally:
            cursor.execute("drop table pg_temp.ledger_accountbalance, pg_temp.ledger_account")
            cursor.execute("set local search_path = public")
    assert get_balance(path="cash/main").posted == 111


def test_every_function_of_the_ledger_is_closed_to_the_public() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select proname from pg_proc where starts_with(proname, 'ledger_')"
            " and has_function_privilege('strongroom_service', oid, 'execute') order by proname"
        )
        assert [name for (name,) in cursor.fetchall()] == [
            "ledger_close_accounts",
            "ledger_close_period",
            "ledger_last_journal_id",
            "ledger_open_accounts",
            "ledger_post_journals",
            "ledger_posting_transactions",
        ]
