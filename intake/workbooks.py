"""Rows of an XLSX workbook's first sheet, read as a stream.

A number in a workbook is a binary floating-point number by the format's own rules. It comes as the shortest
decimal text that stands for it, which is the text that was typed, up to the format's 15 digits.
"""

from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from intake.errors import MalformedTable

LARGEST_UNPACKED_BYTES = 2_000_000_000
"""What the parts of a workbook may come to when unpacked: more is an attack, not a table."""


def sheet_rows(stream: BinaryIO) -> Iterator[list[str]]:
    """The first sheet's rows, each cell as text; an empty cell is an empty text. Raises MalformedTable."""
    _refuse_bombs(stream)
    try:
        workbook = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise MalformedTable("The file isn't an XLSX workbook.") from error
    try:
        for row in workbook.worksheets[0].iter_rows(values_only=True):
            yield [_text_of(cell) for cell in row]
    finally:
        workbook.close()


def _refuse_bombs(stream: BinaryIO) -> None:
    try:
        with ZipFile(stream) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except BadZipFile as error:
        raise MalformedTable("The file isn't an XLSX workbook.") from error
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise MalformedTable("The workbook unpacks to more than is read.")
    stream.seek(0)


def _text_of(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}"
    return str(cell)
