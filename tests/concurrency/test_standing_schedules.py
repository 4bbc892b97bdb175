"""A scheduler and a worker with nothing defined by anybody: the ledger is rolled up all the same."""

from django.db import transaction

from jobs.models import Job, Schedule
from ledger.selectors import get_balance, get_rolled_up_journal_id
from tests.ledger.standing import move, open_standing_accounts, own_findings, post
from tests.processes import beat, redis_server, wait_for, worker


def test_the_ledger_is_rolled_up_without_an_operators_doing(committed_database: str) -> None:
    with transaction.atomic():
        open_standing_accounts()
        last = post(move("loan/example", "income/storage", 9)).id
    with (
        redis_server() as broker,
        worker(committed_database, broker.url) as at_work,
        beat(committed_database, broker.url) as scheduler,
    ):
        logs = (at_work, scheduler)
        wait_for(lambda: get_rolled_up_journal_id() == last, seconds=60, what="a roll-up", logs=logs)
        Schedule.objects.update(enabled=False)
        wait_for(
            lambda: not Job.objects.exclude(state="succeeded").exists(), seconds=60, what="all", logs=logs
        )
    assert get_balance(path="income/storage").posted == 9
    assert own_findings() == []
    assert set(Schedule.objects.values_list("kind", flat=True)) >= {"ledger.roll_up", "ledger.expire_pending"}
