"""The expiry job voids every pending transfer whose time has run out, some in each step."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from jobs.models import Job
from jobs.runner import run_ready_jobs
from jobs.services import enqueue_job
from ledger import tasks
from ledger.selectors import Balance, get_balance, list_pending
from tests.ledger.standing import fund, hold, post


@pytest.mark.usefixtures("committed_ledger")
def test_the_job_voids_what_has_expired_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "PENDINGS_A_STEP", 2)
    past, future = (timezone.now() + timedelta(hours=hours) for hours in (-1, 1))
    with transaction.atomic():
        fund(100)
        post(*(hold("cash/main", "income/storage", 10, expires_at=past) for _ in range(5)))
        kept = post(hold("cash/main", "income/storage", 7, expires_at=future)).transfer_ids[0]
        job = enqueue_job(kind=tasks.EXPIRE_PENDING, dedupe_key="once", payload={})
    assert run_ready_jobs(worker="test") == 1
    assert Job.objects.get(id=job.id).state == Job.State.SUCCEEDED
    assert Job.objects.get(id=job.id).result == {"voided": 5}
    assert [pending.transfer_id for pending in list_pending()] == [kept]
    assert get_balance(path="cash/main") == Balance("cash/main", posted=100, pending_out=7)
