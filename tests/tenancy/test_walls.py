"""Raw SQL in the service role, through every guarded table: nothing of another firm, nothing unset."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from billing.models import Invoice
from ledger.selectors import get_balance, get_balance_as_of, get_balances
from members.domain import accounts
from members.models import AnnualUse, Commitment, Firm
from tenancy import for_firm, for_nobody, for_the_reserve, work_for_person
from tests.tenancy.conftest import Rivals
from tests.tenancy.tables import count_rows, guarded_on_the_page, rows_of

pytestmark = pytest.mark.django_db

GUARDED = sorted(guarded_on_the_page())
# What two firms have to do with one another both may see.
SHARED = {"members_rightstransfer", "ledger_journal", "ledger_transfer"}
# Of these nothing is on record in either reserve, or nothing that a firm may see.
NOTHING_SEEN = {
    "allocations_replenishment",
    "allocations_roundmaterial",
    "allocations_roundsnapshot",
    "billing_feerunexception",
    "governance_proposal",
    "jobs_outboxevent",
    "ledger_accountcell",
    "ledger_untimelyentry",
    "ledger_verification",
    "members_attributionline",
    "members_positionloss",
    "members_rightstransfer",
}
Block = AbstractContextManager[None]
PEOPLES = {"api_idempotentrequest"}


def working_as(rivals: Rivals, table: str) -> tuple[Block, Block]:
    if table not in PEOPLES:
        return for_firm(rivals.own.id), for_firm(rivals.other.id)
    return for_nobody(), for_nobody()


def seen_by(rivals: Rivals, table: str) -> tuple[set[str], set[str]]:
    """What either firm sees, where rows are people's what either person sees."""
    seen = []
    for block, user in zip(working_as(rivals, table), (rivals.person, rivals.rival), strict=True):
        with block:
            if table in PEOPLES:
                work_for_person(user.id)
            seen.append(rows_of(table))
    return seen[0], seen[1]


@pytest.mark.parametrize("table", GUARDED)
def test_no_row_of_another_firm_is_read(drawing_rivals: Rivals, table: str) -> None:
    require_apart(drawing_rivals, table)


@pytest.mark.parametrize("table", GUARDED)
def test_no_row_of_another_firm_is_read_where_both_are_billed(billed_rivals: Rivals, table: str) -> None:
    require_apart(billed_rivals, table)


def require_apart(rivals: Rivals, table: str) -> None:
    own, others = seen_by(rivals, table)

    assert [row for row in own if str(rivals.other.id) in row and table not in SHARED] == []
    assert table in SHARED or own & others == set()
    assert own <= rows_of(table)


@pytest.mark.parametrize("table", GUARDED)
def test_unset_nothing_is_read_at_all(billed_rivals: Rivals, table: str) -> None:
    with for_nobody():
        assert count_rows(table) == 0
    with for_firm(uuid4()):
        assert count_rows(table) == 0


@pytest.mark.parametrize("table", [name for name in GUARDED if name.startswith("allocations_")])
def test_unset_nothing_of_a_round_is_read_at_all(drawing_rivals: Rivals, table: str) -> None:
    with for_nobody():
        assert count_rows(table) == 0


def test_the_tables_would_have_had_something_to_show(drawing_rivals: Rivals) -> None:
    seen = {table for table in GUARDED if all(seen_by(drawing_rivals, table))}
    here_only = {name for name in GUARDED if name.startswith("billing_")} | NOTHING_SEEN

    assert set(GUARDED) - here_only - seen == set()


def test_the_billed_tables_would_have_had_something_to_show(billed_rivals: Rivals) -> None:
    billed = {name for name in GUARDED if name.startswith("billing_")} - NOTHING_SEEN

    assert {table for table in billed if all(seen_by(billed_rivals, table))} == billed
    for table in ("governance_proposal", "jobs_outboxevent", "ledger_verification"):
        assert count_rows(table) > 0


def test_a_setting_never_heard_of_is_nobodys(drawing_rivals: Rivals) -> None:
    with for_the_reserve(), connection.cursor() as cursor:
        for setting in ("", "* ", "**"):
            cursor.execute("select set_config('strongroom.firm', %s, true)", [setting.strip("* ")])
            cursor.execute("select count(*) from members_firm")
            assert cursor.fetchone() == (0,)
    connection.told = None  # type: ignore[attr-defined]  # what was set by hand


def test_with_the_selectors_check_gone_a_firm_still_sees_its_own_alone(
    billed_rivals: Rivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody: Callable[[object], bool] = lambda _actor: True  # noqa: E731
    for module in ("billing.selectors.invoices", "members.selectors.firms"):
        monkeypatch.setattr(f"{module}.sees_all_firms", everybody)
    from billing.selectors import list_invoices_for
    from members.selectors import list_firms_for

    with for_nobody():
        work_for_person(billed_rivals.person.id)
        assert [firm.id for firm in list_firms_for(billed_rivals.person)] == [billed_rivals.own.id]
        assert {row.firm_id for row in list_invoices_for(billed_rivals.person)} == {billed_rivals.own.id}
    assert len(list_firms_for(billed_rivals.person)) >= 2


def test_a_row_for_another_firm_is_neither_written_nor_changed(drawing_rivals: Rivals) -> None:
    own, other = drawing_rivals.own, drawing_rivals.other
    use = AnnualUse.objects.filter(firm=other)[0]
    with for_firm(own.id):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            AnnualUse.objects.create(
                firm_id=other.id, material_id=use.material_id, year=1999, quantity_g=1, evidence="example",
                recorded_by=drawing_rivals.person,
            )  # fmt: skip
        assert Firm.objects.filter(id=other.id).update(legal_name="Mine") == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            AnnualUse.objects.filter(firm_id=own.id).update(firm_id=other.id)
        assert not Commitment.objects.filter(firm=other).exists()
        assert not Invoice.objects.exists()


def test_functions_that_run_as_the_owner_tell_no_balance_of_another(drawing_rivals: Rivals) -> None:
    mine = accounts.position(str(drawing_rivals.own.id), "antimony")
    theirs = accounts.position(str(drawing_rivals.other.id), "antimony")
    later = drawing_rivals.own.applied_at.replace(year=2100)
    with connection.cursor() as cursor:
        cursor.execute("select array_agg(id order by path = %s) from ledger_account where path in (%s, %s)",
                       [mine, mine, theirs])  # fmt: skip
        (numbers,) = cursor.fetchone()
    assert get_balance(path=theirs).posted > 0
    with for_firm(drawing_rivals.own.id):
        assert get_balance(path=mine).posted > 0
        assert get_balance(path=theirs).posted == 0
        assert get_balances(paths=[mine, theirs])[theirs].posted == 0
        assert get_balance_as_of(path=theirs, effective_at=later) == 0
        with connection.cursor() as cursor:
            for call in ("ledger_balances_now(%s)", "ledger_sums(%s, 'infinity', null)"):
                cursor.execute(f"select account_id from {call}", [numbers])
                assert {number for (number,) in cursor.fetchall()} <= {numbers[-1]}
