"""A journal of its own goes past the cursors; who watches what is executed sees one, and no difference."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from errors import Refusal
from ledger.models import Journal
from ledger.selectors import get_balance, transfers_of
from ledger.services import JournalRequest, post_journals_alone, reverse_journal
from ledger.services.straight import straight_connection
from tests.ledger.standing import NOON, fund, journal, move
from tests.ledger.test_posting_of_one import TRANSFERS

pytestmark = pytest.mark.usefixtures("committed_ledger")


@pytest.fixture(autouse=True)
def _funded(committed_ledger: str) -> None:
    with transaction.atomic():
        fund(100)


def answer_to(request: JournalRequest) -> tuple[Any, ...]:
    """All that comes of posting it, but for its number and time; undone again."""
    try:
        posted = post_journals_alone(journals=[request])[0]
    except Refusal as refusal:
        return refusal.code, refusal.message, refusal.details
    replayed = post_journals_alone(journals=[request])[0]
    assert replayed == posted._replace(is_replay=True)
    assert Journal.objects.get(id=posted.id).recorded_at == posted.recorded_at
    rows = transfers_of(journal_ids=[posted.id]).values_list(
        "source_id", "target_id", "amount", "phase", "expires_at", "effective_at"
    )
    answer = posted.idempotency_key, posted.transfer_count, posted.is_replay, list(rows)
    with transaction.atomic():
        reverse_journal(
            journal_id=posted.id, idempotency_key=f"undo:{posted.id}", effective_at=NOON, reason="test"
        )
    return answer


def without_key(answer: tuple[Any, ...], key: str) -> tuple[Any, ...]:
    return tuple("the key" if value == key else value for value in answer)


def test_straight_and_through_a_cursor_all_is_the_same() -> None:
    for number, transfer in enumerate(TRANSFERS):
        for fields in ({}, {"metadata": {"a": "b"}, "reference_type": "lot", "reference_id": "1"}):
            keys = f"straight {number} {len(fields)}", f"watched {number} {len(fields)}"
            straight = answer_to(journal(transfer, key=keys[0], **fields))
            with CaptureQueriesContext(connection) as captured:
                watched = answer_to(journal(transfer, key=keys[1], **fields))
            assert "ledger_post_transfer" in captured.captured_queries[0]["sql"]
            assert without_key(straight, keys[0]) == without_key(watched, keys[1])


def test_one_key_with_two_contents_is_refused() -> None:
    post_journals_alone(journals=[journal(move("cash/main", "income/storage", 1), key="one")])
    with pytest.raises(Refusal) as caught:
        post_journals_alone(journals=[journal(move("cash/main", "income/storage", 2), key="one")])
    assert caught.value.code == "idempotency_conflict"


@pytest.mark.parametrize(
    "moment",
    [datetime(1, 1, 1, 0, 0, 0, 1, tzinfo=UTC), datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)],
)
def test_a_time_is_kept_to_the_microsecond_however_long_ago(moment: datetime) -> None:
    posted = post_journals_alone(
        journals=[journal(move("cash/main", "income/storage", 1), effective_at=moment)]
    )[0]
    row = Journal.objects.get(id=posted.id)
    assert (row.effective_at, row.recorded_at) == (moment, posted.recorded_at)
    assert abs(posted.recorded_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_statements_that_the_server_was_let_forget_are_prepared_again() -> None:
    for _ in range(3):
        post_journals_alone(journals=[journal(move("cash/main", "income/storage", 1))])
        with connection.cursor() as cursor:
            cursor.execute("deallocate all")
    assert get_balance(path="income/storage").posted == 3


def test_after_a_transaction_was_rolled_back_posting_goes_on() -> None:
    post_journals_alone(journals=[journal(move("cash/main", "income/storage", 1))])
    for _ in range(3):
        with transaction.atomic():
            fund(1)
            transaction.set_rollback(True)
        post_journals_alone(journals=[journal(move("cash/main", "income/storage", 1))])
    assert get_balance(path="income/storage").posted == 4


def test_a_new_connection_prepares_its_own() -> None:
    for _ in range(2):
        post_journals_alone(journals=[journal(move("cash/main", "income/storage", 1))])
        connection.close()
    assert get_balance(path="income/storage").posted == 2


def test_a_connection_that_was_cut_is_an_operational_error_and_nothing_is_posted() -> None:
    post_journals_alone(journals=[journal(move("cash/main", "income/storage", 1))])
    info = connection.connection.info
    with psycopg.connect(info.dsn, password=info.password, autocommit=True) as other:
        other.execute("set role none")  # the login itself, which may end its own sessions
        assert other.execute("select pg_terminate_backend(%s, 10000)", [info.backend_pid]).fetchone() == (
            True,
        )

    with pytest.raises(OperationalError):
        post_journals_alone(journals=[journal(move("cash/main", "income/storage", 1))])

    connection.close()
    assert get_balance(path="income/storage").posted == 1


def test_where_the_driver_may_prepare_nothing_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    assert straight_connection() is not None
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    assert straight_connection() is None
    post_journals_alone(journals=[journal(move("cash/main", "income/storage", 1))])
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_prepared_statements")
        assert cursor.fetchone() == (0,)


def test_within_a_transaction_a_cursor_is_used() -> None:
    with transaction.atomic():
        assert straight_connection() is None
