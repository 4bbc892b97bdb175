"""The roll-up job brings the totals up to the last journal that is settled."""

import pytest
from django.db import transaction

from jobs.models import Job
from jobs.runner import run_ready_jobs
from jobs.services import enqueue_job
from ledger import tasks
from ledger.models import RollUp
from ledger.selectors import get_balance, get_rolled_up_journal_id
from tests.ledger.standing import fund, move, own_findings, post

pytestmark = pytest.mark.usefixtures("committed_ledger")


def run_job(key: str) -> Job:
    job = enqueue_job(kind=tasks.ROLL_UP, dedupe_key=key, payload={})
    assert run_ready_jobs(worker="test") == 1
    job.refresh_from_db()
    assert job.state == Job.State.SUCCEEDED
    return job


def test_the_job_rolls_up_what_is_settled() -> None:
    with transaction.atomic():
        last = fund(100).id
    assert run_job("once").result == {"journal_id": last}
    with transaction.atomic():
        last = post(move("cash/main", "income/storage", 7)).id
    assert get_balance(path="income/storage").posted == 7
    run_job("again")
    assert get_rolled_up_journal_id() == last
    assert get_balance(path="income/storage").posted == 7
    assert own_findings() == []


def test_nothing_to_roll_up_leaves_nothing() -> None:
    assert run_job("once").result is None
    assert not RollUp.objects.exists()
