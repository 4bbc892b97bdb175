"""Serializer fields of the domain: strict when reading, exact when writing, with units in the schema."""

import base64
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from errors import Refusal
from intake.cells import read_decimal
from ledger.domain.quantities import format_kg, format_usd, parse_kg, parse_usd, round_half_up
from reserve.domain.measures import check_percent, check_price

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def refuse_field(refusal: Refusal) -> NoReturn:
    """Pass a refusal on as the error of the field that met it."""
    raise serializers.ValidationError(refusal.message, code=refusal.code)


def plain_text(value: Decimal) -> str:
    """A decimal number without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class _AmountField(serializers.Field):  # type: ignore[type-arg]
    """Text of a decimal number, stored as an integer of the smallest unit."""

    parse: Callable[..., int]
    format: Callable[[int], str]

    def to_internal_value(self, data: object) -> int:
        """The integer amount of the text."""
        try:
            return type(self).parse(data, field=self.field_name or "")
        except Refusal as refusal:
            refuse_field(refusal)

    def to_representation(self, value: int) -> str:
        """The decimal text of the integer amount."""
        return type(self).format(value)


@extend_schema_field(
    {
        "type": "string",
        "pattern": r"^-?[0-9]+(\.[0-9]{1,3})?$",
        "example": "412.5",
        "description": "kilograms",
    }
)
class KilogramsField(_AmountField):
    """Mass: grams inside, a decimal text in kilograms outside."""

    parse = staticmethod(parse_kg)
    format = staticmethod(format_kg)


@extend_schema_field(
    {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$", "example": "1234.50", "description": "US dollars"}
)
class DollarsField(_AmountField):
    """Money: cents inside, a decimal text in US dollars outside."""

    parse = staticmethod(parse_usd)
    format = staticmethod(format_usd)


@extend_schema_field(
    {
        "type": "string",
        "pattern": r"^[0-9]+(\.[0-9]{1,6})?$",
        "example": "22.575",
        "description": "USD per kg",
    }
)
class PriceField(serializers.Field):  # type: ignore[type-arg]
    """A price in USD per kg: exact decimal text, at most six decimals, above zero."""

    def to_internal_value(self, data: object) -> Decimal:
        """The price of the text."""
        try:
            text = data if isinstance(data, str) else ""
            return check_price(read_decimal(text, field=""), field="")
        except Refusal as refusal:
            refuse_field(refusal)

    def to_representation(self, value: Decimal) -> str:
        """The text without trailing zeros."""
        return plain_text(value)


@extend_schema_field(
    {
        "type": "string",
        "pattern": r"^[0-9]+(\.[0-9]{1,6})?$",
        "example": "4.8",
        "description": "percent",
    }
)
class PercentField(serializers.Field):  # type: ignore[type-arg]
    """A percentage from 0 to 100: exact decimal text, at most six decimals."""

    def to_internal_value(self, data: object) -> Decimal:
        """The percentage of the text."""
        try:
            text = data if isinstance(data, str) else ""
            return check_percent(read_decimal(text, field=""), field="")
        except Refusal as refusal:
            refuse_field(refusal)

    def to_representation(self, value: Decimal) -> str:
        """The text without trailing zeros."""
        return plain_text(value)


@extend_schema_field({"type": "string", "format": "byte", "description": "Base64 of the file's bytes."})
class FileField(serializers.Field):  # type: ignore[type-arg]
    """A file as base64 text."""

    default_error_messages = {"malformed_base64": "Send the file's bytes as base64."}  # noqa: RUF012

    def to_internal_value(self, data: object) -> bytes:
        """The bytes of the text."""
        try:
            return base64.b64decode(data if isinstance(data, str) else "-", validate=True)
        except ValueError:
            self.fail("malformed_base64")

    def to_representation(self, value: bytes) -> str:
        """The text of the bytes."""
        return base64.b64encode(value).decode()


@extend_schema_field(
    {"type": "string", "pattern": r"^[0-9]+\.[0-9]$", "example": "57.3", "description": "days"}
)
class CoverDaysField(serializers.Field):  # type: ignore[type-arg]
    """Exact days as text, rounded half-up to a tenth."""

    def to_representation(self, value: Fraction) -> str:
        """The text."""
        return format_days(value)


def format_days(value: Fraction) -> str:
    """Days with one decimal, rounded half-up."""
    tenths = round_half_up(value * 10)
    return f"{tenths // 10}.{tenths % 10}"


class TextField(serializers.CharField):
    """Text only: a number or a boolean isn't taken for one."""

    default_error_messages = {"wrong_type": "Send text."}  # noqa: RUF012 - the framework's own declaration

    def to_internal_value(self, data: object) -> str:
        """The text, with nothing changed but outer spaces removed."""
        if not isinstance(data, str):
            self.fail("wrong_type")
        return str(super().to_internal_value(data))


class ChoiceTextField(serializers.ChoiceField):
    """One of a closed list of texts."""

    default_error_messages = {  # noqa: RUF012 - the framework's own declaration
        "wrong_type": "Send text.",
        "unknown_choice": "Send one of: {choices}.",
    }

    def to_internal_value(self, data: object) -> str:
        """The chosen text."""
        if not isinstance(data, str):
            self.fail("wrong_type")
        if data not in self.choices:
            self.fail("unknown_choice", choices=", ".join(map(str, self.choices)))
        return data


class IdField(serializers.UUIDField):
    """An identifier in its canonical text form only."""

    default_error_messages = {"malformed_id": "Send an identifier such as 8f4f1c2e-...."}  # noqa: RUF012

    def to_internal_value(self, data: object) -> UUID:
        """The identifier."""
        try:
            value = UUID(data) if isinstance(data, str) else None
        except ValueError:
            value = None
        if value is None or str(value) != str(data).lower():
            self.fail("malformed_id")
        return value


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": 2**63 - 1})
class WholeNumberField(serializers.Field):  # type: ignore[type-arg]
    """A whole number from 1 to 2^63 - 1 in a query, in plain digits."""

    default_error_messages = {"malformed_integer": "Send a whole number such as 12."}  # noqa: RUF012

    def to_internal_value(self, data: object) -> int:
        """The number."""
        text = str(data)
        if not (text.isascii() and text.isdigit() and len(text) <= 19 and 1 <= int(text) < 2**63):
            self.fail("malformed_integer")
        return int(text)

    def to_representation(self, value: int) -> int:
        """The number."""
        return value


class DayField(serializers.DateField):
    """A calendar day, ISO 8601. Of the years that can be written the first and the last are none: a day
    has instants before it and after it."""

    default_error_messages = {"malformed_date": "Send a day such as 2026-03-31."}  # noqa: RUF012

    def to_internal_value(self, data: Any) -> date:
        """The day."""
        try:
            value = date.fromisoformat(data) if isinstance(data, str) and _DAY.fullmatch(data) else None
        except ValueError:
            value = None
        if value is None or not date.min.year < value.year < date.max.year:
            self.fail("malformed_date")
        return value


class InstantField(serializers.DateTimeField):
    """A moment, ISO 8601 with an offset from UTC."""

    default_error_messages = {  # noqa: RUF012 - the framework's own declaration
        "malformed_timestamp": "Send a time such as 2026-03-31T14:30:00-04:00.",
        "timestamp_without_zone": "Send the offset from UTC too, such as -04:00 or Z.",
    }

    def to_internal_value(self, data: Any) -> datetime:
        """The moment."""
        try:
            value = datetime.fromisoformat(data) if isinstance(data, str) and len(data) > 10 else None
        except ValueError:
            value = None
        if value is None:
            self.fail("malformed_timestamp")
        if value.tzinfo is None:
            self.fail("timestamp_without_zone")
        return value


def parse_month(text: str) -> date | None:
    """The first day of a month such as "2026-03", or None. Years without a year on both sides are none."""
    is_month = _MONTH.fullmatch(text) and text[:4] not in ("0000", "0001", "9999")
    return date.fromisoformat(f"{text}-01") if is_month else None
