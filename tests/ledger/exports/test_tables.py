"""Tables in CSV and Parquet: the same values, exact types, whole rows, flat memory."""

import csv
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.domain.exports.tables import OPENING_BALANCES, TABLES, Column, Kind, parse_cell
from ledger.exports import parquet, rows, tables
from tests.ledger.exports.peers import export
from tests.ledger.standing import NOON, fund, hold, journal, move, post, post_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger")]

COLUMNS = {**TABLES, "opening_balances": OPENING_BALANCES}


def _post_something() -> int:
    fund(900)
    post(hold("cash/main", "income/storage", 30, expires_at=datetime(2050, 1, 1, tzinfo=UTC)))
    return post(
        move("outside/antimony", "quarantine/east/antimony", 2**63 - 1), kind='a, "b"\r\nc',
        metadata={"é": '"\n'}, adjusts_month=date(2026, 2, 1), reference_id="=1+1",
    ).id  # fmt: skip


def _csv_rows(path: Path) -> list[dict[str, Any]]:
    columns = COLUMNS[path.stem]
    with path.open(newline="") as file:
        header, *lines = csv.reader(file)
    assert header == [column.name for column in columns]
    return [
        {column.name: _value(cell, column) for column, cell in zip(columns, line, strict=True)}
        for line in lines
    ]


def _value(cell: str, column: Column) -> Any:
    if column.kind is Kind.TOTAL:
        return int(cell)
    value = parse_cell(cell, column)
    return value.hex() if isinstance(value, bytes) else value


def test_parquet_holds_what_the_csv_holds(tmp_path: Path) -> None:
    number = _post_something()
    options = {"since": str(number)}
    as_csv, as_parquet = (
        export(tmp_path / "c", "csv", **options),
        export(tmp_path / "p", "parquet", **options),
    )

    for name in COLUMNS:
        assert pq.read_table(as_parquet / f"{name}.parquet").to_pylist() == _csv_rows(as_csv / f"{name}.csv")
    assert [row["amount"] for row in _csv_rows(as_csv / "transfers.csv")] == [2**63 - 1]


def test_parquet_has_exact_types(tmp_path: Path) -> None:
    directory = export(tmp_path / "export", "parquet", since="2026-03-02")

    for name, columns in COLUMNS.items():
        schema = pq.read_schema(directory / f"{name}.parquet")
        assert schema.names == [column.name for column in columns]
        assert not any(pa.types.is_floating(kind) for kind in schema.types)
    schema = pq.read_schema(directory / "transfers.parquet")
    assert schema.field("amount").type == pa.int64()
    assert schema.field("expires_at").type == pa.timestamp("us", tz="UTC")
    assert not schema.field("amount").nullable


def test_a_formula_stays_as_it_was_posted(tmp_path: Path) -> None:
    """These files are read by machines: a quotation mark put before "=" would change the ledger."""
    _post_something()

    assert ",=1+1," in (export(tmp_path / "export", "csv") / "journals.csv").read_text()


def _post_many(count: int) -> None:
    post_all(
        [
            journal(move("loan/example", "income/storage", number), effective_at=NOON)
            for number in range(1, count)
        ]
    )


@pytest.fixture
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few thousand journals are many pieces."""
    monkeypatch.setattr(rows, "ROWS_AT_A_TIME", 200)
    monkeypatch.setattr(tables, "BYTES_AT_A_TIME", 1 << 14)
    monkeypatch.setattr(parquet, "BYTES_PER_ROW_GROUP", 1 << 16)


@pytest.mark.usefixtures("_small_pieces")
@pytest.mark.parametrize("format_name", ["hledger", "beancount", "csv", "parquet"])
def test_memory_does_not_grow_with_the_ledger(tmp_path: Path, format_name: str) -> None:
    peaks = []
    export(tmp_path / "imports", format_name)
    for name in ("few", "many"):
        _post_many(1_000 if name == "few" else 5_000)
        tracemalloc.start()
        export(tmp_path / name, format_name)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 1.3 * peaks[0]


@pytest.mark.usefixtures("_small_pieces")
def test_parquet_is_written_row_group_by_row_group(tmp_path: Path) -> None:
    _post_many(3_000)

    file = pq.ParquetFile(export(tmp_path / "export", "parquet") / "journals.parquet")

    sizes = [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)]
    assert len(sizes) > 3
    assert max(sizes) < 1_000
