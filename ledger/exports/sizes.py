"""How much there is to export."""

from django.db import connection

from ledger.domain.exports.scope import ExportScope
from ledger.exports.conditions import conditions_of


def count_journals(scope: ExportScope) -> int:
    """Journals of the scope."""
    conditions = conditions_of(scope)
    query = f"select count(*) from ledger_journal journal where {conditions.journals}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, conditions.values)
        (count,) = cursor.fetchone()
    return int(count)
