"""Search for journals: by the business record they name and by their metadata, page by page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

MOST_JOURNALS = 1000
# So many journals are looked at one by one before the index on metadata is asked: what is frequent is
# found among them, and what is not has few journals in the index.
LOOKED_AT = 20_000

_COLUMNS = """
journal.id, journal.kind, journal.idempotency_key, journal.effective_at, journal.recorded_at,
    journal.adjusts_month, journal.reference_type, journal.reference_id, journal.reverses_id, journal.metadata
"""

_OF_REFERENCE = f"""
select {_COLUMNS} from ledger_journal journal
where reference_type = %(reference_type)s and reference_id = %(reference_id)s
    and not reference_id = '' and id < %(before)s {{more}}
order by id desc limit %(limit)s
"""  # noqa: S608 - constant text

_AMONG_THE_LATEST = f"""
select {_COLUMNS} from (
    select * from ledger_journal where id < %(before)s order by id desc limit {LOOKED_AT}
) as journal
where true {{more}} order by id desc limit %(limit)s
"""  # noqa: S608 - constant text

# The index is asked for all that match, whatever the planner thinks of walking from the end.
_BY_INDEX = f"""
with matching as materialized (
    select id from ledger_journal journal where not metadata = '{{{{}}}}'::jsonb and id < %(before)s {{more}}
)
select {_COLUMNS} from ledger_journal journal
where id in (select id from matching order by id desc limit %(limit)s)
order by id desc
"""  # noqa: S608 - constant text

_ENDLESS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class FoundJournal:
    """A journal without its transfers (ledger.selectors.transfers_of gives them)."""

    id: int
    kind: str
    idempotency_key: str
    effective_at: datetime
    recorded_at: datetime
    adjusts_month: date | None
    reference_type: str
    reference_id: str
    reverses: int | None
    metadata: dict[str, str]


def list_journals(
    *,
    reference: tuple[str, str] | None = None,
    metadata: Mapping[str, str] | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[FoundJournal]:
    """Journals that name the business record and have all of the metadata, the latest first.

    A `reference` is the record's type and id. At most `limit` (up to 1,000) journals; the next page is
    the one `before` the number of the last. What is posted meanwhile is on no later page.
    """
    values: dict[str, Any] = {
        "reference_type": reference and reference[0],
        "reference_id": reference and reference[1],
        "metadata": json.dumps(dict(metadata or {})),
        "before": _ENDLESS if before is None else before,
        "limit": max(1, min(limit, MOST_JOURNALS)),
    }
    more = "and journal.metadata @> %(metadata)s::jsonb" if metadata else ""
    if reference is not None:
        return _fetch(_OF_REFERENCE.format(more=more), values)
    found = _fetch(_AMONG_THE_LATEST.format(more=more), values)
    if not metadata or len(found) == values["limit"]:
        return found
    return _fetch(_BY_INDEX.format(more=more), values)


def _fetch(query: str, values: dict[str, Any]) -> list[FoundJournal]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        # Django's cursors leave JSON as the text it came in.
        rows = [(*row[:-1], json.loads(row[-1])) for row in cursor.fetchall()]
    return [FoundJournal(*row) for row in rows]
