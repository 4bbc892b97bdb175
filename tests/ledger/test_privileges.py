"""What the service role may do to the ledger's tables: read them, and nothing else; by trying."""

import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from errors import Refusal
from ledger.selectors import get_balance
from ledger.services import roll_up_totals
from tests.ledger.standing import fund, move, post

COLUMN = {
    "ledger_journal": "kind",
    "ledger_transfer": "amount",
    "ledger_accountbalance": "available",
    "ledger_account": "path",
    "ledger_book": "code",
    "ledger_rollup": "journal_id",
    "ledger_accounttotal": "received",
    "ledger_accountcell": "given",
    "ledger_untimelyentry": "moved",
}
TABLES = list(COLUMN)


def try_as_service(statement: str) -> None:
    """The statement is denied, and for no other reason than privilege."""
    with pytest.raises(ProgrammingError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(caught.value.__cause__, InsufficientPrivilege)


@pytest.fixture(autouse=True)
def posted(ledger: None) -> None:
    """There is something in every table."""
    fund(100)
    last = post(*[move("loan/example", "income/storage", 1)] * 130)
    roll_up_totals(until_journal_id=last.id)


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


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("mode", ["share row exclusive", "exclusive", "access exclusive"])
def test_the_service_cannot_lock_a_table(table: str, mode: str) -> None:
    try_as_service(f"lock table {table} in {mode} mode nowait")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "alter table {} disable trigger all",
        "alter table {} add column mine integer",
        "alter table {} owner to current_user",
        "create rule mine as on insert to {} do instead nothing",
        "create index mine on {} (ctid)",
        "drop table {} cascade",
    ],
)
def test_the_service_cannot_change_a_table(table: str, statement: str) -> None:
    try_as_service(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "alter table ledger_transfer disable trigger all",
        "alter domain ledger_available drop constraint ledger_accountbalance_never_below_zero",
        "drop table ledger_transfer",
        "create trigger mine after insert on ledger_journal execute function ledger_seal_check()",
        "create or replace function ledger_refuse(text, text, jsonb) returns void language sql as ''",
        "set session_replication_role = replica",
        "select ledger_change_balances('{}','{}','{}','{}','{}','{}','{}','{}','{}')",
        "select ledger_refuse('a', 'b', '{}')",
        "select ledger_effects(0, 1, null)",
        "select ledger_changes_since('{}', 0, now(), now(), true)",
        "delete from ledger_rollup",
        "update ledger_accounttotal set received = 0",
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


def test_functions_and_operators_of_the_session_are_not_used_by_ours() -> None:
    """What would add up wrongly, or compare everything as equal, stands first in the caller's path."""
    with connection.cursor() as cursor:
        cursor.execute("set local search_path = pg_temp, public, pg_catalog")
        cursor.execute(
            "create function pg_temp.wrong(bigint, bigint) returns bigint language sql"
            " as 'select 1000000::bigint'"
        )
        cursor.execute(
            "create function pg_temp.clock_timestamp() returns timestamptz language sql as"
            " $$select '2000-01-01'::timestamptz$$"
        )
        cursor.execute(
            "create operator pg_temp.+ (leftarg = bigint, rightarg = bigint, function = pg_temp.wrong)"
        )
        cursor.execute("select 1::bigint operator(pg_temp.+) 1::bigint, pg_temp.clock_timestamp()")
        assert cursor.fetchone()[0] == 1_000_000
        posted = fund(11)
        cursor.execute("set local search_path = public")
    assert get_balance(path="cash/main").posted == 111
    assert posted.recorded_at.year > 2000


def test_what_is_sent_to_the_functions_is_never_run() -> None:
    """Texts go in as values: a path that closes a quotation is a path nobody opened."""
    for path in ["'; drop table ledger_transfer; --", '"}, {"', "cash/main'||''", "{NULL}"]:
        with pytest.raises(Refusal) as caught, transaction.atomic():
            post(move(path, "income/storage", 1))
        assert caught.value.code == "unknown_account"


def test_every_function_of_the_ledger_is_closed_to_the_public() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select proname from pg_proc where starts_with(proname, 'ledger_')"
            " and has_function_privilege('strongroom_service', oid, 'execute') order by proname"
        )
        assert [name for (name,) in cursor.fetchall()] == [
            "ledger_balance_before",
            "ledger_balance_now",
            "ledger_balances_now",
            "ledger_bytes_of_day",
            "ledger_bytes_of_number",
            "ledger_bytes_of_text",
            "ledger_bytes_of_time",
            "ledger_close_accounts",
            "ledger_close_period",
            "ledger_last_journal_id",
            "ledger_merkle_root",
            "ledger_open_accounts",
            "ledger_post_journals",
            "ledger_post_transfer",
            "ledger_posting_transactions",
            "ledger_roll_up",
            "ledger_seal_hash",
            "ledger_seal_leaf",
            "ledger_seal_next",
            "ledger_sums",
        ]
