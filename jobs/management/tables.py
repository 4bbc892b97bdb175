"""Tables of the commands `jobs` and `outbox`."""

from collections.abc import Iterable
from datetime import datetime

from django.core.management.base import OutputWrapper
from rich.console import Console
from rich.table import Table

# Wide enough for every column when the output goes to a file or a pipe.
PIPED_WIDTH = 200


def print_table(stream: OutputWrapper, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print rows under columns; nothing is cut off, long text is folded."""
    table = Table(*columns)
    for row in rows:
        table.add_row(*(format_cell(cell) for cell in row))
    width = None if stream.isatty() else PIPED_WIDTH
    console = Console(width=width, markup=False, highlight=False)
    with console.capture() as printed:
        console.print(table)
    stream.write(printed.get())


def format_cell(value: object) -> str:
    """Text of a cell: times in UTC to the second, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return str(value)
