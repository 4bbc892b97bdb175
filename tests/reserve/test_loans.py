"""What accrues in the book: every day once, late facts, rates that two people set."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from governance.approvals import approve_proposal
from governance.errors import RoleRequired, SelfApproval
from jobs.models import Job
from jobs.runner import run_ready_jobs
from jobs.services import enqueue_job
from ledger.models import Journal
from ledger.selectors import get_balance, get_balances_as_of
from reserve.errors import (
    DatesReversed,
    EffectiveInFuture,
    PercentOutOfRange,
    TrancheNotFound,
    ValueNotAllowed,
)
from reserve.models import FundingRate, LoanAccrual
from reserve.selectors import get_funding
from reserve.services import (
    draw_funding,
    propose_funding_rate,
)
from reserve.services.funding import ACCRUE
from tests.reserve.lending import DAILY, accrue, broken_checks, noon, owed
from tests.reserve.standing import USD, People


def test_every_missed_day_is_posted_on_its_own_day_and_once(loan: People) -> None:
    assert accrue(date(2026, 3, 11)) == 10
    assert owed() == 10 * DAILY
    assert accrue(date(2026, 3, 11)) == 0
    assert accrue(date(2026, 3, 14)) == 3
    assert owed() == 13 * DAILY == get_balance(path="expense/interest").posted
    at = get_balances_as_of(prefix="loan/loan-b/interest", effective_at=datetime(2026, 3, 4, 5, tzinfo=UTC))
    assert at == {"loan/loan-b/interest": -3 * DAILY}
    assert broken_checks() == []


def test_an_earlier_until_takes_nothing_back(loan: People) -> None:
    accrue(date(2026, 3, 11))
    assert accrue(date(2026, 3, 5)) == 0
    assert owed() == 10 * DAILY


def test_days_to_come_and_unknown_tranches_are_refused(loan: People) -> None:
    with pytest.raises(EffectiveInFuture):
        accrue(date(2026, 6, 11))
    with pytest.raises(TrancheNotFound):
        accrue(date(2026, 6, 10), code="none")


def test_the_days_on_which_clocks_change_are_days(loan: People) -> None:
    """In New York 8 March has 23 hours: its journal stands within it, and the day after in the next."""
    accrue(date(2026, 3, 10))
    times = Journal.objects.filter(kind="reserve.loan_interest").values_list("effective_at", flat=True)
    assert [moment.isoformat() for moment in times.order_by("effective_at")][-3:] == [
        "2026-03-08T04:59:59.999999+00:00",
        "2026-03-09T03:59:59.999999+00:00",
        "2026-03-10T03:59:59.999999+00:00",
    ]


def test_the_job_catches_up_and_a_second_one_finds_nothing(loan: People) -> None:
    for _ in range(2):
        enqueue_job(kind=ACCRUE, dedupe_key=f"accrue-{Job.objects.count()}", payload={})
    run_ready_jobs(worker="test")

    results = Job.objects.filter(kind=ACCRUE).order_by("created_at").values_list("result", flat=True)
    assert list(results) == [{"journals": 101}, {"journals": 0}, {"journals": 0}]
    assert owed() == 101 * DAILY


def test_a_draw_recorded_late_changes_the_days_that_were_accrued(loan: People) -> None:
    accrue(date(2026, 3, 11))
    draw_funding(
        tranche_code="loan-b",
        amount_cents=750_000 * USD,
        actor=loan.finance,
        effective_at=noon(date(2026, 3, 6)),
    )
    assert Job.objects.filter(kind=ACCRUE, payload={"tranche": "loan-b"}).exists()

    assert accrue(date(2026, 3, 11)) == 5
    assert owed() == 10 * DAILY + 5 * DAILY // 10
    assert broken_checks() == []


def test_a_rate_needs_two_people_and_holds_from_its_day_on(loan: People) -> None:
    accrue(date(2026, 3, 11))
    proposal = propose_funding_rate(
        tranche_code="loan-b",
        kind="interest",
        starts_on=date(2026, 3, 6),
        annual_rate_percent=Decimal("9.60"),
        actor=loan.finance,
    )
    with pytest.raises((SelfApproval, RoleRequired)):
        approve_proposal(proposal_id=proposal.id, actor=loan.finance)
    assert FundingRate.objects.count() == 0
    approve_proposal(proposal_id=proposal.id, actor=loan.approver)

    accrue(date(2026, 3, 11))
    assert owed() == 5 * DAILY + 5 * 2 * DAILY
    assert get_funding().tranches[-1].annual_rate_percent == Decimal("9.60")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"annual_rate_percent": Decimal(-1)}, PercentOutOfRange),
        ({"annual_rate_percent": Decimal("NaN")}, PercentOutOfRange),
        ({"kind": "penalty"}, ValueNotAllowed),
        ({"starts_on": date(2026, 2, 1)}, DatesReversed),
        ({"tranche_code": "none"}, TrancheNotFound),
        ({"tranche_code": "capital"}, ValueNotAllowed),
    ],
)
def test_a_bad_rate_is_refused(loan: People, changes: dict[str, object], refusal: type[Exception]) -> None:
    values: dict[str, object] = {
        "tranche_code": "loan-b",
        "kind": "interest",
        "starts_on": date(2026, 3, 6),
        "annual_rate_percent": Decimal(1),
    }
    with pytest.raises(refusal):
        propose_funding_rate(actor=loan.finance, **(values | changes))  # type: ignore[arg-type]


def test_the_database_refuses_a_second_row_of_one_place(loan: People) -> None:
    accrue(date(2026, 3, 2))
    row = LoanAccrual.objects.get()
    row.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)
