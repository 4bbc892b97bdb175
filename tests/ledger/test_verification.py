"""Verification: a clean ledger passes, and whatever the owner corrupts is found and the row named."""

import json
from datetime import timedelta
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from ledger.models import AccountBalance, Journal, Transfer
from ledger.services import PostedJournal, Resolution, reverse_journal
from ledger.verification import Finding, register_check, registry, verify_ledger
from ledger.verification.rows import ROW_CHECKS
from ledger.verification.totals import TOTAL_CHECKS
from tests.ledger.standing import NOON, fund, hold, move, post

pytestmark = pytest.mark.usefixtures("busy")

OWN_CHECKS = len(ROW_CHECKS) + len(TOTAL_CHECKS) + 3


@pytest.fixture
def busy(committed_ledger: str) -> dict[str, PostedJournal]:
    """A little of everything, committed."""
    with transaction.atomic():
        posted = {
            "fund": fund(1_000),
            "accept": post(
                move("outside/antimony", "custody/east/antimony", 700),
                move("issued/antimony", "unattributed/antimony", 700),
                metadata={"lot": "L-1"},
            ),
            "hold": post(hold("cash/main", "income/storage", 60), hold("cash/main", "income/storage", 40)),
        }
        first, second = posted["hold"].transfer_ids
        posted["settle"] = post(Resolution(first, "post", 50))
        posted["release"] = post(Resolution(second, "void"))
        wrong = post(move("cash/main", "income/storage", 5))
        posted["undo"] = reverse_journal(
            journal_id=wrong.id, idempotency_key="undo", effective_at=NOON, reason="wrong account"
        )
    return posted


def corrupt(*statements: str) -> None:
    """Change rows behind the ledger's back, as only the owner of the tables can."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connections["owner"].close()


def findings() -> dict[str, str]:
    """Rows found by the ledger's own checks, with the first check that found each."""
    found: dict[str, str] = {}
    for result in verify_ledger()[:OWN_CHECKS]:
        for finding in result.findings:
            found.setdefault(finding.row, result.name)
    return found


def broken_by(name: str) -> list[str]:
    """Rows that the check of this name finds."""
    return [finding.row for result in verify_ledger() if result.name == name for finding in result.findings]


def test_a_ledger_nobody_touched_is_clean() -> None:
    results = verify_ledger()
    assert [result.number for result in results] == list(range(1, len(results) + 1))
    assert len({result.name for result in results}) == len(results)
    assert findings() == {}


def test_a_changed_amount_is_found(busy: dict[str, PostedJournal]) -> None:
    journal, transfer = busy["fund"].id, busy["fund"].transfer_ids[0]
    corrupt(f"update ledger_transfer set amount = 999 where id = {transfer}")
    cash = AccountBalance.objects.get(account__path="cash/main").pk
    assert findings() == {
        f"ledger_accountbalance {cash}": "ledger kept balances",
        f"ledger_journal {journal}": "ledger fingerprints",
    }
    messages = [finding.message for result in verify_ledger() for finding in result.findings]
    assert any(f"({transfer})" in message for message in messages)


def test_a_changed_balance_is_found() -> None:
    cash = AccountBalance.objects.get(account__path="cash/main").pk
    corrupt(f"update ledger_accountbalance set available = available + 1 where account_id = {cash}")
    assert findings() == {f"ledger_accountbalance {cash}": "ledger kept balances"}


def test_a_deleted_transfer_is_found(busy: dict[str, PostedJournal]) -> None:
    accept = busy["accept"]
    corrupt(f"delete from ledger_transfer where id = {accept.transfer_ids[0]}")
    found = findings()
    assert found[f"ledger_journal {accept.id}"] == "ledger mirrors"
    custody = AccountBalance.objects.get(account__path="custody/east/antimony").pk
    assert found[f"ledger_accountbalance {custody}"] == "ledger kept balances"


def test_a_journal_that_lost_all_its_transfers_is_found(busy: dict[str, PostedJournal]) -> None:
    corrupt(f"delete from ledger_transfer where journal_id = {busy['fund'].id}")
    assert findings()[f"ledger_journal {busy['fund'].id}"] == "ledger fingerprints"


CHANGES_OF_A_JOURNAL = (
    """metadata = '{"lot": "L-2"}'""",
    """metadata = '{"lot": 1}'""",
    "metadata = '[]'",
    "kind = 'other'",
    "idempotency_key = 'other'",
    "reference_type = 'lot'",
    "reference_id = 'L-2'",
    "effective_at = effective_at + interval '1 microsecond'",
    "reverses_id = id",
    "fingerprint = decode(repeat('00', 32), 'hex')",
    "fingerprint_version = 2",
)


def test_a_changed_journal_is_found(busy: dict[str, PostedJournal]) -> None:
    journal = busy["accept"].id
    corrupt("create table kept as table ledger_journal")
    for change in CHANGES_OF_A_JOURNAL:
        column = change.split()[0]
        corrupt(f"update ledger_journal set {change} where id = {journal}")
        assert f"ledger_journal {journal}" in broken_by("ledger fingerprints"), change
        corrupt(
            f"update ledger_journal set {column} = (select {column} from kept where id = {journal})"
            f" where id = {journal}"
        )
        assert findings() == {}


@pytest.mark.parametrize("column", ["effective_at", "recorded_at"])
def test_a_transfer_with_other_times_than_its_journal_is_found(
    busy: dict[str, PostedJournal], column: str
) -> None:
    transfer = busy["fund"].transfer_ids[0]
    corrupt(f"update ledger_transfer set {column} = {column} - interval '1 day' where id = {transfer}")
    assert findings() == {f"ledger_transfer {transfer}": "ledger transfers"}


def test_a_transfer_that_lost_its_journal_is_found(busy: dict[str, PostedJournal]) -> None:
    corrupt(
        f"delete from ledger_journal where id = {busy['fund'].id}",
    )
    transfer = busy["fund"].transfer_ids[0]
    assert findings() == {f"ledger_transfer {transfer}": "ledger transfers"}


def test_a_transfer_between_two_books_is_found(busy: dict[str, PostedJournal]) -> None:
    transfer = busy["fund"].transfer_ids[0]
    corrupt(
        "update ledger_transfer set source_id ="
        f" (select id from ledger_account where path = 'outside/antimony') where id = {transfer}",
    )
    found = findings()
    assert found[f"ledger_transfer {transfer}"] == "ledger transfer columns"
    assert sorted(row for row, check in found.items() if check == "ledger books") != []


@pytest.mark.parametrize(
    "change",
    [
        "phase = 'lent'",
        "phase = 'pending', resolves_id = id",
        "phase = 'post'",
        "expires_at = now()",
        "target_id = source_id",
        "journal_id = journal_id + 1",
    ],
)
def test_a_transfer_whose_columns_do_not_agree_is_found(busy: dict[str, PostedJournal], change: str) -> None:
    transfer = busy["fund"].transfer_ids[0]
    corrupt(f"update ledger_transfer set {change} where id = {transfer}")
    assert f"ledger_transfer {transfer}" in broken_by("ledger transfer columns")


@pytest.mark.parametrize(
    "change", ["path = 'else'", "is_mirrored = true", "is_closed = true", "headroom = 5"]
)
def test_a_kept_balance_that_does_not_agree_with_its_account_is_found(change: str) -> None:
    cash = AccountBalance.objects.get(account__path="cash/main").pk
    corrupt(f"update ledger_accountbalance set {change} where account_id = {cash}")
    assert findings() == {f"ledger_accountbalance {cash}": "ledger kept balances"}


def test_a_balance_below_zero_or_above_the_limit_is_found() -> None:
    corrupt(
        "alter domain ledger_available drop constraint ledger_accountbalance_never_below_zero",
        "alter domain ledger_headroom drop constraint ledger_accountbalance_within_limit",
        "update ledger_accountbalance set available = -1 where account_id ="
        " (select id from ledger_account where path = 'quarantine/east/antimony')",
        "update ledger_accountbalance set headroom = -1000 where account_id ="
        " (select id from ledger_account where path = 'credit/example')",
    )
    assert len(broken_by("ledger guards")) == 2


def test_a_missing_or_needless_kept_balance_is_found() -> None:
    corrupt(
        "delete from ledger_accountbalance where account_id ="
        " (select id from ledger_account where path = 'credit/example')",
        "insert into ledger_accountbalance"
        " (account_id, path, is_mirrored, is_closed, available, pending_in, pending_out)"
        " select id, path, false, false, 0, 0, 0 from ledger_account where path = 'loan/example'",
    )
    assert list(findings().values()) == ["ledger kept balances"] * 2


@pytest.mark.parametrize(
    "change",
    [
        "amount = 61",
        "resolves_id = (select min(id) from ledger_transfer)",
        "target_id = (select id from ledger_account where path = 'credit/example')",
    ],
)
def test_a_resolution_that_does_not_fit_its_pending_transfer_is_found(
    busy: dict[str, PostedJournal], change: str
) -> None:
    settled = busy["settle"].transfer_ids[0]
    corrupt(f"update ledger_transfer set {change} where id = {settled}")
    assert broken_by("ledger pending transfers") == [f"ledger_transfer {settled}"]


def test_a_pending_transfer_resolved_twice_is_found(busy: dict[str, PostedJournal]) -> None:
    released = busy["release"].transfer_ids[0]
    settled = busy["settle"].transfer_ids[0]
    held = Transfer.objects.get(id=settled).resolves_id
    corrupt(
        "drop index ledger_transfer_resolved_once",
        f"update ledger_transfer set resolves_id = {held}, amount = 60 where id = {released}",
    )
    pendings = next(result for result in verify_ledger() if result.name == "ledger pending transfers")
    assert {finding.row for finding in pendings.findings} == {
        f"ledger_transfer {settled}",
        f"ledger_transfer {released}",
    }


def test_a_reversal_that_no_longer_undoes_is_found(busy: dict[str, PostedJournal]) -> None:
    corrupt(f"update ledger_transfer set amount = 4 where journal_id = {busy['undo'].id}")
    assert broken_by("ledger reversals") == [f"ledger_journal {busy['undo'].id}"]


def test_a_reversal_that_does_more_than_undo_is_found(busy: dict[str, PostedJournal]) -> None:
    """There and back again: nothing is left over, and yet it is no mirror image."""
    corrupt(
        *(
            "insert into ledger_transfer (id, journal_id, source_id, target_id, amount, phase, effective_at,"
            f" recorded_at) select id + {place}, journal_id, {sides}, 1, phase, effective_at, recorded_at"
            f" from ledger_transfer where id = {busy['undo'].transfer_ids[0]}"
            for place, sides in ((1, "source_id, target_id"), (2, "target_id, source_id"))
        )
    )
    assert broken_by("ledger reversals") == [f"ledger_journal {busy['undo'].id}"]


def test_a_journal_slipped_into_a_closed_period_is_found(busy: dict[str, PostedJournal]) -> None:
    corrupt(
        "insert into ledger_closedperiod (closed_until, closed_at, reason) values"
        f" ('2026-01-01', '2026-01-02', 'old'), ('{NOON + timedelta(days=1)}', now(), 'newer')"
    )
    assert findings() == {}
    corrupt("update ledger_closedperiod set closed_at = '2026-03-04'")
    assert broken_by("ledger periods") == [
        f"ledger_journal {journal.id}" for journal in Journal.objects.order_by("id")
    ]


# The command


def run_command(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify", *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_so_and_exits_zero_when_all_holds() -> None:
    status, text = run_command()
    assert status == 0
    assert "ledger fingerprints" in text
    assert "broken" not in text


def test_the_command_exits_one_and_names_the_row(busy: dict[str, PostedJournal]) -> None:
    corrupt(f"update ledger_journal set kind = 'other' where id = {busy['fund'].id}")
    status, text = run_command()
    assert status == 1
    assert f"ledger_journal {busy['fund'].id}" in text


def test_the_command_speaks_json(busy: dict[str, PostedJournal]) -> None:
    corrupt(f"update ledger_journal set kind = 'other' where id = {busy['fund'].id}")
    status, text = run_command("--json")
    broken = [result for result in json.loads(text) if not result["is_clean"]]
    assert status == 1
    assert [(result["name"], result["findings"][0]["row"]) for result in broken] == [
        ("ledger fingerprints", f"ledger_journal {busy['fund'].id}")
    ]


# Checks of other apps


@pytest.fixture
def no_other_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_CHECKS", {})


def test_another_app_can_register_a_check(no_other_checks: Any) -> None:
    register_check(name="lots", invariant="Lots agree.", check=lambda: [Finding("lot 7", "does not agree")])
    register_check(name="firms", invariant="Firms agree.", check=list)
    lots, firms = verify_ledger()
    assert (lots.number, lots.name, lots.is_clean, lots.findings[0].row) == (1, "lots", False, "lot 7")
    assert (firms.number, firms.is_clean) == (2, True)


def test_a_verification_sees_one_state_of_the_database(no_other_checks: Any) -> None:
    """A journal posted between two checks is seen by neither of them."""
    seen = []

    def count_and_delete(which: str) -> list[Finding]:
        seen.append(Transfer.objects.count())
        corrupt(f"delete from ledger_transfer where id = (select {which}(id) from ledger_transfer)")
        return []

    register_check(name="first", invariant="", check=partial(count_and_delete, "min"))
    register_check(name="second", invariant="", check=partial(count_and_delete, "max"))
    verify_ledger()
    assert seen[0] == seen[1] == Transfer.objects.count() + 2
