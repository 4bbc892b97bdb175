"""Up to which number every journal is settled: committed, or never to come.

The highest number to be seen is no such bound: a transaction that drew a lower one may commit later.
"""

import time

from django.db import connection
from django.db.backends.utils import CursorWrapper

POLL_SECONDS = 0.02


def find_settled_journal_id(*, patience_seconds: float = 5) -> int | None:
    """A number up to which no journal can appear any more; None if somebody kept posting for so long.

    A journal's number is drawn by a transaction that has its own number already. So whoever drew one up
    to the last has a transaction number below one that is given out afterwards, and when no transaction
    below that is running, all of them have ended. (`pg_snapshot_xmax` would be no such number: it is the
    one after the last that ended, not after the last that was given out.) What the caller's own
    transaction has posted counts as settled: use the answer in that transaction or in none.
    """
    deadline = time.monotonic() + patience_seconds
    with connection.cursor() as cursor:
        cursor.execute("select ledger_last_journal_id()")
        (last,) = cursor.fetchone()
        cursor.execute("select pg_current_xact_id()::text")
        (later,) = cursor.fetchone()
        while not _have_ended_before(cursor, later):
            if time.monotonic() >= deadline:
                return None
            time.sleep(POLL_SECONDS)
    return int(last)


def _have_ended_before(cursor: CursorWrapper, transaction_number: str) -> bool:
    cursor.execute("select pg_snapshot_xmin(pg_current_snapshot()) >= %s::xid8", [transaction_number])
    return bool(cursor.fetchone()[0])
