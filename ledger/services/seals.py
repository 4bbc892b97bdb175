"""Sealing: blocks of journals that nothing can slip into any more, each chained to the one before."""

from django.db import connection

MOST_JOURNALS_A_SEAL = 4096


def seal_next(*, settled: int, most_journals: int = MOST_JOURNALS_A_SEAL) -> int:
    """Seal the next journals up to number `settled`, at most so many; returns how many, none makes no seal.

    `settled` comes from `find_settled_journal_id`: sealed too far, a journal that was still to come would
    be found by verification as one that came in later.
    """
    with connection.cursor() as cursor:
        cursor.execute("select ledger_seal_next(%s, %s)", [settled, most_journals])
        sealed: int = cursor.fetchone()[0]
    return sealed
