"""Tables that people send: what is read, and what is refused with row and column."""

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

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
from intake.tables import LONGEST_CELL, MOST_FAULTS, Columns, FaultList, TableRow, read_table

COLUMNS = Columns(required=("material", "price_usd_per_kg"), optional=("note",))
HEADER = "material,price_usd_per_kg\n"


def read_csv(text: str | bytes, columns: Columns = COLUMNS) -> list[TableRow]:
    content = text if isinstance(text, bytes) else text.encode()
    return list(read_table(io.BytesIO(content), filename="prices.csv", columns=columns))


def workbook_of(*rows: list[object]) -> io.BytesIO:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def test_cells_come_as_text_by_column_with_the_row_a_person_sees() -> None:
    rows = read_csv('material,price_usd_per_kg\nantimony," 22.575 "\n\n"gallium, 4N",1500\n')

    assert [(row.number, dict(row.cells)) for row in rows] == [
        (2, {"material": "antimony", "price_usd_per_kg": "22.575"}),
        (4, {"material": "gallium, 4N", "price_usd_per_kg": "1500"}),
    ]


def test_the_mark_of_spreadsheet_programs_and_an_optional_column_are_taken() -> None:
    rows = read_csv(b"\xef\xbb\xbfmaterial,note,price_usd_per_kg\r\nantimony,example,1\r\n")

    assert dict(rows[0].cells) == {"material": "antimony", "note": "example", "price_usd_per_kg": "1"}


def test_a_short_row_reads_as_empty_at_its_end() -> None:
    assert dict(read_csv(HEADER + "antimony\n")[0].cells) == {"material": "antimony", "price_usd_per_kg": ""}


def test_numbers_of_a_workbook_are_the_text_that_was_typed() -> None:
    stream = workbook_of(
        ["material", "price_usd_per_kg"],
        ["antimony", 22.575],
        ["gallium", 1500],
        ["tin", "0.10"],
        ["x", 1e-7],
    )
    rows = list(read_table(stream, filename="Prices.XLSX", columns=COLUMNS))

    assert [row.cells["price_usd_per_kg"] for row in rows] == ["22.575", "1500", "0.10", "0.0000001"]
    assert [row.number for row in rows] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", EmptyInput),
        ("material\n", MissingColumn),
        ("material,price_usd_per_kg,price\n", UnknownColumn),
        ("material,material,price_usd_per_kg\n", DuplicateColumn),
        (HEADER + "a,b,c\n", MalformedTable),
        (HEADER + '"a,b\n', MalformedTable),
        (HEADER + f"{'a' * (LONGEST_CELL + 1)},1\n", MalformedTable),
        ((HEADER + "a").encode() + b"\xff,1\n", InputNotUtf8),
    ],
)
def test_what_is_no_table_is_refused(text: str | bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        read_csv(text)


@pytest.mark.parametrize("filename", ["prices", "prices.pdf", "csv", ""])
def test_other_formats_are_refused(filename: str) -> None:
    with pytest.raises(UnknownTableFormat):
        read_table(io.BytesIO(HEADER.encode()), filename=filename, columns=COLUMNS)


def zip_without_workbook() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as parts:
        parts.writestr("hello.txt", "hello")
    return stream.getvalue()


@pytest.mark.parametrize("content", [lambda: b"", lambda: b"no zip", zip_without_workbook])
def test_what_is_no_workbook_is_refused(content: Callable[[], bytes]) -> None:
    with pytest.raises(MalformedTable):
        list(read_table(io.BytesIO(content()), filename="a.xlsx", columns=COLUMNS))


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.workbooks.LARGEST_UNPACKED_BYTES", 100)

    with pytest.raises(MalformedTable, match="unpacks"):
        list(read_table(workbook_of(["material"]), filename="a.xlsx", columns=COLUMNS))


def test_all_faults_are_told_at_once_and_the_list_is_bounded() -> None:
    faults = FaultList()
    for row in range(2, MOST_FAULTS + 12):
        with faults.collecting(row, "price_usd_per_kg"):
            raise EmptyInput("Nothing here.")

    with pytest.raises(
        TableFaults, match=r"210 faults; the first in row 2, column price_usd_per_kg"
    ) as caught:
        faults.raise_if_any()
    listed = caught.value.details["faults"]
    assert isinstance(listed, list)
    assert len(listed) == MOST_FAULTS
    assert listed[0] == {
        "row": 2,
        "column": "price_usd_per_kg",
        "code": "empty_input",
        "message": "Nothing here.",
    }


def test_no_fault_raises_nothing() -> None:
    FaultList().raise_if_any()
