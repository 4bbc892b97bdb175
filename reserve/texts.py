"""Texts of records, before the database sees them: there, long enough to say something, and storable."""

from collections.abc import Iterable

from django.db import models

from reserve.errors import TextMissing, TextNotStorable, ValueTooLong


def check_texts(rows: Iterable[models.Model]) -> None:
    """Raise TextMissing, ValueTooLong or TextNotStorable for the first text that can't be kept.

    What a field needs stands in its model: `blank` and `max_length`.
    """
    for row in rows:
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            if isinstance(field, models.CharField | models.TextField) and isinstance(value, str):
                _check(value, field)


def _check(value: str, field: "models.Field[object, object]") -> None:
    if not field.blank and not value.strip():
        raise TextMissing("This must not be empty.", field=field.name)
    if field.max_length is not None and len(value) > field.max_length:
        raise ValueTooLong(
            f"At most {field.max_length} characters.", field=field.name, longest=field.max_length
        )
    if "\x00" in value or not _is_unicode(value):
        raise TextNotStorable("The text has characters that can't be stored.", field=field.name)


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
