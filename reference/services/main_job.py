"""The main job: bill a month, draw and replenish, ration a disruption, prove the ledger."""

from collections.abc import Iterator

from allocations.models import Round
from billing.models import FeeRun
from reference.calendar import BILLED_MONTH
from reference.services.billing_month import bill_month
from reference.services.drawing import draw_and_replenish, find_drawdown
from reference.services.load import LoadProgress, get_staff
from reference.services.rationing import find_round, ration


def run_main_job() -> Iterator[LoadProgress]:
    """Do what isn't done yet. Raises JobNotDone, RestCallFailed."""
    staff = get_staff()
    for progress in bill_month(staff=staff):
        yield LoadProgress("fee run of the month, by a worker", progress.done, progress.total or 1)
    yield LoadProgress("a normal drawdown over REST, and its replenishment", 0, 1)
    draw_and_replenish(staff=staff)
    for progress in ration(staff=staff):
        yield LoadProgress("the round of a disruption, by a worker", progress.done, progress.total or 1)


def is_done() -> bool:
    """Whether every part of the main job has ended."""
    drawdown, round_ = find_drawdown(), find_round()
    return (
        FeeRun.objects.filter(month=BILLED_MONTH, state=FeeRun.State.FINALISED).exists()
        and drawdown is not None
        and drawdown.delivered_at is not None
        and drawdown.outstanding_g == 0
        and round_ is not None
        and round_.state == Round.State.SETTLED
    )
