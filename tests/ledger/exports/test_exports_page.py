"""The tables of docs/algorithms/exports.md are what the exports do."""

from pathlib import Path

import pytest

from errors import Refusal
from ledger import errors
from ledger.domain.exports.names import (
    DEFAULT_ROOT,
    ROOTS,
    beancount_account,
    commodity_of,
    hledger_account,
    path_of_beancount_account,
    path_of_hledger_account,
)
from ledger.domain.exports.tables import OPENING_BALANCES, TABLES

PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "exports.md"


def _rows(header: str) -> list[list[str]]:
    table = PAGE.read_text(encoding="utf-8").split(f"| {header} |")[1].split("\n\n")[0]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_the_paths_have_these_names() -> None:
    rows = _rows("path")

    assert len(rows) == 5
    for path, hledger, beancount in rows:
        assert (hledger_account(path), beancount_account(path)) == (hledger, beancount)
        assert path_of_hledger_account(hledger) == path_of_beancount_account(beancount) == path


def test_the_books_have_these_commodities() -> None:
    rows = _rows("book")

    assert len(rows) == 5
    for code, unit, number, commodity in rows:
        assert commodity_of(number=int(number), code=code, unit=unit) == commodity


def test_the_first_components_have_these_roots() -> None:
    sentence = PAGE.read_text(encoding="utf-8").split("decides the root: ")[1].split(".")[0]
    told: dict[str, str] = {}
    for clause in sentence.replace("\n", " ").split(";")[:-1]:
        *names, root = clause.replace("`", "").replace(",", "").split()
        told |= dict.fromkeys(names, root)

    assert told == ROOTS
    assert sentence.endswith(f"any other {DEFAULT_ROOT}")


def test_the_tables_have_these_columns() -> None:
    shown = [(table, name, kind, optional == "yes") for table, name, kind, optional in _rows("file")]

    assert shown == [
        (table, column.name, column.kind.value, column.is_optional)
        for table, columns in (*TABLES.items(), ("opening_balances", OPENING_BALANCES))
        for column in columns
    ]


@pytest.mark.parametrize("code", [row[1] for row in _rows("wrong")])
def test_the_codes_exist(code: str) -> None:
    known = {refusal.code for refusal in vars(errors).values() if _is_refusal(refusal)}

    assert code in known


def _is_refusal(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Refusal) and value is not Refusal
