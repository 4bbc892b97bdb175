"""The fields of a JSON object, each read as exactly one kind of value and named when it is refused."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from billing.errors import NegativeNumber
from intake.errors import (
    MalformedDate,
    MalformedDecimal,
    MissingField,
    NotAList,
    NotAnObject,
    NumberTooLong,
    UnknownChoice,
    UnknownField,
    WrongType,
)
from ledger.errors import TooManyDecimals

LONGEST_NUMBER = 1000
"""The most digits a number may have: results of two such numbers can still be written out."""

_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

ItemT = TypeVar("ItemT")


class Fields:
    """One JSON object. `path` is where it stands in the document, such as "storage.moves[1]".

    A field that is null counts as not sent. Raises NotAnObject when the value is none and
    UnknownField when it has a field that is not among `names`.
    """

    def __init__(self, value: object, *, path: str, names: frozenset[str]) -> None:
        self._path = path
        if not isinstance(value, dict):
            raise NotAnObject("Send a JSON object.", field=path or None)
        self._members = value
        for name in value:
            if name not in names:
                raise UnknownField(f"No field {name!r} is known here.", field=self.path_of(name))

    def path_of(self, name: str) -> str:
        """Where a field stands in the document."""
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Whether the field was sent with a value."""
        return self._members.get(name) is not None

    def required(self, name: str) -> object:
        """The raw value. Raises MissingField."""
        if not self.has(name):
            raise MissingField(f"The field {name} is missing.", field=self.path_of(name))
        return self._members[name]

    def nested(self, name: str, *, names: frozenset[str]) -> "Fields":
        """The object in a field."""
        return Fields(self.required(name), path=self.path_of(name), names=names)

    def each(
        self, name: str, read: Callable[["Fields"], ItemT], *, names: frozenset[str]
    ) -> list[tuple[ItemT, str]]:
        """The objects of a list, each read by `read` and returned with its path."""
        value = self.required(name)
        path = self.path_of(name)
        if not isinstance(value, list):
            raise NotAList("Send a JSON list.", field=path)
        paths = [f"{path}[{index}]" for index in range(len(value))]
        return [
            (read(Fields(item, path=item_path, names=names)), item_path)
            for item, item_path in zip(value, paths, strict=True)
        ]

    def day(self, name: str) -> date:
        """A calendar day written as 2026-03-01."""
        text = self._text(name)
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise MalformedDate("Send a day of the calendar as 2026-03-01.", field=self.path_of(name))

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of the given texts."""
        text = self._text(name)
        if text not in choices:
            raise UnknownChoice(
                f"Send one of: {', '.join(choices)}.", field=self.path_of(name), choices=list(choices)
            )
        return text

    def whole_number(self, name: str, *, may_be_negative: bool) -> int:
        """A JSON integer of any sensible size."""
        value = self.required(name)
        if type(value) is not int:
            raise WrongType("Send a whole number, not as text.", field=self.path_of(name))
        if abs(value) >= 10**LONGEST_NUMBER:
            raise NumberTooLong(f"At most {LONGEST_NUMBER} digits.", field=self.path_of(name))
        if value < 0 and not may_be_negative:
            raise NegativeNumber("Send zero or more.", field=self.path_of(name))
        return value

    def decimal(self, name: str) -> Decimal:
        """A decimal text of zero or more, exact, with all the decimals that were sent."""
        self._parts(name, may_be_negative=False)
        return Decimal(self._text(name))

    def scaled(self, name: str, *, decimals: int, may_be_negative: bool) -> int:
        """A decimal text as a whole number of its smallest unit: "1.50" with two decimals is 150."""
        sign, whole, fraction = self._parts(name, may_be_negative=may_be_negative)
        if len(fraction) > decimals:
            raise TooManyDecimals(
                f"At most {decimals} decimals.", field=self.path_of(name), decimals=decimals
            )
        magnitude = int(whole + fraction.ljust(decimals, "0"))
        return -magnitude if sign else magnitude

    def _parts(self, name: str, *, may_be_negative: bool) -> tuple[str, str, str]:
        text = self._text(name)
        if len(text) > LONGEST_NUMBER:
            raise NumberTooLong(f"At most {LONGEST_NUMBER} digits.", field=self.path_of(name))
        matched = _DECIMAL.fullmatch(text)
        if matched is None:
            raise MalformedDecimal('Send a decimal number as text: "0.62".', field=self.path_of(name))
        if matched[1] and not may_be_negative:
            raise NegativeNumber("Send zero or more.", field=self.path_of(name))
        return matched[1], matched[2], matched[3] or ""

    def _text(self, name: str) -> str:
        value = self.required(name)
        if not isinstance(value, str):
            raise WrongType("Send text in quotes.", field=self.path_of(name))
        return value
