"""An export that is damaged, changed or made up is refused with a code that says how; nothing is loaded."""

from collections.abc import Callable
from pathlib import Path

import pytest

from errors import Refusal
from ledger.domain.canonical import TransferContent
from ledger.models import Account, Book, Journal
from ledger.services import import_ledger
from tests.ledger.exports.by_hand import (
    BOOKS,
    FUNDS,
    HOLD,
    STANDING,
    Written,
    change,
    replace,
    write_export,
)

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A sound export."""
    return write_export(tmp_path / "export")


def _refusal(directory: Path, *, using: str = "owner") -> Refusal:
    """The import is refused and leaves nothing."""
    with pytest.raises(Refusal) as caught:
        import_ledger(directory=directory, using=using)
    assert [model.objects.using("owner").count() for model in (Book, Account, Journal)] == [0, 0, 0]
    return caught.value


def test_what_was_written_by_hand_is_sound(written: Path) -> None:
    assert import_ledger(directory=written, using="owner") == 3
    assert Account.objects.using("owner").get(path="cash").balance.posted == 450


# fmt: off
CELLS = [
    ("books.csv", "cent", "euro", "export_malformed", 3, "unit"),
    ("books.csv", "\n2,", "\n0,", "export_malformed", 3, "number"),
    ("accounts.csv", "outside", "", "export_malformed", 2, "path"),
    ("accounts.csv", "outside", "x" * 301, "export_malformed", 2, "path"),
    ("accounts.csv", "outside", "\0", "export_malformed", 2, "path"),
    ("accounts.csv", "loan,money:USD", "loan,money:EUR", "export_malformed", 4, "book"),
    ("accounts.csv", "false", "no", "export_malformed", 2, "is_guarded"),
    ("accounts.csv", "false,,,", "false,5,,", "export_malformed", 2, "balance_limit"),
    ("accounts.csv", "2026-03-01T", "2026-02-30T", "export_malformed", 7, "closed_at"),
    ("closed_periods.csv", "05:00:00.000000Z", "05:00:00Z", "export_malformed", 2, "closed_until"),
    ("journals.csv", "\n2,", "\n1,", "export_malformed", 3, "number"),
    ("journals.csv", "\n2,", "\n3,", "export_malformed", 3, "journal"),
    ("journals.csv", "\n1,", "\n1.0,", "export_malformed", 2, "number"),
    ("journals.csv", "\n1,", "\n01,", "export_malformed", 2, "number"),
    ("journals.csv", "{}", '"{""a"":1}"', "export_malformed", 2, "metadata"),
    ("journals.csv", "{}", '"{""a"":""b"",""a"":""b""}"', "export_malformed", 2, "metadata"),
    ("journals.csv", "{}", "{", "export_malformed", 2, "metadata"),
    ("journals.csv", "{}", "[" * 100_000, "export_malformed", 2, "metadata"),
    ("journals.csv", "{}", '"{""a"":""b""}"', "export_hash_wrong", 2, "fingerprint"),
    ("journals.csv", "test", "tent", "export_hash_wrong", 2, "fingerprint"),
    ("journals.csv", ",,\"\"", ",2026-01-02,\"\"", "export_malformed", 2, "adjusts_month"),
    ("journals.csv", ",1,", ",2,", "export_version_unknown", 2, "fingerprint_version"),
    ("transfers.csv", ",500,", ",501,", "export_hash_wrong", 2, "fingerprint"),
    ("transfers.csv", ",500,", ",0,", "export_malformed", 2, "amount"),
    ("transfers.csv", ",500,", ",9223372036854775808,", "export_malformed", 2, "amount"),
    ("transfers.csv", ",500,", ",5e2,", "export_malformed", 2, "amount"),
    ("transfers.csv", ",500,", ",\u0665,", "export_malformed", 2, "amount"),
    ("transfers.csv", "posted", "pasted", "export_malformed", 2, "phase"),
    ("transfers.csv", "loan", "nobody", "export_malformed", 2, "source"),
    ("transfers.csv", "loan", "outside", "export_malformed", 2, "target"),
    ("transfers.csv", "\n65537,1,", "\n65538,1,", "export_malformed", 2, "number"),
    ("transfers.csv", "\n131073,2,", "\n131073,1,", "export_malformed", 3, "journal"),
    ("transfers.csv", "number,", "numero,", "export_malformed", 1, "header"),
    ("transfers.csv", "posted", '"posted', "export_malformed", None, None),
    ("transfers.csv", "posted", "posted,", "export_malformed", 2, None),
]
# fmt: on


@pytest.mark.parametrize(("name", "old", "new", "code", "line", "field"), CELLS)
def test_a_changed_cell_is_named(
    written: Path, name: str, old: str, new: str, code: str, line: int | None, field: str | None
) -> None:
    change(written, name, old, new)

    refusal = _refusal(written)

    assert refusal.code == code, refusal.message
    assert "file" in refusal.details
    assert line is None or refusal.details["line"] == line
    assert refusal.field == field


def _without_last_line(directory: Path, *names: str) -> None:
    for name in names:
        lines = (directory / name).read_bytes().splitlines(keepends=True)
        replace(directory, name, b"".join(lines[:-1]))


def _overwrite(directory: Path, name: str, text: str) -> None:
    (directory / name).write_text(text)


# fmt: off
# ruff: noqa: E501 - a case a line
FILES: list[tuple[str, Callable[[Path], object]]] = [
    ("export_truncated", lambda export: (export / "transfers.csv").unlink()),
    ("export_truncated", lambda export: (export / "manifest.json").unlink()),
    ("export_truncated", lambda export: _overwrite(export, "journals.csv", "number,kind\n")),
    ("export_truncated", lambda export: _without_last_line(export, "journals.csv", "transfers.csv")),
    ("export_truncated", lambda export: _without_last_line(export, "closed_periods.csv")),
    ("export_truncated", lambda export: _without_last_line(export, "journals.csv")),
    ("export_truncated", lambda export: _without_last_line(export, "transfers.csv")),
    ("export_malformed", lambda export: replace(export, "books.csv", b"")),
    ("export_malformed", lambda export: replace(export, "books.csv", b"number,code,unit\n1,\xff,g\n")),
    ("export_hash_wrong", lambda export: _overwrite(export, "books.csv", BOOKS.replace("USD", "EUR"))),
    ("export_malformed", lambda export: _overwrite(export, "manifest.json", "[]")),
    ("export_malformed", lambda export: _overwrite(export, "manifest.json", "{")),
    ("export_malformed", lambda export: replace(export, "manifest.json", b"\xff")),
    ("export_malformed", lambda export: change(export, "manifest.json", "strongroom ledger", "other")),
    ("export_version_unknown", lambda export: change(export, "manifest.json", '"version": 1', '"version": 2')),
    ("export_version_unknown", lambda export: change(export, "manifest.json", '"version": 1', '"version": true')),
    ("export_malformed", lambda export: change(export, "manifest.json", '"rows": 3', '"rows": "3"')),
    ("export_malformed", lambda export: change(export, "manifest.json", "books.csv", "../books.csv")),
    ("export_partial", lambda export: change(export, "manifest.json", '"is_whole": true', '"is_whole": false')),
]
# fmt: on


@pytest.mark.parametrize(("code", "damage"), FILES)
def test_a_damaged_export_is_refused(written: Path, code: str, damage: Callable[[Path], object]) -> None:
    damage(written)

    assert _refusal(written).code == code


def _posted(number: int, source: str, target: str, amount: int, reverses: int | None = None) -> Written:
    return Written(number, (TransferContent("posted", source, target, amount),), reverses)


def _resolving(number: int, phase: str, amount: int, resolves: int | None) -> Written:
    return Written(number, (TransferContent(phase, "cash", "income", amount, resolves),))


# Every cell is readable and every fingerprint true; only together they are no ledger.
# fmt: off
FORGERIES = [
    ("ledger_accountbalance_never_below_zero", (FUNDS, _posted(2, "cash", "income", 501))),
    ("ledger_accountbalance_within_limit", (FUNDS, _posted(2, "loan", "cash", 501))),
    ("ledger_transfer_resolved_once", (*STANDING, _resolving(5, "void", 70, 131073))),
    ("ledger transfer columns", (*STANDING, _resolving(5, "post", 70, None))),
    ("ledger transfer columns", (FUNDS, _posted(2, "loan", "loan", 1))),
    ("ledger_journal_reversed_once", (FUNDS, _posted(2, "cash", "loan", 500, 1), _posted(3, "cash", "loan", 500, 1))),
    ("ledger pending transfers", (FUNDS, HOLD, _resolving(4, "post", 71, 131073))),
    ("ledger_accountbalance_pending_positive", (FUNDS, _resolving(2, "void", 500, 65537))),
    ("ledger reversals", (FUNDS, _posted(2, "cash", "loan", 499, 1))),
    ("ledger mirrors", (FUNDS, _posted(2, "outside", "store", 1))),
]
# fmt: on


@pytest.mark.parametrize(("broken", "journals"), FORGERIES)
def test_what_breaks_an_invariant_is_refused(
    tmp_path: Path, broken: str, journals: tuple[Written, ...]
) -> None:
    refusal = _refusal(write_export(tmp_path / "forged", journals))

    assert refusal.code == "export_inconsistent"
    assert broken in (refusal.details.get("constraint"), refusal.details.get("check")), refusal.message


def test_a_journal_in_a_closed_period_is_refused(written: Path) -> None:
    """Closed after the journals' effective time and before they were recorded."""
    change(written, "closed_periods.csv", "2026-01-01T05", "2026-03-02T18")
    change(written, "closed_periods.csv", "2026-01-04T00", "2026-03-02T20")

    assert _refusal(written).details == {"check": "ledger periods"}


def test_an_account_of_another_book_than_its_number_says_is_refused(written: Path) -> None:
    change(written, "accounts.csv", "8589934597,income", "4294967301,income")

    assert _refusal(written).details == {"constraint": "ledger_account_id_carries_book"}


def test_a_ledger_that_is_not_empty_is_refused(written: Path) -> None:
    import_ledger(directory=written, using="owner")

    with pytest.raises(Refusal) as caught:
        import_ledger(directory=written, using="owner")

    assert caught.value.code == "ledger_not_empty"


def test_the_service_cannot_import(written: Path) -> None:
    assert _refusal(written, using="default").code == "import_needs_owner"
