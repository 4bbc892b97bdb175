"""Every table is guarded or says why not; what the page says is what the database does."""

import ast

import pytest
from django.db import connection, connections

from tests.architecture.tree import APPS, functions_of, place, python_files
from tests.tenancy.tables import (
    guarded_on_the_page,
    tables_of_the_database,
    unguarded_on_the_page,
    views_of_the_database,
)

# Everywhere that a firm's request, or a part of it, sees the whole reserve, and the processes that always do.
SEES_THE_WHOLE = {
    "allocations/selectors/limits.py free_stock": "whether the reserve's custody suffices for a drawdown",
    "allocations/selectors/rounds.py list_publications": "totals of a settled round, as far as all may know",
    "api/metrics.py metrics": "the state of the ledger, behind a token of its own",
    "api/v1/proofs.py get": "a proof of a whole journal, of which the firm gets what it may read",
    "jobs/beat.py tick": "the scheduler",
    "jobs/heartbeat.py _beat": "the lease of a job",
    "jobs/runner.py run_attempt": "a job that names no firm",
    "jobs/turns.py take_turn": "finding work",
    "ledger/services/journals.py _pending_of_anybody": "what a journal resolves on accounts of others",
    "members/selectors/api_keys.py _people_of_owner": "who of an owner's people acts elsewhere too",
    "members/selectors/terms.py with_both_sides": "the other side of a sale",
    "tenancy/commands.py execute": "commands of the reserve's operator",
    "tenancy/commands.py run_from_argv": "commands of the reserve's operator",
}
# Functions that run as the owner and that the service may call: each sees every row.
RUN_AS_OWNER = {
    "ledger_balance_before": "asks ledger_sums, which asks ledger_own_accounts",
    "ledger_balance_now": "asks ledger_is_own_path",
    "ledger_balances_now": "asks ledger_own_accounts",
    "ledger_close_accounts": "answers nothing",
    "ledger_close_period": "answers nothing of accounts",
    "ledger_last_journal_id": "answers a number",
    "ledger_open_accounts": "answers nothing",
    "ledger_post_journals": "answers numbers of what it posted",
    "ledger_post_transfer": "answers numbers of what it posted",
    "ledger_posting_transactions": "answers numbers of transactions",
    "ledger_roll_up": "answers a number",
    "ledger_seal_next": "answers a number",
    "ledger_sums": "asks ledger_own_accounts",
    "tenancy_work_for_person": "sets for whom the session works",
}


@pytest.mark.django_db
def test_every_table_is_on_the_page_once() -> None:
    guarded, unguarded = guarded_on_the_page(), unguarded_on_the_page()

    assert guarded.keys() & unguarded.keys() == set()
    assert sorted(tables_of_the_database()) == sorted(guarded.keys() | unguarded.keys())


@pytest.mark.django_db
def test_the_guarded_tables_of_the_page_are_guarded_and_no_others() -> None:
    tables = tables_of_the_database().values()

    assert sorted(table.name for table in tables if table.policies) == sorted(guarded_on_the_page())
    assert [table.name for table in tables if bool(table.policies) != table.is_enabled] == []
    assert [table.name for table in tables if table.is_enabled and not table.is_forced] == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_guarded_table_has_two_policies_one_for_its_owner() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select current_user")
        (owner,) = cursor.fetchone()
    for table in tables_of_the_database().values():
        if table.policies:
            assert table.policies.keys() == {"tenancy_owner", "tenancy_service"}, table.name
            assert table.policies["tenancy_owner"] == f"* {owner} true", table.name
            service = table.policies["tenancy_service"]
            # For every command, and decided for the reserve once per query.
            assert service.startswith("* strongroom_service "), table.name
            assert "( SELECT tenancy_is_reserve() AS tenancy_is_reserve)" in service, table.name


@pytest.mark.django_db
def test_there_are_no_views() -> None:
    assert views_of_the_database() == []


@pytest.mark.django_db
def test_a_table_with_a_firm_is_guarded() -> None:
    """Whatever the page says: a column that names a firm is a firm's data."""
    with connection.cursor() as cursor:
        cursor.execute("""
            select distinct table_name from information_schema.columns where table_schema = 'public'
                and (column_name = 'firm_id' or column_name like '%\\_firm\\_id')
        """)
        with_firm = {name for (name,) in cursor.fetchall()}

    assert with_firm >= {"billing_invoice", "members_rightstransfer", "jobs_job"}
    assert with_firm - guarded_on_the_page().keys() == set()


@pytest.mark.django_db
def test_functions_that_run_as_the_owner_are_known() -> None:
    with connection.cursor() as cursor:
        cursor.execute("""
            select distinct proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
                and has_function_privilege('strongroom_service', oid, 'execute')
                and prorettype <> 'trigger'::regtype
        """)
        assert sorted(name for (name,) in cursor.fetchall()) == sorted(RUN_AS_OWNER)


def test_who_sees_the_whole_is_on_the_list() -> None:
    rooms = (*APPS, "config", "governance", "members", "reserve", "billing", "allocations")
    found = {
        f"{place(path)} {function.name}"
        for path in python_files(*rooms)
        if path.name != "current.py"
        for function in functions_of(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"for_the_reserve", "work_for_the_reserve"}
    }

    assert sorted(found) == sorted(SEES_THE_WHOLE)
