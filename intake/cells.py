"""What a cell of a table says: a text, a decimal number, a whole number, a day, yes or no."""

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from intake.errors import MalformedDate, MalformedDecimal, MalformedInteger, MissingField, UnknownChoice

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?", re.ASCII)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,29})", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def read_text(cell: str, *, field: str) -> str:
    """The text. Raises MissingField for an empty cell."""
    if not cell:
        raise MissingField("This cell must not be empty.", field=field)
    return cell


def read_decimal(cell: str, *, field: str) -> Decimal:
    """A plain decimal number such as 22.575. Raises MissingField, MalformedDecimal."""
    if not _DECIMAL.fullmatch(read_text(cell, field=field)):
        raise MalformedDecimal("Write a plain decimal number such as 22.575.", field=field)
    return Decimal(cell)


def read_integer(cell: str, *, field: str) -> int:
    """A whole number. Raises MissingField, MalformedInteger."""
    if not _INTEGER.fullmatch(read_text(cell, field=field)):
        raise MalformedInteger("Write a whole number such as 2026.", field=field)
    return int(cell)


def read_day(cell: str, *, field: str) -> date:
    """A day of the calendar, as 2026-03-01. Raises MissingField, MalformedDate."""
    try:
        if not _DAY.fullmatch(read_text(cell, field=field)):
            raise ValueError("not the form of a day")
        return date.fromisoformat(cell)
    except ValueError as error:
        raise MalformedDate("Write a day such as 2026-03-31.", field=field) from error


def read_choice(cell: str, *, field: str, choices: Collection[str]) -> str:
    """One of a closed list of words. Raises MissingField, UnknownChoice."""
    if read_text(cell, field=field) not in choices:
        raise UnknownChoice(f"Write one of: {', '.join(choices)}.", field=field)
    return cell


def read_yes_or_no(cell: str, *, field: str) -> bool:
    """Whether the cell says yes. Raises MissingField, UnknownChoice."""
    return read_choice(cell, field=field, choices=("yes", "no")) == "yes"
