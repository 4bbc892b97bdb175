"""Which part of the ledger is exported: all, a range of days or of journals, some books."""

import re
from dataclasses import dataclass
from datetime import date

from ledger.errors import MalformedRange

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"[1-9]\d{0,18}", re.ASCII)

Bound = date | int


@dataclass(frozen=True, slots=True)
class ExportScope:
    """What to export, both bounds included; None is no bound. No `books` means all of them.

    The bounds are days (of effective time, in the reserve's zone) or journal numbers.
    """

    since: Bound | None = None
    until: Bound | None = None
    books: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.since is None and self.until is None and not self.books


def parse_scope(*, since: str | None, until: str | None, books: tuple[str, ...]) -> ExportScope:
    """The scope somebody asks for. Raises MalformedRange."""
    first = _parse_bound(since, field="from")
    last = _parse_bound(until, field="to")
    if first is not None and last is not None and _is_reversed(first, last):
        raise MalformedRange("The range ends before it begins.", field="to")
    return ExportScope(first, last, books)


def _is_reversed(first: Bound, last: Bound) -> bool:
    if isinstance(first, date) and isinstance(last, date):
        return last < first
    if isinstance(first, int) and isinstance(last, int):
        return last < first
    raise MalformedRange("Both bounds are days or both are journal numbers.", field="to")


def _parse_bound(text: str | None, *, field: str) -> Bound | None:
    if text is None:
        return None
    if _NUMBER.fullmatch(text) and int(text) < 2**47:
        return int(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise MalformedRange("A day such as 2026-03-31 or a journal number is needed.", field=field)
