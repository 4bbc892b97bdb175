"""Reading one JSON object of a document, field by field, with the path to whatever is wrong."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from allocations.domain.claims import Mass
from allocations.domain.faults import DocumentFault, FaultCode
from allocations.domain.numbers import fraction_of, integer_of

Choice = TypeVar("Choice", bound=StrEnum)


class Fields:
    """The fields of one object. A field that is null counts as missing.

    With `is_exact`, masses may be fractions; otherwise they are integers.
    """

    def __init__(self, value: object, path: str, known: Collection[str]) -> None:
        if not isinstance(value, Mapping):
            raise DocumentFault(FaultCode.NOT_AN_OBJECT, "Send a JSON object.", path or None)
        self._path = path
        self._values: dict[str, object] = {}
        self.is_exact = False
        for name, content in value.items():
            if name not in known:
                shown = str(name)[:80]
                raise DocumentFault(FaultCode.UNKNOWN_FIELD, "There is no such field.", self.path_to(shown))
            self._values[name] = content

    def path_to(self, name: str) -> str:
        """The path of a field from the document's root, such as `claims[2].weight`."""
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(name) is not None

    def required(self, name: str) -> object:
        """The raw value of a field that must be there."""
        if not self.has(name):
            raise DocumentFault(FaultCode.MISSING_FIELD, "This field is needed.", self.path_to(name))
        return self._values[name]

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self.required(name)
        if not isinstance(value, str) or not value:
            raise DocumentFault(FaultCode.WRONG_TYPE, "Send a text that is not empty.", self.path_to(name))
        return value

    def optional_text(self, name: str) -> str | None:
        """A text that is not empty, or None where the field is missing."""
        return self.text(name) if self.has(name) else None

    def choice(self, name: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """One of a closed list of words."""
        if default is not None and not self.has(name):
            return default
        value = self.required(name)
        for choice in choices:
            if value == choice.value:
                return choice
        words = ", ".join(choices)
        raise DocumentFault(FaultCode.UNKNOWN_CHOICE, f"Send one of: {words}.", self.path_to(name))

    def integer(self, name: str, default: int) -> int:
        """An integer of either sign."""
        return integer_of(self._values[name], self.path_to(name)) if self.has(name) else default

    def number(self, name: str) -> Mass:
        """An integer, or a fraction from a text; never negative."""
        value, path = self.required(name), self.path_to(name)
        if isinstance(value, str):
            return self._not_negative(fraction_of(value, path), path)
        if isinstance(value, float | Decimal):
            message = 'Send an integer, or text such as "5/2" or "0.5": a bare decimal is not exact.'
            raise DocumentFault(FaultCode.NOT_A_NUMBER, message, path)
        return self._not_negative(integer_of(value, path), path)

    def mass(self, name: str, default: Mass | None = None) -> Mass:
        """Grams, never negative. Missing is `default`, or refused where there is none."""
        if default is not None and not self.has(name):
            return default
        value, path = self.required(name), self.path_to(name)
        if not isinstance(value, str):
            return self._not_negative(integer_of(value, path), path)
        if not self.is_exact:
            _refuse_text_mass(value, path)
        return self._not_negative(fraction_of(value, path), path)

    def positive_mass(self, name: str) -> Mass:
        """Grams, more than zero."""
        mass = self.mass(name)
        if mass == 0:
            raise DocumentFault(FaultCode.NUMBER_OUT_OF_RANGE, "Zero is too little.", self.path_to(name))
        return mass

    def optional_mass(self, name: str) -> Mass | None:
        """Grams, or None where the field is missing."""
        return self.mass(name) if self.has(name) else None

    def optional_instant(self, name: str) -> datetime | None:
        """A point in time as ISO 8601 with its offset from UTC, or None where the field is missing."""
        if not self.has(name):
            return None
        text, path = self.text(name), self.path_to(name)
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            message = 'Send a time such as "2026-03-01T09:00:00Z".'
            raise DocumentFault(FaultCode.MALFORMED_TIMESTAMP, message, path) from None
        if instant.utcoffset() is None:
            raise DocumentFault(FaultCode.TIMESTAMP_WITHOUT_ZONE, "Say the offset from UTC, or Z.", path)
        return instant

    @staticmethod
    def _not_negative(number: Mass, path: str) -> Mass:
        if number < 0:
            raise DocumentFault(FaultCode.NUMBER_OUT_OF_RANGE, "It can't be negative.", path)
        return number


def _refuse_text_mass(value: str, path: str) -> None:
    """Text is refused outside `exact`; what it lacks depends on whether it is a number at all."""
    fraction_of(value, path)
    message = 'Only rounding "exact" takes masses as text. Send whole grams without quotes.'
    raise DocumentFault(FaultCode.FRACTION_NEEDS_EXACT, message, path)
