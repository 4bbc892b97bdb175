"""A closed period takes nothing more; late facts become adjustments in the open one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from errors import Refusal
from ledger.models import ClosedPeriod, Journal, Transfer
from ledger.selectors import get_open_from
from ledger.services import (
    JournalRequest,
    PostedJournal,
    close_period,
    post_journals_alone,
    reverse_journal,
    void_expired,
)
from tests.ledger.standing import NOON, fund, hold, journal, move, own_findings

pytestmark = pytest.mark.usefixtures("committed_ledger")

APRIL = datetime(2026, 4, 1, 4, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
ONE = move("loan/example", "cash/main", 1)


@pytest.fixture(autouse=True)
def _clean_in_the_end(committed_ledger: str) -> Iterator[None]:
    yield
    assert own_findings() == []


def commit(*journals: JournalRequest) -> list[PostedJournal]:
    """Post as a transaction of its own."""
    return post_journals_alone(journals=journals)


def refused(*journals: JournalRequest) -> Refusal:
    before = Journal.objects.count()
    with pytest.raises(Refusal) as caught:
        commit(*journals)
    assert Journal.objects.count() == before
    return caught.value


def test_nothing_takes_effect_before_the_end_of_a_closed_period() -> None:
    commit(journal(ONE, effective_at=APRIL - MOMENT))
    close_period(closed_until=APRIL, reason="March is reported")
    assert get_open_from() == APRIL
    bad = refused(journal(ONE, effective_at=APRIL), journal(ONE, key="late", effective_at=APRIL - MOMENT))
    assert bad.code == "period_closed"
    assert bad.details["idempotency_key"] == "late"
    assert datetime.fromisoformat(str(bad.details["open_from"])) == APRIL
    commit(journal(ONE, effective_at=APRIL))


def test_a_late_fact_is_posted_in_the_open_period_and_names_its_month() -> None:
    close_period(closed_until=APRIL, reason="March is reported")
    posted = commit(journal(ONE, effective_at=APRIL, adjusts_month=date(2026, 3, 1)))[0]
    assert Journal.objects.get(id=posted.id).adjusts_month == date(2026, 3, 1)


def test_what_was_posted_before_the_period_was_closed_is_still_a_replay() -> None:
    request = journal(ONE, effective_at=NOON, key="once")
    commit(request)
    close_period(closed_until=APRIL, reason="March is reported")
    assert commit(request, journal(ONE, effective_at=APRIL))[0].is_replay
    assert refused(request, journal(ONE, effective_at=NOON)).code == "period_closed"
    assert refused(journal(ONE, ONE, effective_at=NOON, key="once")).code == "idempotency_conflict"


def test_a_reversal_takes_effect_where_it_is_still_open() -> None:
    wrong = commit(journal(ONE, effective_at=NOON))[0]
    close_period(closed_until=APRIL, reason="March is reported")
    with pytest.raises(Refusal) as caught, transaction.atomic():
        reverse_journal(journal_id=wrong.id, idempotency_key="a", effective_at=NOON, reason="wrong")
    assert caught.value.code == "period_closed"
    with transaction.atomic():
        undone = reverse_journal(journal_id=wrong.id, idempotency_key="a", effective_at=APRIL, reason="wrong")
    assert Journal.objects.get(id=undone.id).reverses_id == wrong.id


@pytest.mark.parametrize(
    ("expires_at", "effective_at"),
    [(APRIL - MOMENT, APRIL), (APRIL, APRIL), (APRIL + MOMENT, APRIL + MOMENT)],
)
def test_what_expired_in_a_closed_period_is_released_where_the_open_one_begins(
    expires_at: datetime, effective_at: datetime
) -> None:
    pending = commit(journal(hold("loan/example", "cash/main", 1, expires_at)))[0].transfer_ids[0]
    close_period(closed_until=APRIL, reason="March is reported")
    with transaction.atomic():
        assert void_expired(now=APRIL + MOMENT) == 1
    assert Transfer.objects.get(resolves_id=pending).effective_at == effective_at


def test_a_period_is_closed_for_good_and_in_order() -> None:
    close_period(closed_until=APRIL, reason="March is reported")
    for until in (APRIL, APRIL - MOMENT):
        with pytest.raises(Refusal) as caught:
            close_period(closed_until=until, reason="again")
        assert caught.value.code == "period_already_closed"
        assert datetime.fromisoformat(str(caught.value.details["closed_until"])) == APRIL
    close_period(closed_until=APRIL + MOMENT, reason="a moment more")
    assert get_open_from() == APRIL + MOMENT
    assert list(ClosedPeriod.objects.order_by("id").values_list("closed_until", "reason")) == [
        (APRIL, "March is reported"),
        (APRIL + MOMENT, "a moment more"),
    ]


def test_what_is_still_to_come_cannot_be_closed() -> None:
    with pytest.raises(Refusal) as caught:
        close_period(closed_until=timezone.now() + timedelta(hours=1), reason="too early")
    assert caught.value.code == "period_not_over"
    assert get_open_from() is None


@pytest.mark.parametrize(
    ("until", "reason", "field"),
    [(APRIL, "", "reason"), (APRIL, "a\0", "reason"), (APRIL.replace(tzinfo=None), "a", "closed_until")],
)
def test_an_end_needs_a_zone_and_a_closing_a_reason(until: datetime, reason: str, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        close_period(closed_until=until, reason=reason)
    assert (caught.value.code, caught.value.field) == ("malformed_period", field)


def test_who_has_posted_cannot_close_in_the_same_transaction() -> None:
    with transaction.atomic():
        fund(1)
        with pytest.raises(Refusal) as caught, transaction.atomic():
            close_period(closed_until=APRIL, reason="March is reported")
    assert caught.value.code == "closing_after_posting"
