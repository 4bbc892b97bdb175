"""Running totals: brought up to the journals that are settled, in the background, a block at a time."""

from django.db import connection

from errors import refusals_of_constraints

TRANSFERS_A_BLOCK = 200_000


def roll_up_totals(*, until_journal_id: int, most_transfers: int = TRANSFERS_A_BLOCK) -> int:
    """Add the next journals, up to `until_journal_id`, to the running totals; answers where they reach now.

    One block of about `most_transfers`; call it again until the answer is `until_journal_id`, which must
    be an answer of `find_settled_journal_id`. Two that call it at once take turns. Raises WrongIsolation.
    """
    with refusals_of_constraints(), connection.cursor() as cursor:
        cursor.execute("select ledger_roll_up(%s, %s)", [until_journal_id, most_transfers])
        return int(cursor.fetchone()[0])
