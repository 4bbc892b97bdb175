"""Throwing a run away, whatever became of its job, and while a worker is in the middle of it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from billing.errors import FeeRunNotDrafted
from billing.models import FeeRun, Invoice
from billing.services import discard_fee_run, start_fee_run
from billing.services.invoice_drafts import DraftProgress, draft_invoices
from jobs.models import Job
from jobs.runner import run_ready_jobs
from jobs.services import cancel_job, replay_job
from tests.billing.standing import MARCH, Reserve, make_reserve
from tests.jobs.waiting import outcomes_of
from tests.processes import wait_for

FIRMS = 3


@pytest.fixture
def committed(committed_database: str, early_april: None, settings: Settings) -> Reserve:
    settings.STRONGROOM_FEE_RUN_FIRMS_PER_STEP = 1
    reserve = make_reserve()
    reserve.set_rate("0.62", "2026-01-01")
    for number in range(FIRMS):
        reserve.store(reserve.add_firm(f"Firm {number} (example)"), "2026-03-01", 1_000_000)
    return reserve


def die(fee_run: FeeRun) -> None:
    """What is left of a job whose attempts are all spent."""
    Job.objects.filter(payload__fee_run=str(fee_run.id)).update(
        state=Job.State.DEAD, finished_at=timezone.now()
    )


def cancel(fee_run: FeeRun) -> None:
    cancel_job(job_id=fee_run.job_id or fee_run.id)


@pytest.mark.parametrize("end", [die, cancel])
def test_a_run_whose_job_has_ended_is_discarded_and_the_month_starts_anew(
    committed: Reserve, end: Callable[[FeeRun], None]
) -> None:
    first = start_fee_run(month=MARCH, actor=committed.finance)
    end(first)
    assert start_fee_run(month=MARCH, actor=committed.finance).id == first.id

    discard_fee_run(fee_run_id=first.id, actor=committed.finance, reason="its job ended")

    second = committed.draft()
    assert (second.version, second.state) == (2, FeeRun.State.DRAFTED)
    assert Invoice.objects.filter(fee_run=second).count() == FIRMS


def test_a_dead_job_replayed_after_the_discard_drafts_nothing(committed: Reserve) -> None:
    fee_run = start_fee_run(month=MARCH, actor=committed.finance)
    die(fee_run)
    discard_fee_run(fee_run_id=fee_run.id, actor=committed.finance, reason="its job ended")
    replay_job(job_id=fee_run.job_id or fee_run.id)
    assert run_ready_jobs(worker="test") == 1
    assert not Invoice.objects.exists()


def test_a_discarded_run_is_not_discarded_again(committed: Reserve) -> None:
    fee_run = committed.draft()
    discard_fee_run(fee_run_id=fee_run.id, actor=committed.finance, reason="once")
    with pytest.raises(FeeRunNotDrafted):
        discard_fee_run(fee_run_id=fee_run.id, actor=committed.finance, reason="twice")


def test_discarding_while_a_worker_is_in_a_step_waits_for_it_and_ends_the_run(
    committed: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step has its job and not yet the run. A discard that took the run first would wait in a circle."""
    fee_run = start_fee_run(month=MARCH, actor=committed.finance)
    has_job = threading.Event()
    draft = draft_invoices

    def draft_once_the_discard_waits(**values: Any) -> DraftProgress:
        has_job.set()
        wait_for(lambda: waiting_sessions() == 1, seconds=10, what="the discard waits for the step")
        return draft(**values)

    def work() -> None:
        try:
            run_ready_jobs(worker="test")
        finally:
            connection.close()

    monkeypatch.setattr("billing.tasks.draft_invoices", draft_once_the_discard_waits)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        assert has_job.wait(10)
        discard_fee_run(fee_run_id=fee_run.id, actor=committed.finance, reason="too early")
        working.result(20)

    fee_run.refresh_from_db()
    assert fee_run.state == FeeRun.State.DISCARDED
    assert outcomes_of(Job.objects.get(payload__fee_run=str(fee_run.id))) == ["cancelled"]
    assert not Invoice.objects.exists()


def waiting_sessions() -> int:
    """How many sessions of this database wait for a lock."""
    with connection.cursor() as cursor:
        # What a transaction has seen of the sessions it would else go on seeing.
        cursor.execute("select pg_stat_clear_snapshot()")
        cursor.execute(
            "select count(*) from pg_stat_activity "
            "where datname = current_database() and wait_event_type = 'Lock'"
        )
        (count,) = cursor.fetchone() or (0,)
        return int(count)
