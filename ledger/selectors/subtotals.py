"""Subtotals: what all accounts under a path hold together, at each level of the hierarchy."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ledger.selectors.balances import HELD_AS_OF, HELD_NOW
from ledger.selectors.prefixes import UNDER, range_of

# A path's beginnings are the levels its account counts in.
_SUBTOTALS = """
select array_to_string(steps[:level], '/') as place, level, book.code, book.unit, count(*), sum(held.posted)
from ({held}) as held
join ledger_account account on account.path = held.path
join ledger_book book on book.id = account.book_id
cross join lateral (select string_to_array(held.path, '/')) as path(steps)
cross join lateral generate_series(
    %(highest)s, least(cardinality(steps), coalesce(%(deepest)s::integer, cardinality(steps)))
) as level
group by place, level, book.code, book.unit
order by array_to_string(steps[:level], '/') collate "C", level, book.code
"""


@dataclass(frozen=True, slots=True)
class Subtotal:
    """What the accounts of one book hold together that lie at `path` or under it, posted, in the book's unit.

    `level` is the number of steps of the path: one for "custody", two for "custody/east".
    """

    path: str
    level: int
    book: str
    unit: str
    accounts: int
    posted: int


def list_subtotals(
    *,
    prefix: str,
    deepest_level: int | None = None,
    effective_at: datetime | None = None,
    recorded_at: datetime | None = None,
) -> list[Subtotal]:
    """Subtotals at every level from the one `prefix` names (end it with "/") down to `deepest_level`.

    In order of paths, then books. Now, or with `effective_at` counting what was effective before it; with
    `recorded_at`, which needs `effective_at`, only what had been recorded by then. Books are never added
    to one another: each has its own line.
    """
    values: dict[str, Any] = {
        **range_of(prefix),
        "effective_at": effective_at,
        "recorded_at": recorded_at,
        "deepest": deepest_level,
        "highest": prefix.count("/") + (prefix != "" and not prefix.endswith("/")) or 1,
    }
    held = HELD_NOW if effective_at is None else HELD_AS_OF
    with connection.cursor() as cursor:
        cursor.execute(_SUBTOTALS.format(held=held.format(accounts=UNDER)), values)
        return [
            Subtotal(path, level, book, unit, accounts, int(posted))
            for path, level, book, unit, accounts, posted in cursor.fetchall()
        ]
