"""Strict reading of tables that people send: CSV or XLSX, a header line first, row by row in constant memory.

A cell comes as text, exactly as it was sent but for outer spaces; what it means is for the reader of the row.
Rows are counted as a person sees them: the header is row 1.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import PurePath
from typing import BinaryIO, TypeVar

from errors import Refusal
from intake.errors import (
    DuplicateColumn,
    EmptyInput,
    InputNotUtf8,
    MalformedTable,
    MissingColumn,
    TableFaults,
    UnknownColumn,
    UnknownTableFormat,
)
from intake.workbooks import sheet_rows

MOST_FAULTS = 200
"""So many faults are listed; the rest are only counted."""

LONGEST_CELL = 10_000
"""Characters of one cell; a longer one is a lost quotation mark."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its number, and its cells by column. A column that was left out reads as empty."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a table must have and those it may have, by the names in its header."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


def read_table(stream: BinaryIO, *, filename: str, columns: Columns) -> Iterator[TableRow]:
    """The rows of a CSV file (UTF-8) or of an XLSX file's first sheet, as its name says; empty ones left out.

    Raises UnknownTableFormat, EmptyInput, InputNotUtf8, MalformedTable, DuplicateColumn, MissingColumn,
    UnknownColumn, most of them only when the row at fault is reached.
    """
    readers: dict[str, Callable[[BinaryIO], Iterator[list[str]]]] = {".csv": _csv_rows, ".xlsx": sheet_rows}
    reader = readers.get(PurePath(filename).suffix.lower())
    if reader is None:
        raise UnknownTableFormat("Send a file whose name ends in .csv or .xlsx.", field="filename")
    rows = enumerate(reader(stream), start=1)
    _, header = next(rows, (0, None))
    if header is None:
        raise EmptyInput("The table has no header line.")
    names = _checked_header([name.strip() for name in header], columns)
    return _rows_below(names, rows)


def _rows_below(names: list[str], rows: Iterable[tuple[int, list[str]]]) -> Iterator[TableRow]:
    for number, cells in rows:
        stripped = [cell.strip() for cell in cells]
        if not any(stripped):
            continue
        if len(stripped) > len(names) and any(stripped[len(names) :]):
            raise MalformedTable(f"Row {number} has more cells than the header.", row=number)
        if any(len(cell) > LONGEST_CELL for cell in stripped):
            raise MalformedTable(f"Row {number} has a cell of over {LONGEST_CELL} characters.", row=number)
        filled = [*stripped, *([""] * (len(names) - len(stripped)))]
        yield TableRow(number, dict(zip(names, filled, strict=False)))


def _checked_header(names: list[str], columns: Columns) -> list[str]:
    while names and not names[-1]:
        names.pop()
    for name in names:
        if names.count(name) > 1:
            raise DuplicateColumn(f"The column {name!r} stands twice.", field=name)
        if name not in columns.required and name not in columns.optional:
            known = ", ".join((*columns.required, *columns.optional))
            raise UnknownColumn(f"There is no column {name[:80]!r}; known are: {known}.", field=name[:80])
    for name in columns.required:
        if name not in names:
            raise MissingColumn(f"The column {name!r} is missing.", field=name)
    return names


def _csv_rows(stream: BinaryIO) -> Iterator[list[str]]:
    # The encoding "utf-8-sig" also takes the mark that spreadsheet programs put first.
    text = TextIOWrapper(stream, encoding="utf-8-sig", errors="strict", newline="")
    reader = csv.reader(text, strict=True)
    try:
        yield from reader
    except UnicodeDecodeError as error:
        raise InputNotUtf8(f"Row {reader.line_num + 1} has bytes that are not UTF-8.") from error
    except csv.Error as error:
        raise MalformedTable(f"Row {reader.line_num} can't be read: {error}.", row=reader.line_num) from error
    finally:
        text.detach()


@dataclass(slots=True)
class FaultList:
    """Everything that is wrong with a table, by row and column, so that all can be mended at once."""

    faults: list[dict[str, object]] = field(default_factory=list)
    count: int = 0

    @contextmanager
    def collecting(self, row: int, column: str | None = None) -> Iterator[None]:
        """Note a refusal raised inside instead of letting it through."""
        try:
            yield
        except Refusal as refusal:
            self.add(row, column or refusal.field, refusal)

    def add(self, row: int, column: str | None, refusal: Refusal) -> None:
        """Note one fault."""
        self.count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(
                {"row": row, "column": column, "code": refusal.code, "message": refusal.message}
            )

    def raise_if_any(self) -> None:
        """Raise TableFaults with all that was noted, if anything was."""
        if self.count:
            first = self.faults[0]
            where = f"row {first['row']}" + (f", column {first['column']}" if first["column"] else "")
            raise TableFaults(
                f"{self.count} faults; the first in {where}: {first['message']}",
                count=self.count,
                faults=self.faults,
            )
