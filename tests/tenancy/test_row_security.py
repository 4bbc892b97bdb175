"""Row-level security: what a session sees that acts for nobody, for a firm, for the reserve."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.db.models import Model

from billing.models import Invoice, InvoiceLine
from governance.models import Proposal
from jobs.models import Job
from members.models import Commitment, Firm, FirmUser
from members.selectors import list_firms_for, sight_of
from tenancy import NOBODY, RESERVE, acting_for, current_sight, sight_of_firms
from tests.api.conftest import Doors

pytestmark = pytest.mark.django_db

GUARDED = """
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and relrowsecurity and relforcerowsecurity
    order by relname
"""
COLUMNS_OF_FIRMS = """
    select attrelid::regclass::text, attname from pg_attribute
    where attrelid::regclass::text = any(%s) and not attisdropped and attnum > 0
        and (attname in ('firm_id', 'path') or attrelid = 'members_firm'::regclass and attname = 'id')
"""


def values(query: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [row[0] for row in cursor.fetchall()]


def guarded_tables() -> list[str]:
    return values(GUARDED)


def count(table: str) -> int:
    return int(values(f"select count(*) from {table}")[0])


@pytest.fixture
def busy(billed: Doors) -> Doors:
    """Two firms that both have rows in most guarded tables."""
    wish = {"material": "antimony", "quantity_kg": "10", "mode": "exchange"}
    for client, firm in ((billed.member, billed.own), (billed.rival, billed.other)):
        body = wish | {"firm_id": str(firm.id)}
        assert (
            client.post("/api/v1/drawdowns", body, format="json", HTTP_IDEMPOTENCY_KEY="k").status_code == 201
        )
    return billed


def test_the_reserve_sees_rows_in_the_tables_that_this_file_is_about(busy: Doors) -> None:
    seen = {table for table in guarded_tables() if count(table)}
    expected = """
        billing_invoice billing_invoiceline billing_feerunfirm members_firm members_commitment members_firmuser
        ledger_account ledger_accountbalance ledger_transfer ledger_journal allocations_drawdown
        allocations_drawdowntransition api_idempotentrequest governance_proposal jobs_job
    """
    assert set(expected.split()) <= seen


def test_who_acts_for_nobody_sees_nothing_in_any_guarded_table(busy: Doors) -> None:
    with acting_for(NOBODY):
        assert {table: count(table) for table in guarded_tables() if count(table)} == {}


def test_a_session_that_was_told_nothing_sees_nothing(busy: Doors) -> None:
    with connection.cursor() as cursor, transaction.atomic():
        for name in ("acts_for", "firms", "user"):
            cursor.execute(f"select set_config('strongroom.{name}', '', true)")
        found = {table: count(table) for table in guarded_tables() if count(table)}
        transaction.set_rollback(True)
    assert found == {}


def test_no_raw_query_of_a_member_reaches_another_firm(busy: Doors) -> None:
    """Every table and view the service may read: the other firm's identifier is nowhere in it."""
    readable = values(
        "select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'p', 'v', 'm') and has_table_privilege(oid, 'select') order by 1"
    )
    other, own = str(busy.other.id), str(busy.own.id)
    with acting_for(sight_of_firms([busy.own.id])):
        holding = {
            table
            for table in readable
            if values(f"select 1 from {table} row where strpos(row::text, %s) > 0 limit 1", other)
        }
        holding_own = {
            table
            for table in readable
            if values(f"select 1 from {table} row where strpos(row::text, %s) > 0 limit 1", own)
        }
    assert holding == set()
    assert len(holding_own) > 8


def test_every_row_a_member_sees_is_of_its_firm(busy: Doors) -> None:
    columns = []
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS_OF_FIRMS, [guarded_tables()])
        columns = cursor.fetchall()
    with acting_for(sight_of_firms([busy.own.id])):
        for table, column in columns:
            for value in values(f"select distinct {column}::text from {table}"):
                assert value is None or str(busy.own.id) in value or value.startswith("custody/"), (
                    table,
                    value,
                )


def test_a_movement_shows_neither_the_other_account_nor_totals_over_all(busy: Doors) -> None:
    with acting_for(sight_of_firms([busy.own.id])):
        paths = set(values("select path from ledger_account"))
        total = count("ledger_transfer")
    assert total
    assert {path.split("/")[0] for path in paths if str(busy.own.id) not in path} == {"custody"}


def test_a_member_writes_no_row_of_another_firm(busy: Doors) -> None:
    commitment = Commitment.objects.filter(firm=busy.other).get()
    with acting_for(sight_of_firms([busy.own.id])):
        assert Commitment.objects.filter(pk=commitment.pk).update(quantity_g=1) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            FirmUser.objects.create(
                firm_id=busy.other.id, user_id=busy.reserve.administrator.id, role="owner"
            )
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Commitment.objects.filter(firm=busy.own).update(firm_id=busy.other.id)


def test_a_selector_without_its_check_still_gives_nothing_of_another_firm(busy: Doors) -> None:
    """The first wall is taken away on purpose; the second one stands."""

    def everything(_actor: object, *_: object) -> Any:
        return Firm.objects.order_by("legal_name", "id")

    def any_invoice(_actor: object) -> Any:
        return Invoice.objects.select_related("firm", "fee_run", "series").order_by("-ends_on", "id")

    theirs = Invoice.objects.get(firm=busy.other)
    ours = Invoice.objects.get(firm=busy.own)
    with (
        patch("members.selectors.firms.list_firms_for", everything),
        patch("api.v1.firms.list_firms_for", everything),
        patch("billing.selectors.invoices.list_invoices_for", any_invoice),
    ):
        listed = busy.member.get("/api/v1/firms").json()["items"]
        assert [item["id"] for item in listed] == [str(busy.own.id)]
        assert len(busy.staff.get("/api/v1/firms").json()["items"]) >= 2
        for path in ("", "/positions", "/statements/2026-03"):
            assert busy.member.get(f"/api/v1/firms/{busy.other.id}{path}").status_code == 404
            assert busy.member.get(f"/api/v1/firms/{busy.own.id}{path}").status_code == 200
        assert busy.member.get(f"/api/v1/invoices/{theirs.id}").status_code == 404
        assert busy.member.get(f"/api/v1/invoices/{ours.id}").status_code == 200


def test_a_member_of_no_firm_sees_none(busy: Doors) -> None:
    assert busy.stranger.get("/api/v1/firms").json()["items"] == []
    assert busy.stranger.get("/api/v1/invoices").json()["items"] == []


def test_a_request_leaves_nothing_behind_for_the_next(busy: Doors) -> None:
    with acting_for(NOBODY):
        busy.staff.get("/api/v1/firms")
        busy.member.get("/api/v1/firms")
        busy.member.get("/api/v1/firms/7")
        assert current_sight() == NOBODY
        assert count("members_firm") == 0


def test_the_sight_of_before_comes_back_after_errors(busy: Doors) -> None:
    member = sight_of_firms([busy.own.id])
    with pytest.raises(ProgrammingError), transaction.atomic(), acting_for(member):
        values("select no_such_column from members_firm")
    assert count("members_firm") >= 2
    with acting_for(member):
        with pytest.raises(ProgrammingError), transaction.atomic(), acting_for(RESERVE):
            values("select no_such_column from members_firm")
        assert count("members_firm") == 1
        with acting_for(RESERVE):
            assert count("members_firm") >= 2
        assert count("members_firm") == 1


def test_staff_and_members_get_their_sight(busy: Doors) -> None:
    member = FirmUser.objects.get(firm=busy.own).user
    assert sight_of(member) == sight_of_firms([busy.own.id], user_id=member.id)
    assert sight_of(busy.reserve.administrator).acts_for == "reserve"
    with acting_for(NOBODY):
        assert sight_of(member).firm_ids == (busy.own.id,)
        assert list(list_firms_for(member)) == []


def models_with_firm() -> Iterator[tuple[type[Model], str]]:
    """Models that belong to a firm: directly, or through a row that names one.

    That a run has a job makes it no firm's: a job's firm says what its worker sees.
    """
    direct = {
        model
        for model in apps.get_models(include_auto_created=True)
        if model is Firm or any(field.name in ("firm", "firm_id") for field in model._meta.fields)
    }
    for model in apps.get_models(include_auto_created=True):
        targets = {field.related_model for field in model._meta.fields if field.is_relation}
        if model in direct or targets & (direct - {Job}):
            yield model, model._meta.db_table


# Why nothing of a table needs hiding from members. Whoever adds a table guards it (docs/decisions/0015) or
# says here why not.
OPEN_TABLES = {
    "auth_": "Django's groups and permissions, unused",
    "django_": "Django's own: content types, migrations; a session's content is signed and its key secret",
    "governance_apikey": "read before anybody is known; holds keyed hashes only",
    "governance_policyversion": "the policy in force is published to everybody signed in",
    "governance_role": "read before anybody is known; staff only",
    "governance_user": "read before anybody is known; says nothing of a firm",
    "billing_feerun": "months and their state",
    "billing_invoiceseries": "counters of numbers that stand on every invoice",
    "billing_ratecard": "published",
    "allocations_disruption": "published",
    "ledger_book": "names and units",
    "ledger_closedperiod": "published",
    "reserve_": "the reserve's own stock, orders, lots, prices and money: no row names a firm",
}


def test_every_table_with_a_firm_is_guarded() -> None:
    guarded = set(guarded_tables())
    missing = sorted(table for _, table in models_with_firm() if table not in guarded)
    assert missing == [], f"guard these with governance_guard_rows: {missing}"


def test_every_other_table_is_guarded_or_says_why_it_is_open() -> None:
    tables = values(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
    )
    guarded = set(guarded_tables())
    unexplained = [
        table
        for table in tables
        if table not in guarded and not any(table.startswith(prefix) for prefix in OPEN_TABLES)
    ]
    assert sorted(unexplained) == []
    with_firm = {table for _, table in models_with_firm()}
    assert [
        t for t in with_firm if any(t.startswith(prefix) for prefix in OPEN_TABLES) and t not in guarded
    ] == []


def test_views_look_with_the_eyes_of_who_asks() -> None:
    assert (
        values(
            "select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace"
            " and (relkind = 'm' or relkind = 'v'"
            " and not coalesce('security_invoker=true' = any(reloptions), false))"
        )
        == []
    )


def test_the_service_can_not_pass_by_or_take_down_the_policies() -> None:
    assert values("select rolbypassrls or rolsuper from pg_roles where rolname = current_user") == [False]
    for statement in (
        "alter table members_firm disable row level security",
        "drop policy rows_of_who_acts on members_firm",
        "select governance_unguard_rows('members_firm')",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute(statement)


def test_a_job_of_a_firm_sees_that_firm_alone(busy: Doors) -> None:
    job = Job.objects.create(kind="x", dedupe_key="x", firm_id=busy.own.id)
    with acting_for(sight_of_firms([busy.own.id])):
        assert [item.pk for item in Job.objects.all()] == [job.pk]
        assert list(Proposal.objects.all()) == []
        assert {line.invoice.firm_id for line in InvoiceLine.objects.all()} <= {busy.own.id}
