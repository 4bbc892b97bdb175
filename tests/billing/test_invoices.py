"""Who sees which invoice: staff all of them, a firm's people its own final ones, others nothing at all."""

import uuid

import pytest

from billing.errors import InvoiceNotFound
from billing.models import Invoice
from billing.selectors import get_invoice_for, list_invoices_for
from governance.models import User
from governance.services import create_user
from members.services import add_firm_user
from tests.billing.standing import Reserve

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_firms(reserve: Reserve) -> Reserve:
    reserve.set_rate("0.62", "2026-01-01")
    for name in ("Ash (example)", "Birch (example)"):
        reserve.store(reserve.add_firm(name), "2026-03-01", 1_000_000)
    return reserve


def person_of(reserve: Reserve, number: int) -> User:
    user = create_user(username=f"person{number}")
    add_firm_user(firm_id=reserve.firms[number].id, user=user, role="viewer", actor=reserve.administrator)
    return user


def test_a_firms_people_see_their_own_final_invoices(two_firms: Reserve) -> None:
    ash = person_of(two_firms, 0)
    two_firms.finalise()
    mine = Invoice.objects.get(firm=two_firms.firms[0])
    assert list(list_invoices_for(ash)) == [mine]
    assert get_invoice_for(ash, mine.id) == mine
    assert get_invoice_for(ash, str(mine.id)).lines.count() == 3


def test_drafts_are_for_staff_alone(two_firms: Reserve) -> None:
    ash = person_of(two_firms, 0)
    fee_run = two_firms.draft()
    draft = Invoice.objects.get(fee_run=fee_run, firm=two_firms.firms[0])
    assert list(list_invoices_for(ash)) == []
    with pytest.raises(InvoiceNotFound):
        get_invoice_for(ash, draft.id)
    assert get_invoice_for(two_firms.finance, draft.id) == draft


def test_a_foreign_id_looks_exactly_like_a_missing_one(two_firms: Reserve) -> None:
    ash, outsider = person_of(two_firms, 0), create_user(username="nobody")
    two_firms.finalise()
    foreign = Invoice.objects.get(firm=two_firms.firms[1])
    refusals = []
    for actor, key in ((ash, foreign.id), (ash, uuid.uuid4()), (ash, "not-an-id"), (outsider, foreign.id)):
        with pytest.raises(InvoiceNotFound) as refused:
            get_invoice_for(actor, key)
        refusals.append((refused.value.message, refused.value.field, refused.value.details))
    assert len({str(refusal) for refusal in refusals}) == 1


@pytest.mark.parametrize("role", ["administrator", "finance", "auditor", "approver"])
def test_staff_see_all(two_firms: Reserve, role: str) -> None:
    two_firms.finalise()
    assert list_invoices_for(create_user(username="staff", roles=[role])).count() == 2


def test_a_trader_is_no_staff(two_firms: Reserve) -> None:
    two_firms.finalise()
    assert not list_invoices_for(create_user(username="trader", roles=["trader"])).exists()
