"""Up to which number every journal is settled: committed, or never to come.

The highest number to be seen is no such bound: a transaction that drew a lower one may commit later.
"""

import time

from django.db import connection

POLL_SECONDS = 0.02


def find_settled_journal_id(*, patience_seconds: float = 5) -> int | None:
    """A number up to which no journal can appear any more; None if somebody kept posting for so long.

    Whoever draws a number has passed the ledger's gate before and holds it until the transaction has
    ended. So once all who hold it after the last number was read have ended, nothing can come up to that
    number. Only they are waited for: no other transaction, and none of another database of the server.
    What the caller's own transaction has posted counts as settled: use the answer in it or after it.
    """
    deadline = time.monotonic() + patience_seconds
    with connection.cursor() as cursor:
        cursor.execute("select ledger_last_journal_id()")
        (last,) = cursor.fetchone()
        cursor.execute("select ledger_posting_transactions()")
        (posting,) = cursor.fetchone()
        while posting:
            if time.monotonic() >= deadline:
                return None
            time.sleep(POLL_SECONDS)
            cursor.execute("select ledger_posting_transactions()")
            posting = set(posting) & set(cursor.fetchone()[0])
    return int(last)


def find_last_journal_id() -> int:
    """The last number given to a journal, settled or not; zero before the first."""
    with connection.cursor() as cursor:
        cursor.execute("select ledger_last_journal_id()")
        return int(cursor.fetchone()[0])
