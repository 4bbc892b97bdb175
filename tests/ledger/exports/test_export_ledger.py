"""`manage.py export_ledger`: parts of the ledger, where the files go, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from errors import Refusal
from ledger.domain.exports.scope import ExportScope, parse_scope
from ledger.exports import plain_text
from ledger.services import Resolution, reverse_journal
from tests.ledger.exports.peers import balances_in_beancount, balances_in_hledger, export, our_balances
from tests.ledger.standing import NOON, fund, hold, move, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger")]


def _post_three_days() -> list[int]:
    """A journal a day, the third with two units and what is pending; answers their numbers."""
    first = fund(900)
    second = post(move("cash/main", "income/storage", 250), effective_at=NOON + timedelta(days=1))
    third = post(
        move("cash/main", "income/storage", 50),
        move("outside/antimony", "quarantine/east/antimony", 70_000),
        hold("quarantine/east/antimony", "outside/antimony", 20_000),
        effective_at=NOON + timedelta(days=2),
    )
    return [first.id, second.id, third.id]


@pytest.mark.parametrize("since", ["2026-03-03", "number"])
def test_a_part_begins_with_opening_balances(tmp_path: Path, since: str) -> None:
    numbers = _post_three_days()
    since = str(numbers[1]) if since == "number" else since

    path = export(tmp_path / "part", "beancount", since=since)

    assert balances_in_beancount(path) == our_balances()
    text = path.read_text()
    assert '2026-03-03 * "opening balances" "money:USD"' in text
    assert f"^journal-{numbers[0]}" not in text
    assert f"^journal-{numbers[1]}" in text


def test_a_part_ends_where_it_is_told(tmp_path: Path) -> None:
    numbers = _post_three_days()
    until_second = our_balances(effective_at=datetime(2026, 3, 4, 5, tzinfo=UTC))

    by_day = export(tmp_path / "by_day", "beancount", until="2026-03-03")
    by_number = export(tmp_path / "by_number", "beancount", until=str(numbers[1]))

    assert balances_in_beancount(by_day) == balances_in_beancount(by_number) == until_second
    assert "opening balances" not in by_day.read_text()


def test_a_day_is_one_of_the_reserve(tmp_path: Path) -> None:
    """Four in the morning in London is still the day before in New York."""
    post(move("loan/example", "cash/main", 1), effective_at=datetime(2026, 3, 3, 4, tzinfo=UTC))

    assert '2026-03-02 * "test"' in export(tmp_path / "all", "beancount").read_text()
    assert '* "test"' not in export(tmp_path / "part", "beancount", since="2026-03-03").read_text()


def test_one_book_stands_alone(tmp_path: Path) -> None:
    _post_three_days()

    path = export(tmp_path / "book", "beancount", book=["custody:antimony"])

    ours = our_balances(book="custody:antimony")
    assert balances_in_beancount(path) == ours
    assert "USD" not in path.read_text()


@pytest.mark.peer
def test_hledger_reads_a_part(tmp_path: Path) -> None:
    _post_three_days()

    path = export(tmp_path / "part", "hledger", since="2026-03-03", book=["money:USD"])

    ours = {path: balance for path, balance in our_balances(book="money:USD").items() if balance}
    assert balances_in_hledger(path) == ours


def test_a_journal_is_one_transaction_that_tells_all_of_it(tmp_path: Path) -> None:
    funds = fund(900)
    pending = post(hold("cash/main", "income/storage", 30, expires_at=NOON + timedelta(days=9000)))
    post(Resolution(pending.transfer_ids[0], "post", 10), adjusts_month=date(2026, 2, 1))
    back = reverse_journal(
        journal_id=post(move("cash/main", "income/storage", 5), reference_type="lot", reference_id="7").id,
        idempotency_key="back",
        effective_at=NOON,
        reason="wrong",
    )

    text = export(tmp_path / "all", "beancount").read_text()

    assert f'2026-03-02 * "test" "" ^journal-{funds.id}\n' in text
    assert f'* "test" "lot 7" ^journal-{back.id - 1}\n' in text
    assert f'* "ledger.reversal" "" ^journal-{back.id} ^journal-{back.id - 1}\n' in text
    assert '  metadata: "{\\"reason\\": \\"wrong\\"}"' in text
    assert "  adjusts-month: 2026-02-01\n" in text
    assert (
        f"post 0.10 USD from Assets:Cash:Main to Income:Income:Storage resolves {pending.transfer_ids[0]}"
        in text
    )
    assert "pending 0.30 USD from Assets:Cash:Main to Income:Income:Storage expires 2050-" in text
    assert text.count("Income:Income:Storage  0.10 USD") == 1
    assert "Income:Income:Storage  0.30 USD" not in text


def test_a_text_goes_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    fund()

    call_command("export_ledger", format="hledger", output="-")

    written = capfdbinary.readouterr().out
    assert written == export(tmp_path / "same", "hledger").read_bytes()


def test_a_ledger_without_journals_is_exported(tmp_path: Path) -> None:
    balances = balances_in_beancount(export(tmp_path / "empty", "beancount"))

    assert balances == our_balances()
    assert set(balances.values()) == {0}


@pytest.mark.parametrize("format_name", ["hledger", "csv"])
def test_nothing_is_replaced_unasked(tmp_path: Path, format_name: str) -> None:
    path = export(tmp_path / "export", format_name)
    fund()

    with pytest.raises(CommandError, match="export_target_exists"):
        export(path, format_name)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    export(path, format_name, force=True)

    assert [file for file, content in before.items() if file.read_bytes() != content]


@pytest.mark.parametrize("format_name", ["hledger", "csv"])
def test_what_is_no_export_is_never_replaced(tmp_path: Path, format_name: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")

    with pytest.raises(CommandError, match="export_target_foreign"):
        export(tmp_path / "mine", format_name, force=True)

    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("format_name", ["hledger", "csv"])
def test_an_export_that_fails_leaves_nothing(
    tmp_path: Path, format_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(plain_text, "read_journals", fail)
    monkeypatch.setattr("ledger.exports.tables.manifest_text", fail)

    with pytest.raises(OSError, match="full"):
        export(tmp_path / "export", format_name)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"since": "yesterday"}, "malformed_range"),
        ({"since": "2026-02-30"}, "malformed_range"),
        ({"since": "0"}, "malformed_range"),
        ({"since": "9" * 19}, "malformed_range"),
        ({"since": "5", "until": "2026-03-01"}, "malformed_range"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "malformed_range"),
        ({"since": "2", "until": "1"}, "malformed_range"),
        ({"book": ["nobody"]}, "unknown_book"),
    ],
)
def test_a_scope_that_cannot_be_is_refused(tmp_path: Path, options: dict[str, object], code: str) -> None:
    with pytest.raises(CommandError, match=f"^{code}: "):
        export(tmp_path / "export", "hledger", **options)

    assert list(tmp_path.iterdir()) == []


def test_a_table_cannot_go_to_standard_output() -> None:
    with pytest.raises(CommandError, match="directory"):
        call_command("export_ledger", format="csv", output="-")


def test_a_scope_is_read_from_texts() -> None:
    assert parse_scope(since="2026-03-01", until="2026-03-31", books=("b",)) == ExportScope(
        date(2026, 3, 1), date(2026, 3, 31), ("b",)
    )
    assert parse_scope(since=None, until="12", books=()) == ExportScope(None, 12)
    assert parse_scope(since=None, until=None, books=()).is_whole
    with pytest.raises(Refusal) as caught:
        parse_scope(since=None, until="x", books=())
    assert caught.value.field == "to"
