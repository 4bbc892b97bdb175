"""What may stand in a payload or a result: JSON without floats."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from jobs.errors import MalformedJob

JSON: TypeAlias = bool | int | str | Sequence["JSON"] | Mapping[str, "JSON"] | None


def find_unfit_value(value: object, path: str = "") -> str | None:
    """Path of the first value inside `value` that JSON can't hold exactly, or None.

    Floats are unfit on purpose: mass and money travel as integers or decimal strings.
    """
    if value is None or isinstance(value, bool | int | str):
        return None
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                return f"{path}.{key!r}"
            if found := find_unfit_value(item, f"{path}.{key}"):
                return found
        return None
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            if found := find_unfit_value(item, f"{path}.{index}"):
                return found
        return None
    return path or "."


def as_plain(value: JSON) -> JSON:
    """The same value made of dicts and lists only, as it comes back from the database."""
    if isinstance(value, Mapping):
        return {key: as_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(item) for item in value]
    return value


def require_fit(payload: Mapping[str, JSON], *, field: str = "payload") -> dict[str, JSON]:
    """The payload as plain dicts and lists. Refusal: malformed_job, naming the first unfit value."""
    if (unfit := find_unfit_value(payload)) is not None:
        raise MalformedJob(f"{field} holds a value that JSON can't keep exactly, at {unfit}", field=field)
    return {key: as_plain(value) for key, value in payload.items()}
