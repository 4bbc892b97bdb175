"""Columns as PostgreSQL array literals. Writing them here is five times faster than the driver's lists."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

Value = TypeVar("Value")


def integers(values: Iterable[int]) -> str:
    """An array of integers."""
    return "{" + ",".join(map(str, values)) + "}"


def numbers_or_null(values: Sequence[int | None]) -> str | None:
    """An array of integers of which some are missing; null if all are."""
    return _some(values, str)


def moments_or_null(values: Sequence[datetime | None]) -> str | None:
    """An array of aware times, exact to the microsecond, of which some are missing; null if all are."""
    return _some(values, lambda value: f'"{value.isoformat()}"')


def days_or_null(values: Sequence[date | None]) -> str | None:
    """An array of calendar days of which some are missing; null if all are."""
    return _some(values, date.isoformat)


def texts(values: Sequence[str]) -> str:
    """An array of texts, every one quoted, so that none of them means null."""
    joined = '","'.join(values)
    if "\\" in joined or joined.count('"') != 2 * (len(values) - 1):
        joined = '","'.join([value.replace("\\", "\\\\").replace('"', '\\"') for value in values])
    return '{"' + joined + '"}'


def texts_or_null(values: Sequence[str], *, nothing: str = "") -> str | None:
    """The same; null if each of them is `nothing`."""
    return texts(values) if any(value != nothing for value in values) else None


def moments(values: Sequence[datetime]) -> str:
    """An array of aware times, at least one, exact to the microsecond. In a batch many are often the same.

    The same object, that is: in a zone whose clocks were set back, two times are equal that are not one.
    """
    written: list[str] = []
    last = None
    for value in values:
        written.append(written[-1] if value is last else value.isoformat())
        last = value
    return '{"' + '","'.join(written) + '"}'


def hashes(values: Iterable[bytes]) -> str:
    """An array of byte strings, at least one."""
    return '{"\\\\x' + '","\\\\x'.join(map(bytes.hex, values)) + '"}'


def _some(values: Sequence[Value | None], text_of: Callable[[Value], str]) -> str | None:
    if all(value is None for value in values):
        return None
    return "{" + ",".join(["NULL" if value is None else text_of(value) for value in values]) + "}"
