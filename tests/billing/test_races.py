"""Two people at once: one run per month, and one series of numbers without a gap or a double."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from billing.models import FeeRun, Invoice
from billing.services import propose_finalisation, start_fee_run
from governance.approvals import approve_proposal
from tests.billing.standing import MARCH, Reserve, make_reserve

FEBRUARY = date(2026, 2, 1)


@pytest.fixture
def committed(committed_database: str, early_april: None) -> Reserve:
    reserve = make_reserve()
    reserve.set_rate("0.62", "2026-01-01")
    for number in range(6):
        reserve.store(reserve.add_firm(f"Firm {number} (example)"), "2026-02-01", 1_000_000)
    return reserve


def at_once(*actions: Callable[[], object]) -> None:
    """Run each action in a thread and connection of its own, all started together."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        for done in [pool.submit(run, action) for action in actions]:
            done.result(60)


def test_a_month_started_by_four_at_once_is_one_run(committed: Reserve) -> None:
    at_once(*[lambda: start_fee_run(month=MARCH, actor=committed.finance)] * 4)
    (fee_run,) = FeeRun.objects.all()
    assert fee_run.firms.count() == 6
    assert fee_run.job_id is not None


def test_two_months_made_final_at_once_share_one_series(committed: Reserve) -> None:
    proposals = []
    for month in (FEBRUARY, MARCH):
        fee_run = committed.draft(month)
        proposals.append(propose_finalisation(fee_run_id=fee_run.id, actor=committed.finance).id)
    first, second = proposals
    at_once(
        lambda: approve_proposal(proposal_id=first, actor=committed.approver),
        lambda: approve_proposal(proposal_id=second, actor=committed.approver),
    )
    numbers = Invoice.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 13))
    for month in (FEBRUARY, MARCH):
        of_month = list(
            Invoice.objects.filter(fee_run__month=month).order_by("number").values_list("number", flat=True)
        )
        assert of_month in ([1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12])
