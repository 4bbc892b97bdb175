"""An export in CSV, imported into an empty ledger, is that ledger again, hash for hash."""

import filecmp
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connections, transaction

from ledger.models import Account, Journal, Transfer
from ledger.selectors import find_settled_journal_id, get_rolled_up_journal_id, list_balances_under
from ledger.services import (
    AccountSpec,
    BookSpec,
    Resolution,
    close_accounts,
    close_period,
    import_ledger,
    open_accounts,
    open_books,
    reverse_journal,
    roll_up_totals,
)
from tests.ledger.exports.peers import export
from tests.ledger.standing import NOON, fund, hold, move, open_standing_accounts, own_findings, post

Another = Callable[[], AbstractContextManager[str]]


def _post_everything() -> None:
    """Something of everything that an export has to carry."""
    with transaction.atomic():
        open_standing_accounts()
        open_books(books=[BookSpec('odd, "book"\n', "g")])
        open_accounts(accounts=[AccountSpec(path, 'odd, "book"\n') for path in ("=1+1", "'", "\r\n", "é\\.")])
        close_accounts(paths=["'"])
        close_period(closed_until=datetime(2026, 1, 1, 5, tzinfo=UTC), reason="year\nend")
    with transaction.atomic():
        fund(90_000)
        pending = post(hold("cash/main", "credit/example", 300, expires_at=NOON + timedelta(days=9000)))
        post(hold("cash/main", "income/storage", 7))
        post(Resolution(pending.transfer_ids[0], "post", 120), adjusts_month=date(2025, 12, 1))
        voided = post(hold("cash/main", "income/storage", 9))
        post(Resolution(voided.transfer_ids[0], "void"))
        both = post(
            move("outside/antimony", "custody/east/antimony", 2**62),
            move("issued/antimony", "unattributed/antimony", 2**62),
            kind="=kind\r\n", metadata={"key": '"\\.\n', "é": ""},
            reference_type="lot", reference_id="\\.", key="\\.",
        )  # fmt: skip
        post(move("=1+1", "\r\n", 2**63 - 1), effective_at=datetime(2026, 1, 1, 5, 0, 0, 1, tzinfo=UTC))
        reverse_journal(journal_id=both.id, idempotency_key="back", effective_at=NOON, reason="wrong")
        _burn_a_number()


def _burn_a_number() -> None:
    post(move("=1+1", "é\\.", 1), key="once")
    post(move("=1+1", "é\\.", 1), key="once")
    post(move("=1+1", "é\\.", 1), key="after the gap")


def _assert_equal(one: Path, other: Path) -> None:
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in other.iterdir())
    assert filecmp.cmpfiles(one, other, names, shallow=False) == (names, [], [])


def test_what_is_exported_and_imported_is_exported_alike(
    committed_database: str, another_database: Another, tmp_path: Path
) -> None:
    _post_everything()
    first = export(tmp_path / "first", "csv")
    balances = list_balances_under(prefix="")

    with another_database():
        call_command("import_ledger", str(first))

        _assert_equal(first, export(tmp_path / "second", "csv"))
        assert list_balances_under(prefix="") == balances
        assert own_findings() == []


def test_the_imported_ledger_goes_on(
    committed_database: str, another_database: Another, tmp_path: Path
) -> None:
    _post_everything()
    first = export(tmp_path / "first", "csv")
    last = Journal.objects.latest("id").id
    pending = Transfer.objects.get(phase="pending", amount=7).id
    last_account = max(Account.objects.values_list("id", flat=True)) & 0xFFFFFFFF

    with another_database(), transaction.atomic():
        call_command("import_ledger", str(first))

        assert post(Resolution(pending, "post")).id == last + 1
        assert post(move("=1+1", "é\\.", 1), key="once").is_replay
        open_accounts(accounts=[AccountSpec("new", "money:USD")])
        assert Account.objects.get(path="new").id & 0xFFFFFFFF == last_account + 1
        open_books(books=[BookSpec("new", "g")])
        assert own_findings() == []


def _roll_up() -> None:
    settled = find_settled_journal_id()
    assert settled is not None
    while get_rolled_up_journal_id() < settled:
        roll_up_totals(until_journal_id=settled)


def test_totals_begin_anew_with_an_import(
    committed_database: str, another_database: Another, tmp_path: Path
) -> None:
    """The empty ledger had given out more numbers than the export has, and rolled up all of them."""
    _post_everything()
    _roll_up()
    first = export(tmp_path / "first", "csv")
    last = Journal.objects.latest("id").id
    balances = list_balances_under(prefix="")

    with another_database():
        with connections["owner"].cursor() as cursor:
            cursor.execute("select setval('ledger_journal_id_seq', %s)", [last + 100])
        _roll_up()
        assert get_rolled_up_journal_id() == last + 100

        call_command("import_ledger", str(first))

        assert get_rolled_up_journal_id() == 0
        assert list_balances_under(prefix="") == balances
        _roll_up()
        assert list_balances_under(prefix="") == balances
        assert own_findings() == []
        with transaction.atomic():
            assert post(move("=1+1", "\r\n", 1)).id == last + 101


def test_an_import_holds_off_who_asks_what_is_settled(
    committed_database: str, another_database: Another, tmp_path: Path
) -> None:
    _post_everything()
    first = export(tmp_path / "first", "csv")
    answers: list[int | None] = []

    with another_database():
        import_ledger(
            directory=first,
            using="owner",
            advance=lambda _count: answers.append(find_settled_journal_id(patience_seconds=0)),
        )

        assert answers == [None]
        assert find_settled_journal_id() == Journal.objects.latest("id").id
