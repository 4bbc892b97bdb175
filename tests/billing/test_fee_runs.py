"""A fee run: what it charges and why, that it can be told again, and what stops it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from billing.errors import FeeMonthNotOver, FeeRunBlocked, FeeRunNotDrafted, MalformedMonth
from billing.models import FeeRun, FeeRunException, FeeRunFirm, Invoice, InvoiceLine
from billing.selectors import find_fee_run, list_exceptions, recalculate_line
from billing.selectors.fee_basis import load_fee_basis
from billing.selectors.fee_runs import digest_of_drafts
from billing.services import discard_fee_run, propose_finalisation, start_fee_run
from billing.services.invoice_drafts import draft_invoices
from governance.errors import RoleRequired
from governance.services import propose_policy_version
from jobs.runner import run_ready_jobs
from jobs.selectors import get_progress
from ledger.services import TransferRequest
from members.domain.requests import RightsTransferRequest
from members.models import Agreement, Commitment
from members.services import propose_rights_transfer
from tests.billing.standing import ANTIMONY, EAST, GALLIUM, MARCH, WEST, Reserve

pytestmark = pytest.mark.django_db


def lines_of(fee_run: FeeRun, kind: str) -> list[InvoiceLine]:
    rows = InvoiceLine.objects.filter(invoice__fee_run=fee_run, kind=kind)
    return list(rows.select_related("facility", "material").order_by("invoice__firm__legal_name", "ordinal"))


@pytest.fixture
def worked(reserve: Reserve) -> Reserve:
    """The worked storage fee of docs/algorithms/storage_fee.md as a firm's month; the draw is on exchange."""
    reserve.set_rate("0.62", "2026-01-01")
    reserve.set_rate("0.65", "2026-03-16")
    firm = reserve.add_firm("Acme Alloys (example)")
    reserve.store(firm, "2026-03-01", 12_000_000)
    reserve.draw_on_exchange(firm, "2026-03-11", 4_500_000)
    return reserve


def test_charges_the_worked_storage_fee_in_two_lines(worked: Reserve) -> None:
    lines = lines_of(worked.draft(), "storage")
    assert [(line.starts_on.day, line.ends_on, line.gram_days, line.amount_cents) for line in lines] == [
        (1, date(2026, 3, 16), 157_500_000, 97_65),
        (16, date(2026, 4, 1), 120_000_000, 78_00),
    ]


def test_what_is_out_on_exchange_is_no_longer_stored_but_still_financed(worked: Reserve) -> None:
    (line,) = lines_of(worked.draft(), "carrying")
    # 12,000 kg at 39.00 are 468,000 USD, all of March, at 4.80 percent ACT/360
    assert (line.gram_days, line.amount_cents) == (31 * 12_000_000, 1934_40)
    assert (line.rate, line.day_count, line.fixed_price_usd_per_kg) == (
        Decimal("4.8"),
        "ACT/360",
        Decimal(39),
    )


def test_a_position_is_stored_where_the_custody_lies(reserve: Reserve) -> None:
    reserve.set_rate("0.60", "2026-01-01", facility=EAST)
    reserve.set_rate("0.30", "2026-01-01", facility=WEST)
    first, second = reserve.add_firm("First (example)"), reserve.add_firm("Second (example)")
    reserve.store(first, "2026-02-10", 1_000_001, facility=EAST)
    reserve.store(second, "2026-02-10", 2_000_000, facility=WEST)
    reserve.store(second, "2026-03-21", -2_000_000, facility=WEST)
    by_facility = {
        line.facility.code: line.gram_days
        for line in lines_of(reserve.draft(), "storage")
        if line.facility and line.invoice.firm_id == first.id
    }
    # 20 days as one third and two thirds of the custody lie east and west, then 11 days in the east alone
    assert by_facility == {EAST: 20 * 333_334 + 11 * 1_000_001, WEST: 20 * 666_667}


def test_each_commitment_is_financed_at_its_own_price(reserve: Reserve) -> None:
    reserve.set_rate("0", "2026-01-01")
    firm = reserve.add_firm(
        "Two prices (example)", commitments=[(ANTIMONY, 1_000_000, "36.00"), (ANTIMONY, 5_000_000, "30.00")]
    )
    reserve.store(firm, "2026-02-10", 3_000_000)
    lines = lines_of(reserve.draft(), "carrying")
    assert [(line.gram_days, line.fixed_price_usd_per_kg, line.amount_cents) for line in lines] == [
        (31 * 1_000_000, Decimal(36), 148_80),
        (31 * 2_000_000, Decimal(30), 248_00),
    ]


def test_a_rate_of_zero_is_a_line_of_zero(reserve: Reserve) -> None:
    reserve.set_rate("0", "2026-01-01")
    reserve.store(reserve.add_firm("Free (example)"), "2026-03-31", 1_000_000)
    assert [line.amount_cents for line in lines_of(reserve.draft(), "storage")] == [0]


def test_a_new_loan_rate_begins_a_line(worked: Reserve) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 15, 0, tzinfo=UTC)):
        proposal = propose_policy_version(
            changes={"loan_rate_percent": "6.00"},
            effective_from=datetime(2026, 3, 16, 5, 0, tzinfo=UTC),
            actor=worked.administrator,
            reason="the loan became dearer",
        )
        worked.approve(proposal.id)
    lines = lines_of(worked.draft(), "carrying")
    assert [(line.starts_on.day, line.rate, line.amount_cents) for line in lines] == [
        (1, Decimal("4.8"), 936_00),
        (16, Decimal("6"), 1248_00),
    ]
    assert all(recalculate_line(line=line).amount_cents == line.amount_cents for line in lines)


def test_every_line_can_be_calculated_again_from_the_ledger(worked: Reserve) -> None:
    fee_run = worked.draft()
    worked.store(worked.firms[0], "2026-03-05", 1_000_000)  # learnt after the cut-off
    lines = InvoiceLine.objects.filter(invoice__fee_run=fee_run)
    assert {line.kind for line in lines} == {"storage", "carrying", "upfront"}
    for line in lines:
        again = recalculate_line(line=line)
        assert (again.gram_days, again.amount_cents, again.is_same_history) == (
            line.gram_days,
            line.amount_cents,
            True,
        )


def test_a_line_names_its_accounts_movements_and_rate_card(worked: Reserve) -> None:
    line = lines_of(worked.draft(), "storage")[0]
    (path,) = line.trace["accounts"]
    assert path == f"position/{worked.firms[0].id}/{ANTIMONY}"
    assert line.trace["accounts"][path]["opening_g"] == 0
    assert len(line.trace["accounts"][path]["transfers"]) == 2
    assert len(line.trace["accounts"][path]["journals"]) == 2
    assert line.trace["rate_card"] == str(line.rate_card_id)
    assert line.trace["gram_days"] == 157_500_000


def test_what_the_ledger_learns_after_the_start_is_not_charged(worked: Reserve) -> None:
    fee_run = start_fee_run(month=MARCH, actor=worked.finance)
    worked.store(worked.firms[0], "2026-03-02", 1_000_000)
    run_ready_jobs(worker="test")
    assert sum(line.amount_cents for line in lines_of(fee_run, "storage")) == 175_65


def test_the_upfront_fee_is_invoiced_once_and_not_posted_again(worked: Reserve) -> None:
    march = worked.draft()
    (line,) = lines_of(march, "upfront")
    # 50,000 kg at 39.00, 50 basis points
    assert (line.amount_cents, line.rate) == (9750_00, Decimal(50))
    invoice = Invoice.objects.get(fee_run=march)
    assert invoice.total_cents - invoice.posted_cents == 9750_00
    with time_machine.travel(datetime(2026, 5, 4, 15, 0, tzinfo=UTC)):
        assert lines_of(worked.draft(date(2026, 4, 1)), "upfront") == []


def test_the_same_month_again_is_the_same_run(worked: Reserve) -> None:
    first = worked.draft()
    digest = digest_of_drafts(fee_run=first)
    again = start_fee_run(month=MARCH, actor=worked.finance)
    assert again.id == first.id == getattr(find_fee_run(month=MARCH), "id", None)
    assert run_ready_jobs(worker="test") == 0
    assert digest_of_drafts(fee_run=first) == digest
    assert FeeRun.objects.count() == 1


def test_drafting_a_drafted_run_again_changes_nothing(worked: Reserve) -> None:
    fee_run = worked.draft()
    digest, basis = digest_of_drafts(fee_run=fee_run), load_fee_basis(fee_run=fee_run)
    assert draft_invoices(fee_run_id=fee_run.id, basis=basis, firm_limit=10).is_complete
    assert digest_of_drafts(fee_run=fee_run) == digest


def test_the_size_of_a_step_changes_no_cent(worked: Reserve, settings: Settings) -> None:
    for number in range(4):
        worked.store(worked.add_firm(f"Firm {number} (example)"), "2026-03-07", 1_234_567 * (number + 1))
    digests = []
    for size in (1, 2, 200):
        settings.STRONGROOM_FEE_RUN_FIRMS_PER_STEP = size
        fee_run = worked.draft()
        assert get_progress(job_id=fee_run.job_id or fee_run.id).done == 5
        digests.append(digest_of_drafts(fee_run=fee_run))
        discard_fee_run(fee_run_id=fee_run.id, actor=worked.finance, reason="try another size")
    assert len(set(digests)) == 1


def test_more_firms_cost_no_more_queries(worked: Reserve) -> None:
    for number in range(7):
        firm = worked.add_firm(f"Firm {number} (example)", commitments=[(ANTIMONY, 9_000_000, "39.00")] * 2)
        worked.store(firm, "2026-03-07", 1_000_000)
    fee_run = start_fee_run(month=MARCH, actor=worked.finance)
    basis = load_fee_basis(fee_run=fee_run)
    counts = []
    for size in (2, 6):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            draft_invoices(fee_run_id=fee_run.id, basis=basis, firm_limit=size)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1  # the last step also marks the run as drafted


def test_a_firm_that_owes_nothing_gets_no_invoice(reserve: Reserve) -> None:
    firm = reserve.add_firm("Early (example)")
    with time_machine.travel(datetime(2026, 2, 3, 15, 0, tzinfo=UTC)):
        january = reserve.draft(date(2026, 1, 1))  # takes the up-front fee
    assert Invoice.objects.filter(fee_run=january).count() == 1
    march = reserve.draft()
    assert not Invoice.objects.filter(fee_run=march).exists()
    assert FeeRunFirm.objects.get(fee_run=march, firm=firm).state == FeeRunFirm.State.NOTHING_DUE
    assert march.state == FeeRun.State.DRAFTED


def test_a_missing_rate_blocks_the_run_until_it_is_drafted_anew(worked: Reserve) -> None:
    firm = worked.add_firm("Gallium user (example)", commitments=[(GALLIUM, 1_000_000, "439.00")])
    worked.store(firm, "2026-03-04", 500_000, material=GALLIUM)
    first = worked.draft()
    (exception,) = list_exceptions(fee_run_id=first.id)
    assert (exception.code, exception.is_blocking, exception.firm_id) == ("missing_rate", True, firm.id)
    assert (getattr(exception.material, "code", ""), getattr(exception.facility, "code", "")) == (
        GALLIUM,
        EAST,
    )
    with pytest.raises(FeeRunBlocked):
        propose_finalisation(fee_run_id=first.id, actor=worked.finance)

    discard_fee_run(fee_run_id=first.id, actor=worked.finance, reason="a rate was missing")
    worked.set_rate("1.10", "2026-01-01", storage_class="metal-cool")
    second = worked.draft()
    assert (first.version, second.version) == (1, 2)
    assert not list_exceptions(fee_run_id=second.id).exists()
    assert not Invoice.objects.filter(fee_run=first).exists()
    propose_finalisation(fee_run_id=second.id, actor=worked.finance)


def test_a_large_change_is_listed_and_does_not_block(worked: Reserve) -> None:
    worked.finalise()
    worked.store(worked.firms[0], "2026-04-02", 30_000_000)
    with time_machine.travel(datetime(2026, 5, 4, 15, 0, tzinfo=UTC)):
        april = worked.draft(date(2026, 4, 1))
        (exception,) = list_exceptions(fee_run_id=april.id)
        assert exception.code == FeeRunException.Code.LARGE_CHANGE
        propose_finalisation(fee_run_id=april.id, actor=worked.finance)


@pytest.mark.parametrize(
    ("month", "refusal"),
    [(date(2026, 4, 1), FeeMonthNotOver), (date(2026, 3, 2), MalformedMonth)],
)
def test_only_a_whole_month_that_is_over(reserve: Reserve, month: date, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        start_fee_run(month=month, actor=reserve.finance)


def test_only_finance_starts_proposes_and_discards(worked: Reserve) -> None:
    with pytest.raises(RoleRequired):
        start_fee_run(month=MARCH, actor=worked.approver)
    fee_run = worked.draft()
    with pytest.raises(RoleRequired):
        propose_finalisation(fee_run_id=fee_run.id, actor=worked.approver)
    with pytest.raises(RoleRequired):
        discard_fee_run(fee_run_id=fee_run.id, actor=worked.approver, reason="no")


def test_a_run_that_is_still_drafting_is_not_proposed(worked: Reserve) -> None:
    fee_run = start_fee_run(month=MARCH, actor=worked.finance)
    with pytest.raises(FeeRunNotDrafted):
        propose_finalisation(fee_run_id=fee_run.id, actor=worked.finance)


def test_a_run_discarded_while_drafting_stops_its_job(worked: Reserve) -> None:
    fee_run = start_fee_run(month=MARCH, actor=worked.finance)
    discard_fee_run(fee_run_id=fee_run.id, actor=worked.finance, reason="too early")
    assert run_ready_jobs(worker="test") == 0
    assert not Invoice.objects.exists()


def test_what_was_sold_to_another_member_is_charged_to_it_from_that_day_on(reserve: Reserve) -> None:
    """8 of 12 tonnes are sold on 11 March with their commitment at 39.00 USD/kg; 4.80 percent, ACT/360."""
    reserve.set_rate("0.62", "2026-01-01")
    seller = reserve.add_firm("Acme Alloys (example)")
    buyer = reserve.add_firm("Beta Batteries (example)", commitments=())
    reserve.store(seller, "2026-03-01", 12_000_000)
    # What is stored here was never attributed; the duty to buy goes down by as much.
    reserve.post(
        "2026-03-01",
        [TransferRequest(f"commitment/{seller.id}/{ANTIMONY}", f"obligations/{ANTIMONY}", 12_000_000)],
    )
    wish = RightsTransferRequest(
        commitment_id=Commitment.objects.get(firm=seller).id,
        to_agreement_id=Agreement.objects.get(firm=buyer).id,
        quantity_g=8_000_000,
        position_g=8_000_000,
    )
    with time_machine.travel(datetime(2026, 3, 11, 17, 0, tzinfo=UTC)):
        reserve.approve(propose_rights_transfer(wish=wish, actor=reserve.administrator, reason="example").id)
    run = reserve.draft()

    assert [(line.invoice.firm, line.gram_days) for line in lines_of(run, "storage")] == [
        (seller, 10 * 12_000_000 + 21 * 4_000_000),
        (buyer, 21 * 8_000_000),
    ]
    carrying = lines_of(run, "carrying")
    # 39.00 x 0.048 / 360 = 0.0052 USD per kg and day
    assert [(line.invoice.firm, line.gram_days, line.amount_cents) for line in carrying] == [
        (seller, 204_000_000, 1060_80),
        (buyer, 168_000_000, 873_60),
    ]
    assert carrying[1].commitment == Commitment.objects.get(firm=buyer)
