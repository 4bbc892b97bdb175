"""Loans where commits are real: closed months, and two at once. Each race has a control that shows it."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connections, transaction

from errors import Refusal
from governance.approvals import approve_proposal
from ledger.models import Journal
from ledger.selectors import get_balance
from ledger.services import close_period
from ledger.verification import run_checks
from reserve.models import FundingTranche, LoanAccrual
from reserve.selectors import get_funding, get_tranche, list_loan_periods
from reserve.selectors.loans import recorded_accruals
from reserve.services import (
    accrue_tranche,
    draw_funding,
    loan_accruals,
    loan_payments,
    pay_lender,
    place_purchase_orders,
    propose_funding_ceiling,
)
from tests.reserve.lending import DAILY, DRAWN, broken_checks, draw_more, noon, owed, register
from tests.reserve.standing import NOON, TONNE, USD, People, build_reserve, order

MAY = date(2026, 5, 11)


@pytest.fixture
def loan(committed_database: str) -> Iterator[People]:
    """It is the tenth of June 2026; seven and a half million were drawn on the first of March."""
    with time_machine.travel(datetime(2026, 6, 10, 16, tzinfo=UTC)):
        people = build_reserve()
        register("loan-b")
        draw_funding(tranche_code="loan-b", amount_cents=DRAWN, actor=people.finance, effective_at=NOON)
        yield people


def at_once(*steps: Callable[[], object]) -> list[str]:
    """Each in a thread of its own; answers what became of them, sorted."""
    start = threading.Barrier(len(steps))
    outcomes: list[str] = []

    def run(step: Callable[[], object]) -> None:
        start.wait()
        try:
            step()
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        except Exception as error:  # noqa: BLE001 - what happens without the lock is what the test asks
            outcomes.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_late_facts_of_a_closed_month_are_one_adjustment_of_it(loan: People) -> None:
    accrue_tranche(tranche_code="loan-b", until=MAY)
    open_from = datetime(2026, 5, 1, 4, tzinfo=UTC)
    with transaction.atomic():
        close_period(closed_until=open_from, reason="April is done")

    draw = draw_more(loan, date(2026, 3, 30))
    drawn = Journal.objects.get(idempotency_key=f"draw:{draw.id}")
    assert (drawn.effective_at, drawn.adjusts_month) == (open_from, date(2026, 3, 1))

    # March and April in one journal each, and the ten days of May in theirs.
    assert accrue_tranche(tranche_code="loan-b", until=MAY) == 12
    adjusted = Journal.objects.filter(kind="reserve.loan_interest", adjusts_month__isnull=False)
    assert [(row.adjusts_month, row.effective_at) for row in adjusted.order_by("adjusts_month")] == [
        (date(2026, 3, 1), open_from),
        (date(2026, 4, 1), open_from),
    ]
    assert owed() == 71 * DAILY + 42 * DAILY // 10
    april = list_loan_periods(tranche=get_tranche(code="loan-b"), until=date(2026, 5, 1))[1]
    assert april.interest_cents == 33 * DAILY
    assert accrue_tranche(tranche_code="loan-b", until=MAY) == 0
    assert broken_checks() == []


def test_days_missed_before_a_closing_are_adjustments_too(loan: People) -> None:
    with transaction.atomic():
        close_period(closed_until=datetime(2026, 4, 15, 4, tzinfo=UTC), reason="half of April")
    assert accrue_tranche(tranche_code="loan-b", until=date(2026, 4, 20)) == 2 + 5
    assert owed() == 50 * DAILY
    assert [result.name for result in run_checks() if not result.is_clean] == []


def test_two_runs_at_once_post_every_day_once(loan: People) -> None:
    def run() -> object:
        return accrue_tranche(tranche_code="loan-b", until=MAY)

    assert at_once(run, run, run) == ["done", "done", "done"]
    assert (owed(), LoanAccrual.objects.count()) == (71 * DAILY, 71)


def test_without_the_lock_two_runs_would_collide(loan: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the lock prevents happens without it, and the database's keys catch it."""
    both = threading.Barrier(2)

    def unlocked(*, code: str) -> FundingTranche:
        return get_tranche(code=code)

    def late(*, tranche: FundingTranche) -> object:
        found = recorded_accruals(tranche=tranche)
        both.wait()
        return found

    monkeypatch.setattr(loan_accruals, "lock_tranche", unlocked)
    monkeypatch.setattr(loan_accruals, "recorded_accruals", late)

    def run() -> object:
        return accrue_tranche(tranche_code="loan-b", until=MAY)

    assert at_once(run, run) == ["IntegrityError", "done"]
    assert owed() == 71 * DAILY


def test_a_late_draw_and_a_run_at_once_end_in_the_same_book(loan: People) -> None:
    def run() -> object:
        return accrue_tranche(tranche_code="loan-b", until=MAY)

    assert at_once(run, lambda: draw_more(loan, date(2026, 3, 30)), run) == ["done", "done", "done"]
    run()
    assert owed() == 71 * DAILY + 42 * DAILY // 10
    assert broken_checks() == []


def test_the_last_dollar_is_repaid_by_one_of_two(loan: People) -> None:
    def repay() -> object:
        return pay_lender(
            tranche_code="loan-b",
            purpose="principal",
            amount_cents=DRAWN,
            actor=loan.finance,
            effective_at=noon(MAY),
        )

    draw_funding(tranche_code="capital", amount_cents=100_000 * USD, actor=loan.finance, effective_at=NOON)
    draw_funding(tranche_code="loan-a", amount_cents=800_000 * USD, actor=loan.finance, effective_at=NOON)
    assert at_once(repay, repay) == ["done", "loan_overpaid"]
    assert get_balance(path="loan/loan-b").posted == 0


def test_without_the_lock_it_would_be_repaid_twice(loan: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control. Half is repaid by each of three, so that only the lock can say no to the third."""
    together = threading.Barrier(3)
    checked = loan_payments.require_principal

    def unlocked(*, code: str) -> FundingTranche:
        return get_tranche(code=code)

    def late(*, tranche: FundingTranche, most_cents: int = 0) -> None:
        checked(tranche=tranche, most_cents=most_cents)
        together.wait()

    monkeypatch.setattr(loan_payments, "lock_tranche", unlocked)
    monkeypatch.setattr(loan_payments, "require_principal", late)
    draw_funding(tranche_code="loan-a", amount_cents=800_000 * USD, actor=loan.finance, effective_at=NOON)

    def repay() -> object:
        return pay_lender(
            tranche_code="loan-b",
            purpose="principal",
            amount_cents=DRAWN * 36 // 100,
            actor=loan.finance,
            effective_at=noon(MAY),
        )

    assert at_once(repay, repay, repay) == ["done", "done", "done"]
    assert get_balance(path="loan/loan-b").posted > 0


def test_the_last_room_under_a_ceiling_is_given_once(loan: People) -> None:
    proposal = propose_funding_ceiling(
        limit_cents=300_000 * USD, authority_reference="Example Act, section 7", actor=loan.finance
    )
    approve_proposal(proposal_id=proposal.id, actor=loan.approver)

    def buy() -> object:
        return place_purchase_orders(orders=[order()], actor=loan.administrator, effective_at=NOON)

    assert at_once(buy, buy) == ["ceiling_exceeded", "done"]
    assert get_funding().purchasable_cents == 100_000 * USD


def test_a_ceiling_set_while_orders_are_placed_counts_them_all(loan: People) -> None:
    proposals = propose_funding_ceiling(
        limit_cents=900_000 * USD, authority_reference="Example Act, section 7", actor=loan.finance
    )

    def buy() -> object:
        wish = order(quantity_g=TONNE, price_usd_per_kg=Decimal(20))
        return place_purchase_orders(orders=[wish], actor=loan.administrator, effective_at=NOON)

    def approve() -> object:
        return approve_proposal(proposal_id=proposals.id, actor=loan.approver)

    assert at_once(buy, approve, buy, buy) == ["done"] * 4
    ceiling = get_funding().ceiling
    assert ceiling is not None
    assert ceiling.left_cents == 840_000 * USD
    assert broken_checks() == []
