"""Pages by key: stable while rows come and go, and as fast on the last page as on the first."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import DateTimeField, Field, Model, Q, QuerySet
from django.utils.timezone import is_aware

from api.errors import MalformedCursor

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some rows and where the next ones begin."""

    items: list[Item]
    next_cursor: str | None


def page_of(rows: QuerySet[Row], *, order: Sequence[str], limit: int, cursor: str | None = None) -> Page[Row]:
    """The rows after the cursor in the given order.

    `order` names columns that are never null, "-" before one for descending; together they must be
    unique. Raises MalformedCursor.
    """
    if cursor is not None:
        rows = rows.filter(_after(rows.model, order, cursor))
    items = list(rows.order_by(*order)[: limit + 1])
    has_more = len(items) > limit
    items = items[:limit]
    return Page(items, encode_cursor(_key(items[-1], order)) if has_more else None)


def encode_cursor(key: Sequence[str]) -> str:
    """An opaque text of a row's key."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, length: int) -> list[str]:
    """The key in the text. Raises MalformedCursor."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError) as error:
        raise MalformedCursor("This list gave no such cursor.", field="cursor") from error
    if not isinstance(key, list) or len(key) != length or not all(isinstance(part, str) for part in key):
        raise MalformedCursor("This list gave no such cursor.", field="cursor")
    return key


def _key(row: Model, order: Sequence[str]) -> list[str]:
    return [_text(getattr(row, name.lstrip("-"))) for name in order]


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _after(model: type[Model], order: Sequence[str], cursor: str) -> Q:
    condition, equal = Q(), Q()
    for name, text in zip(order, decode_cursor(cursor, length=len(order)), strict=True):
        column = name.lstrip("-")
        value = _value(model, column, text)
        comparison = f"{column}__lt" if name.startswith("-") else f"{column}__gt"
        condition |= equal & Q(**{comparison: value})
        equal &= Q(**{column: value})
    return condition


def _value(model: type[Model], column: str, text: str) -> Any:
    try:
        field = model._meta.get_field(column)
        value = field.to_python(text) if isinstance(field, Field) and "\0" not in text else None
    except (ValidationError, FieldDoesNotExist, ValueError, OverflowError):
        value = None
    if value is None or (isinstance(field, DateTimeField) and not is_aware(value)):
        raise MalformedCursor("This list gave no such cursor.", field="cursor")
    return value


def page_of_list(
    items: Sequence[Item], *, key: Callable[[Item], str], limit: int, cursor: str | None = None
) -> Page[Item]:
    """The items after the cursor, of a list that is sorted by a unique text.

    For what a selector gives whole and is bounded by the catalogue. Raises MalformedCursor.
    """
    if cursor is not None:
        (last,) = decode_cursor(cursor, length=1)
        items = [item for item in items if key(item) > last]
    has_more = len(items) > limit
    page = list(items[:limit])
    return Page(page, encode_cursor([key(page[-1])]) if has_more else None)
