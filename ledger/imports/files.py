"""The files of an export in CSV: whole, unchanged, and cell by cell what their columns say."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.domain.exports.manifest import MANIFEST, ExportedFile, parse_manifest_of_whole
from ledger.domain.exports.tables import TABLES, Column, parse_cell
from ledger.errors import ExportHashWrong, ExportMalformed, ExportTruncated
from ledger.hashing import sha256_of


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row's values by column; `line` counts from one, the header's."""

    file: str
    line: int
    cells: dict[str, Any]

    def malformed(self, message: str, *, field: str) -> ExportMalformed:
        """The refusal of a cell of this row."""
        return ExportMalformed(message, field=field, file=self.file, line=self.line)


def check_files(directory: Path) -> dict[str, ExportedFile]:
    """The files by table, each as the manifest says.

    Raises ExportMalformed, ExportPartial, ExportVersionUnknown, ExportTruncated, ExportHashWrong.
    """
    files = parse_manifest_of_whole(_manifest_text(directory))
    for file in files:
        path = directory / file.name
        if not path.is_file():
            raise ExportTruncated("A file is missing.", file=file.name)
        if (size := path.stat().st_size) < file.size:
            raise ExportTruncated(
                "The file is shorter than it was.", file=file.name, missing=file.size - size
            )
        if sha256_of(path) != file.sha256:
            raise ExportHashWrong("The file is not what its SHA-256 was made of.", file=file.name)
    return {Path(file.name).stem: file for file in files}


def read_rows(directory: Path, file: ExportedFile) -> Iterator[ReadRow]:
    """The file's rows in order. Raises ExportMalformed, or ExportTruncated at the end."""
    columns = TABLES[Path(file.name).stem]
    csv.field_size_limit(sys.maxsize)
    count = 0
    with (directory / file.name).open(encoding="utf-8", newline="") as opened:
        reader = csv.reader(opened, strict=True)
        with _refusing_unreadable(file.name, reader):
            if next(reader, None) != [column.name for column in columns]:
                names = ",".join(column.name for column in columns)
                raise ExportMalformed(f"The columns are not {names}.", field="header", file=file.name, line=1)
        line = reader.line_num + 1
        while (cells := _next(reader, file.name)) is not None:
            yield _row(file.name, line, columns, cells)
            line = reader.line_num + 1
            count += 1
    if count != file.rows:
        raise ExportTruncated("The file has another number of rows.", file=file.name, rows=count)


def _manifest_text(directory: Path) -> str:
    try:
        return (directory / MANIFEST).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ExportTruncated("The manifest is missing.", file=MANIFEST) from None
    except (UnicodeDecodeError, OSError):
        raise ExportMalformed("It can't be read.", file=MANIFEST, line=None) from None


def _next(reader: Any, file: str) -> list[str] | None:
    with _refusing_unreadable(file, reader):
        return next(reader, None)


@contextmanager
def _refusing_unreadable(file: str, reader: Any) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError:
        message = "The text is not UTF-8."
    except csv.Error as error:
        message = f"The line is no CSV: {error}."
    else:
        return
    raise ExportMalformed(message, file=file, line=reader.line_num + 1)


def _row(file: str, line: int, columns: tuple[Column, ...], cells: list[str]) -> ReadRow:
    if len(cells) != len(columns):
        message = f"The row has {len(cells)} cells, not {len(columns)}."
        raise ExportMalformed(message, file=file, line=line)
    values = {}
    for column, cell in zip(columns, cells, strict=True):
        try:
            values[column.name] = parse_cell(cell, column)
        except (ValueError, RecursionError) as error:
            raise ExportMalformed(f"Unreadable: {error}.", field=column.name, file=file, line=line) from None
    return ReadRow(file, line, values)
