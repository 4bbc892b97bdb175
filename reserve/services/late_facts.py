"""Facts that are recorded after their month was closed."""

from ledger.selectors import get_open_from
from ledger.services import JournalRequest
from reserve.selectors.materials import reserve_day


def in_open_period(journal: JournalRequest) -> JournalRequest:
    """The journal itself, or an adjustment at the first open instant that names the month it belongs to."""
    open_from = get_open_from()
    if open_from is None or journal.effective_at >= open_from:
        return journal
    month = reserve_day(journal.effective_at).replace(day=1)
    return journal._replace(effective_at=open_from, adjusts_month=month)
