"""The ledger as a directory of tables, CSV or Parquet, with a manifest; constant memory.

PostgreSQL writes the cells (COPY), so a million rows never become Python values. Parquet is made of the
same cells, some thousand rows at a time.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from django.db import connection

from ledger.domain.exports.manifest import MANIFEST, ExportedFile, Manifest, manifest_text
from ledger.domain.exports.scope import ExportScope
from ledger.domain.exports.tables import OPENING_BALANCES, TABLES, Column
from ledger.exports.conditions import conditions_of, reserve_zone
from ledger.exports.parquet import ParquetFile
from ledger.exports.queries import TableQuery, copy_statement, table_queries
from ledger.hashing import sha256_of

COLUMNS: dict[str, tuple[Column, ...]] = {**TABLES, "opening_balances": OPENING_BALANCES}
BYTES_AT_A_TIME = 1 << 20


class TableFile(Protocol):
    """A file that takes lines of CSV."""

    def write(self, lines: bytes) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class CsvFile:
    """A CSV file with a header."""

    def __init__(self, path: Path, columns: tuple[Column, ...]) -> None:
        self._file = path.open("wb")
        self._file.write(",".join(column.name for column in columns).encode() + b"\n")

    def write(self, lines: bytes) -> None:
        """Add whole lines."""
        self._file.write(lines)

    def close(self) -> None:
        """No more lines will come."""
        self._file.close()


TABLE_FORMATS: dict[str, Callable[[Path, tuple[Column, ...]], TableFile]] = {
    "csv": CsvFile,
    "parquet": ParquetFile,
}


def write_tables(
    *, directory: Path, format_name: str, scope: ExportScope, advance: Callable[[int], None]
) -> None:
    """Write every table of the scope and the manifest; `advance` hears how many more journals are done.

    Run it inside `one_state`. Raises UnknownBook.
    """
    conditions = conditions_of(scope)
    files = []
    for query in table_queries(conditions):
        path = directory / f"{query.table}.{format_name}"
        opened = TABLE_FORMATS[format_name](path, COLUMNS[query.table])
        try:
            rows = 0
            for lines, count in _copied(query, conditions.values):
                opened.write(lines)
                rows += count
                if query.table == "journals":
                    advance(count)
        finally:
            opened.close()
        files.append(ExportedFile(path.name, path.stat().st_size, rows, sha256_of(path)))
    manifest = Manifest(reserve_zone().key, scope, tuple(files))
    (directory / MANIFEST).write_text(manifest_text(manifest), encoding="utf-8")


def _copied(query: TableQuery, values: dict[str, Any]) -> Iterator[tuple[bytes, int]]:
    """The table's lines, whole ones, about a megabyte at a time, and how many they are."""
    gathered: list[bytes] = []
    size = 0
    with connection.cursor() as cursor, cursor.copy(copy_statement(query), values) as copy:
        # The protocol gives one row at a time.
        for row in copy:
            gathered.append(bytes(row))
            size += len(row)
            if size >= BYTES_AT_A_TIME:
                yield b"".join(gathered), len(gathered)
                gathered, size = [], 0
    yield b"".join(gathered), len(gathered)
