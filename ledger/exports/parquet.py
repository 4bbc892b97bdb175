"""Parquet of lines of CSV: one row group per piece, so that memory doesn't grow with the table."""

from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from ledger.domain.exports.tables import Column, Kind

# A row group is closed when it has reached so many bytes of CSV.
BYTES_PER_ROW_GROUP = 16 << 20

TYPES: dict[Kind, pa.DataType] = {
    Kind.INTEGER: pa.int64(),
    Kind.TEXT: pa.string(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.MOMENT: pa.timestamp("us", tz="UTC"),
    Kind.DAY: pa.date32(),
    Kind.JSON: pa.string(),
    Kind.HASH: pa.string(),
    Kind.TOTAL: pa.decimal128(38, 0),
}


class ParquetFile:
    """A Parquet file. Text that is null and text that is empty stay apart, as they are in the CSV."""

    def __init__(self, path: Path, columns: tuple[Column, ...]) -> None:
        self._schema = pa.schema(
            pa.field(column.name, TYPES[column.kind], nullable=column.is_optional) for column in columns
        )
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, lines: bytes) -> None:
        """Add whole lines."""
        self._pieces.append(lines)
        self._size += len(lines)
        if self._size >= BYTES_PER_ROW_GROUP:
            self._write_row_group()

    def close(self) -> None:
        """No more lines will come."""
        self._write_row_group()
        self._writer.close()

    def _write_row_group(self) -> None:
        lines = b"".join(self._pieces)
        self._pieces, self._size = [], 0
        if not lines:
            return
        table = pacsv.read_csv(
            BytesIO(lines),
            # One block, since a cell may be longer than any other size; one thread, for memory's sake.
            read_options=pacsv.ReadOptions(
                use_threads=False, block_size=len(lines) + 1, column_names=self._schema.names
            ),
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=self._schema,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["true"],
                false_values=["false"],
            ),
        )
        self._writer.write_table(table.cast(self._schema))
