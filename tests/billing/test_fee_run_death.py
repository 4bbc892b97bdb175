"""Real workers killed and the broker lost in the middle of a fee run: the same invoices, once each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.db import transaction

from billing.models import FeeRun, FeeRunFirm, Invoice
from billing.selectors.fee_runs import digest_of_drafts
from billing.services import discard_fee_run, propose_finalisation, start_fee_run
from billing.verification import check_contents, check_numbers, check_postings, check_totals
from jobs.models import Job
from tests.billing.standing import MARCH, Reserve, make_reserve
from tests.jobs.waiting import has_state, outcomes_of
from tests.processes import Process, RedisServer, beat, redis_server, wait_for, worker

FIRMS = 24
MIDDLE = 12
ENVIRONMENT = {"STRONGROOM_JOB_LEASE_SECONDS": "3", "STRONGROOM_FEE_RUN_FIRMS_PER_STEP": "1"}


@pytest.fixture
def many_firms(committed_database: str, early_april: None) -> Reserve:
    """Firms of different sizes in two facilities, some of which move during March."""
    reserve = make_reserve()
    for facility in ("east-vault", "west-yard"):
        reserve.set_rate("0.62", "2026-01-01", facility=facility)
        reserve.set_rate("0.65", "2026-03-16", facility=facility)
    for number in range(FIRMS):
        firm = reserve.add_firm(f"Firm {number:02} (example)")
        reserve.store(
            firm, "2026-02-11", 1_234_567 * (number + 1), facility=("east-vault", "west-yard")[number % 2]
        )
        if number % 3 == 0:
            reserve.draw_on_exchange(firm, "2026-03-09", 1_000_003)
    return reserve


@pytest.fixture
def undisturbed(many_firms: Reserve) -> str:
    """Digest of the drafts that a run gives which nothing disturbs."""
    fee_run = many_firms.draft()
    digest = digest_of_drafts(fee_run=fee_run)
    assert Invoice.objects.filter(fee_run=fee_run).count() == FIRMS
    discard_fee_run(fee_run_id=fee_run.id, actor=many_firms.finance, reason="only to compare with")
    return digest


@pytest.fixture
def broker(committed_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A broker of the test's own, that keeps nothing on disk. The test itself sends no notes."""
    monkeypatch.setattr("jobs.services.jobs.offer_work", lambda: True)
    with redis_server() as server:
        yield server


@pytest.fixture
def scheduler(committed_database: str, broker: RedisServer) -> Iterator[Process]:
    with beat(committed_database, broker.url, environment=ENVIRONMENT) as process:
        yield process


@contextmanager
def held_at_the_middle(fee_run: FeeRun, job: Job, *logs: Process) -> Iterator[None]:
    """Inside, the worker stands still within the step of the next firm, with its invoice already written."""
    firms = FeeRunFirm.objects.filter(fee_run=fee_run).order_by("firm_id")
    with transaction.atomic():
        firms.select_for_update(no_key=True).get(id=firms.values_list("id", flat=True)[MIDDLE])
        wait_for(
            lambda: Job.objects.get(id=job.id).progress_done == MIDDLE,
            seconds=60,
            what="the middle of the run",
            logs=logs,
        )
        yield


def assert_as_undisturbed(reserve: Reserve, fee_run: FeeRun, undisturbed: str) -> None:
    """The same drafts; finalised, they are numbered from 1 on, posted once, and everything verifies."""
    fee_run.refresh_from_db()
    assert fee_run.state == FeeRun.State.DRAFTED
    assert digest_of_drafts(fee_run=fee_run) == undisturbed
    assert Invoice.objects.filter(fee_run=fee_run).count() == FIRMS
    reserve.approve(propose_finalisation(fee_run_id=fee_run.id, actor=reserve.finance).id)
    numbers = Invoice.objects.filter(fee_run=fee_run).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, FIRMS + 1))
    for check in (check_postings, check_numbers, check_totals, check_contents):
        assert list(check()) == []


def start(reserve: Reserve) -> tuple[FeeRun, Job]:
    fee_run = start_fee_run(month=MARCH, actor=reserve.finance)
    assert fee_run.job is not None
    return fee_run, fee_run.job


def kill_worker_only(first: Process, broker: RedisServer) -> None:
    first.kill()


def kill_worker_and_lose_the_broker(first: Process, broker: RedisServer) -> None:
    broker.kill()
    first.kill()
    broker.start()


@pytest.mark.parametrize("disturb", [kill_worker_only, kill_worker_and_lose_the_broker])
def test_a_worker_killed_in_the_middle_is_followed_by_another(
    many_firms: Reserve,
    undisturbed: str,
    committed_database: str,
    broker: RedisServer,
    scheduler: Process,
    disturb: Callable[[Process, RedisServer], None],
) -> None:
    fee_run, job = start(many_firms)
    with ExitStack() as stack:
        first = stack.enter_context(worker(committed_database, broker.url, environment=ENVIRONMENT))
        with held_at_the_middle(fee_run, job, first, scheduler):
            disturb(first, broker)
        assert Invoice.objects.filter(fee_run=fee_run).count() == MIDDLE
        assert has_state(job, "running")
        second = stack.enter_context(worker(committed_database, broker.url, environment=ENVIRONMENT))
        took = wait_for(
            lambda: has_state(job, "succeeded"), seconds=60, what="the run's end", logs=(second, scheduler)
        )
    print(f"seconds from the new worker's start to the end of the run: {took:.1f}")  # noqa: T201
    assert outcomes_of(job) == ["lease_expired", "succeeded"]
    assert_as_undisturbed(many_firms, fee_run, undisturbed)
