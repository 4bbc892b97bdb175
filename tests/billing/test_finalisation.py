"""Making a run final: numbers without gaps, frozen content, posted journals, and no change ever after."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from billing.errors import FeeRunNotDrafted, FinalInvoiceUnchanged
from billing.models import FeeRun, Invoice, InvoiceLine, InvoiceSeries
from billing.selectors import invoice_reference
from billing.services import discard_fee_run, propose_finalisation, start_fee_run
from errors import refusals_of_constraints
from governance.approvals import approve_proposal
from governance.domain.canonical_json import sha256_of_json
from governance.errors import ProposalChanged, RoleRequired, SelfApproval
from governance.services import create_user, grant_role
from jobs.models import OutboxEvent
from ledger.models import Journal
from ledger.selectors import get_balance
from members.services import add_firm_user
from tests.billing.standing import MARCH, Reserve, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_firms(reserve: Reserve) -> Reserve:
    """Three firms with one tonne each from 1 March at 0.62."""
    reserve.set_rate("0.62", "2026-01-01")
    for name in ("Ash (example)", "Birch (example)", "Cedar (example)"):
        reserve.store(reserve.add_firm(name), "2026-03-01", 1_000_000)
    return reserve


def references(fee_run: FeeRun) -> list[str]:
    return [
        invoice_reference(invoice)
        for invoice in Invoice.objects.filter(fee_run=fee_run).select_related("series").order_by("number")
    ]


def test_numbers_run_on_without_a_gap_in_the_order_of_firms(three_firms: Reserve) -> None:
    march = three_firms.finalise()
    assert references(march) == ["INV-2026-000001", "INV-2026-000002", "INV-2026-000003"]
    firms = list(Invoice.objects.filter(fee_run=march).order_by("number").values_list("firm_id", flat=True))
    assert firms == sorted(firms)
    with time_machine.travel(datetime(2026, 5, 4, 15, 0, tzinfo=UTC)):
        assert references(three_firms.finalise(date(2026, 4, 1))) == [
            "INV-2026-000004",
            "INV-2026-000005",
            "INV-2026-000006",
        ]


def test_a_finalisation_that_fails_takes_no_number(three_firms: Reserve) -> None:
    fee_run = three_firms.draft()
    proposal = propose_finalisation(fee_run_id=fee_run.id, actor=three_firms.finance)
    with suppress(ZeroDivisionError), transaction.atomic():
        three_firms.approve(proposal.id)
        assert InvoiceSeries.objects.get().last_number == 3
        raise ZeroDivisionError
    assert not InvoiceSeries.objects.exists()
    three_firms.approve(proposal.id)
    assert references(fee_run)[0] == "INV-2026-000001"


def test_issue_and_due_dates(three_firms: Reserve) -> None:
    invoice = Invoice.objects.filter(fee_run=three_firms.finalise()).first()
    assert invoice is not None
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 4, 13), date(2026, 4, 27))


def test_a_run_made_final_late_is_not_dated_back(three_firms: Reserve) -> None:
    with time_machine.travel(datetime(2026, 6, 3, 15, 0, tzinfo=UTC)):
        invoice = Invoice.objects.filter(fee_run=three_firms.finalise()).first()
    assert invoice is not None
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 6, 3), date(2026, 6, 25))


def test_each_invoice_is_posted_once_to_its_firms_receivable(three_firms: Reserve) -> None:
    fee_run = three_firms.finalise()
    for invoice in Invoice.objects.filter(fee_run=fee_run):
        # 31 tonne-days at 0.62, and 39,000 USD for 31 days at 4.80 percent; the fee was posted in January
        assert invoice.posted_cents == 19_22 + 161_20
        assert get_balance(path=f"receivable/{invoice.firm_id}").posted == invoice.total_cents
        journal = Journal.objects.get(reference_id=str(invoice.id))
        assert journal.id == invoice.journal_id
        assert journal.effective_at == at("2026-04-13", hour=0)
        assert journal.metadata == {"invoice": invoice_reference(invoice), "service_month": "2026-03"}
    assert get_balance(path="income/storage").posted == -3 * 19_22
    assert get_balance(path="income/carrying").posted == -3 * 161_20


def test_the_content_is_everything_that_is_printed_and_hashed(three_firms: Reserve) -> None:
    invoice = (
        Invoice.objects.filter(fee_run=three_firms.finalise()).select_related("firm").order_by("number")[0]
    )
    assert invoice.content is not None
    assert sha256_of_json(invoice.content) == invoice.sha256
    assert invoice.content["number"] == "INV-2026-000001"
    assert invoice.content["firm"]["legal_name"] == invoice.firm.legal_name
    assert invoice.content["totals"] == {
        "storage_usd": "19.22",
        "carrying_usd": "161.20",
        "upfront_usd": "9750.00",
        "total_usd": "9930.42",
    }
    assert invoice.content["lines"][0] == {
        "ordinal": 1,
        "kind": "storage",
        "material": "antimony",
        "material_name": "Antimony",
        "facility": "east-vault",
        "facility_name": "East vault",
        "from": "2026-03-01",
        "to": "2026-04-01",
        "tonne_days": "31",
        "rate_usd_per_tonne_day": "0.62",
        "amount_usd": "19.22",
    }


def test_a_second_person_is_needed(three_firms: Reserve) -> None:
    fee_run = three_firms.draft()
    proposal = propose_finalisation(fee_run_id=fee_run.id, actor=three_firms.finance)
    with pytest.raises(RoleRequired):
        approve_proposal(proposal_id=proposal.id, actor=three_firms.administrator)
    grant_role(user=three_firms.finance, role="approver")
    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=three_firms.finance)
    assert not Invoice.objects.filter(state=Invoice.State.FINAL).exists()


def test_drafts_that_changed_after_the_proposal_are_not_made_final(three_firms: Reserve) -> None:
    fee_run = three_firms.draft()
    proposal = propose_finalisation(fee_run_id=fee_run.id, actor=three_firms.finance)
    InvoiceLine.objects.filter(invoice__fee_run=fee_run).first().delete()  # type: ignore[union-attr]
    with pytest.raises(ProposalChanged):
        three_firms.approve(proposal.id)


def test_a_final_run_is_neither_finalised_again_nor_discarded_nor_started_again(three_firms: Reserve) -> None:
    fee_run = three_firms.finalise()
    with pytest.raises(FeeRunNotDrafted):
        propose_finalisation(fee_run_id=fee_run.id, actor=three_firms.finance)
    with pytest.raises(FeeRunNotDrafted):
        discard_fee_run(fee_run_id=fee_run.id, actor=three_firms.finance, reason="no")
    assert start_fee_run(month=MARCH, actor=three_firms.finance).id == fee_run.id


def test_a_mail_goes_only_to_firms_with_an_address_and_names_no_amount(three_firms: Reserve) -> None:
    owner = create_user(username="olga", email="olga@example.com")
    add_firm_user(firm_id=three_firms.firms[1].id, user=owner, role="owner", actor=three_firms.administrator)
    three_firms.finalise()
    (event,) = OutboxEvent.objects.all()
    assert (event.topic, event.payload["to"]) == ("mail", ["olga@example.com"])
    invoice = Invoice.objects.get(firm=three_firms.firms[1])
    assert invoice_reference(invoice) in event.payload["body"]
    assert "9930" not in str(event.payload)


def change_total(invoice: Invoice) -> None:
    Invoice.objects.filter(id=invoice.id).update(total_cents=F("total_cents") + 1)


def unfreeze(invoice: Invoice) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update billing_invoice set state = 'draft' where id = %s", [invoice.id])


def delete_invoice(invoice: Invoice) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from billing_invoice where id = %s", [invoice.id])


def delete_lines(invoice: Invoice) -> None:
    InvoiceLine.objects.filter(invoice=invoice).delete()


def add_line(invoice: Invoice) -> None:
    line = InvoiceLine.objects.filter(invoice=invoice, kind="carrying").get()
    line.id, line.ordinal = None, 99
    line.save(force_insert=True)


@pytest.mark.parametrize("attempt", [change_total, unfreeze, delete_invoice, delete_lines, add_line])
def test_a_final_invoice_never_changes(three_firms: Reserve, attempt: Callable[[Invoice], None]) -> None:
    invoice = Invoice.objects.filter(fee_run=three_firms.finalise()).order_by("number")[0]
    with pytest.raises(FinalInvoiceUnchanged), transaction.atomic(), refusals_of_constraints():
        attempt(invoice)


def test_the_same_attempts_on_a_draft_are_possible(three_firms: Reserve) -> None:
    """The control: what is refused above is refused because the invoice is final."""
    invoice = Invoice.objects.filter(fee_run=three_firms.draft()).order_by("firm_id")[0]
    for attempt in (change_total, add_line, delete_lines, delete_invoice):
        attempt(invoice)


@pytest.mark.parametrize(
    "statement",
    [
        "update billing_invoiceline set amount_cents = 1",
        "truncate billing_invoice cascade",
        "truncate billing_invoiceline",
        "delete from billing_invoiceseries",
        "delete from billing_feerun",
        "update billing_ratecard set usd_per_tonne_day = 9",
        "alter table billing_invoice disable trigger all",
        "drop trigger billing_invoice_final_unchanged on billing_invoice",
    ],
)
def test_the_service_role_has_no_way_around(three_firms: Reserve, statement: str) -> None:
    three_firms.finalise()
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)
