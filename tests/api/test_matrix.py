"""Who gets what at every operation. An operation that isn't in the table fails the test."""

from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from billing.models import Invoice
from governance.models import ApiKey, Proposal, User
from governance.selectors import get_system_user
from governance.services import create_api_key, create_user
from jobs.models import Job
from ledger.models import Journal
from members.domain.requests import AnnualUseRecord
from members.models import AnnualUse, Commitment
from members.services import record_annual_uses
from reserve.domain.requests import InKindDelivery, LotReceipt, TrancheSpec
from reserve.models import Lot
from reserve.services import (
    draw_funding,
    import_lender_statement,
    pay_lender,
    receive_lots,
    register_tranches,
)
from tests.api.conftest import ClientOf, Doors
from tests.api.test_documents import operations
from tests.api.test_drawdowns import wish

pytestmark = pytest.mark.django_db

STAFF = frozenset({"administrator", "approver", "finance", "auditor"})
SIGNED_IN = STAFF | {"member", "rival", "trader"}
EVERYBODY = SIGNED_IN | {"anonymous"}
FIRM = STAFF | {"member"}
FINANCE = frozenset({"finance"})
PROOF_READERS = frozenset({"administrator", "auditor"})

# Who passes; whoever doesn't gets the status. Anonymous gets 401 wherever it doesn't pass.
TABLE: dict[str, tuple[frozenset[str], int]] = {
    "get /api/v1/session": (EVERYBODY, 0),
    "post /api/v1/session": (EVERYBODY, 0),
    "delete /api/v1/session": (EVERYBODY, 0),
    "get /api/v1/me": (SIGNED_IN, 0),
    "get /api/v1/api-keys": (SIGNED_IN, 0),
    "post /api/v1/api-keys": (SIGNED_IN, 0),
    "get /api/v1/api-keys/{api_key_id}": (frozenset({"member", "administrator", "auditor"}), 404),
    "post /api/v1/api-keys/{api_key_id}/rotate": (frozenset({"member"}), 404),
    "post /api/v1/api-keys/{api_key_id}/revoke": (frozenset({"member", "administrator"}), 404),
    "get /api/v1/policy": (SIGNED_IN, 0),
    "get /api/v1/materials": (SIGNED_IN, 0),
    "get /api/v1/materials/{material_code}": (SIGNED_IN, 0),
    "get /api/v1/prices": (SIGNED_IN, 0),
    "get /api/v1/prices/series": (SIGNED_IN, 0),
    "get /api/v1/prices/stale": (STAFF, 403),
    "post /api/v1/price-imports": (frozenset({"administrator", "finance"}), 403),
    "post /api/v1/price-imports/preview": (frozenset({"administrator", "finance"}), 403),
    "get /api/v1/stock-values": (STAFF, 403),
    "get /api/v1/lots": (STAFF, 403),
    "post /api/v1/lots": (STAFF, 403),
    "get /api/v1/lots/mismatches": (STAFF, 403),
    "get /api/v1/lots/{lot_number}": (STAFF, 403),
    "post /api/v1/lots/{lot_number}/acceptance": (frozenset({"administrator"}), 403),
    "post /api/v1/lots/{lot_number}/reject": (frozenset({"administrator", "approver"}), 403),
    "post /api/v1/lots/{lot_number}/moves": (frozenset({"administrator"}), 403),
    "post /api/v1/lots/{lot_number}/split": (frozenset({"administrator"}), 403),
    "post /api/v1/lots/{lot_number}/assays": (frozenset({"administrator"}), 403),
    "post /api/v1/lots/{lot_number}/stop": (frozenset({"administrator", "approver"}), 403),
    "post /api/v1/lots/{lot_number}/release": (frozenset({"administrator"}), 403),
    "post /api/v1/lots/{lot_number}/write-off": (frozenset({"administrator"}), 403),
    "get /api/v1/lot-moves": (STAFF, 403),
    "post /api/v1/lot-moves/{move_id}/arrive": (frozenset({"administrator"}), 403),
    "post /api/v1/lot-moves/{move_id}/write-off": (frozenset({"administrator"}), 403),
    "get /api/v1/stock-counts": (STAFF, 403),
    "post /api/v1/stock-counts": (STAFF, 403),
    "get /api/v1/stock-counts/sheet": (STAFF, 403),
    "post /api/v1/stock-counts/{stock_count_id}/adjustment": (frozenset({"administrator"}), 403),
    "get /api/v1/provenance": (STAFF, 403),
    "post /api/v1/allied-countries": (frozenset({"administrator"}), 403),
    "get /api/v1/firms": (SIGNED_IN, 0),
    "get /api/v1/firms/{firm_id}": (FIRM, 404),
    "post /api/v1/firms": (frozenset({"administrator"}), 403),
    "get /api/v1/firms/{firm_id}/transitions": (FIRM, 404),
    "post /api/v1/firms/{firm_id}/screen": (frozenset({"administrator"}), 403),
    "post /api/v1/firms/{firm_id}/approve": (frozenset({"administrator"}), 403),
    "post /api/v1/firms/{firm_id}/reject": (frozenset({"administrator"}), 403),
    "post /api/v1/firms/{firm_id}/activate": (frozenset({"administrator"}), 403),
    "post /api/v1/firms/{firm_id}/suspend": (frozenset({"administrator"}), 403),
    "post /api/v1/firms/{firm_id}/reinstate": (frozenset({"administrator"}), 403),
    "post /api/v1/firms/{firm_id}/exit": (frozenset({"administrator"}), 403),
    "get /api/v1/firms/{firm_id}/agreements": (FIRM, 404),
    "post /api/v1/firms/{firm_id}/agreements": (FIRM, 404),
    "get /api/v1/firms/{firm_id}/commitments": (FIRM, 404),
    "post /api/v1/firms/{firm_id}/commitments": (FIRM, 404),
    "post /api/v1/firms/{firm_id}/commitments/{commitment_id}/transfers": (frozenset({"administrator"}), 403),
    "get /api/v1/firms/{firm_id}/rights-transfers": (FIRM, 404),
    "get /api/v1/firms/{firm_id}/annual-uses": (FIRM, 404),
    "post /api/v1/firms/{firm_id}/annual-uses": (FIRM, 404),
    "post /api/v1/annual-uses/{annual_use_id}/verify": (frozenset({"administrator", "approver"}), 403),
    "get /api/v1/firms/{firm_id}/positions": (FIRM, 404),
    "get /api/v1/firms/{firm_id}/exposure": (FIRM, 404),
    "get /api/v1/firms/{firm_id}/exposure/history": (FIRM, 404),
    "get /api/v1/exposure": (STAFF, 403),
    "get /api/v1/firms/{firm_id}/statements/{month}": (FIRM, 404),
    "get /api/v1/firms/{firm_id}/statements/{month}/csv": (FIRM, 404),
    "get /api/v1/firms/{firm_id}/statements/{month}/pdf": (FIRM, 404),
    "get /api/v1/invoices": (SIGNED_IN, 0),
    "get /api/v1/invoices/{invoice_id}": (FIRM, 404),
    "get /api/v1/invoices/{invoice_id}/csv": (FIRM, 404),
    "get /api/v1/invoices/{invoice_id}/pdf": (FIRM, 404),
    "get /api/v1/drawdowns": (SIGNED_IN, 0),
    "post /api/v1/drawdowns": (SIGNED_IN, 0),
    "post /api/v1/drawdowns/quote": (SIGNED_IN, 0),
    "get /api/v1/drawdowns/{drawdown_id}": (FIRM, 404),
    "post /api/v1/drawdowns/{drawdown_id}/withdraw": (frozenset({"administrator", "member"}), 404),
    "post /api/v1/drawdowns/{drawdown_id}/approve": (frozenset({"administrator", "approver"}), 403),
    "post /api/v1/drawdowns/{drawdown_id}/refuse": (STAFF, 403),
    "post /api/v1/drawdowns/{drawdown_id}/release": (frozenset({"administrator"}), 403),
    "post /api/v1/drawdowns/{drawdown_id}/deliver": (frozenset({"administrator"}), 403),
    "get /api/v1/funding": (STAFF, 403),
    "post /api/v1/funding/ceiling": (FINANCE, 403),
    "get /api/v1/funding/tranches": (STAFF, 403),
    "post /api/v1/funding/tranches": (FINANCE, 403),
    "get /api/v1/funding/tranches/{tranche_code}/rates": (STAFF, 403),
    "post /api/v1/funding/tranches/{tranche_code}/rates": (FINANCE, 403),
    "get /api/v1/funding/tranches/{tranche_code}/draws": (STAFF, 403),
    "post /api/v1/funding/tranches/{tranche_code}/draws": (frozenset({"administrator", "finance"}), 403),
    "get /api/v1/funding/tranches/{tranche_code}/payments": (STAFF, 403),
    "post /api/v1/funding/tranches/{tranche_code}/payments": (FINANCE, 403),
    "get /api/v1/funding/tranches/{tranche_code}/periods": (STAFF, 403),
    "get /api/v1/funding/tranches/{tranche_code}/statements": (STAFF, 403),
    "post /api/v1/funding/tranches/{tranche_code}/statements": (FINANCE, 403),
    "post /api/v1/funding/tranches/{tranche_code}/statements/preview": (FINANCE, 403),
    "post /api/v1/funding/statements/{statement_id}/compare": (FINANCE, 403),
    "get /api/v1/funding/findings": (STAFF, 403),
    "post /api/v1/funding/findings/{finding_id}/clear": (FINANCE, 403),
    "post /api/v1/funding/draws/{draw_id}/reverse": (FINANCE, 403),
    "post /api/v1/funding/payments/{payment_id}/reverse": (FINANCE, 403),
    "get /api/v1/jobs": (STAFF, 403),
    "get /api/v1/jobs/{job_id}": (STAFF, 403),
    "get /api/v1/proposals": (STAFF, 403),
    "get /api/v1/proposals/{proposal_id}": (STAFF, 403),
    "get /api/v1/proposals/waiting": (STAFF, 403),
    "post /api/v1/proposals/{proposal_id}/withdraw": (frozenset(), 403),
    "post /api/v1/proposals/{proposal_id}/approve": (frozenset({"approver"}), 403),
    "post /api/v1/proposals/{proposal_id}/reject": (STAFF, 403),
    "get /api/v1/journals/{journal_id}/proof": (FIRM, 404),
    "get /api/v1/verifications": (PROOF_READERS, 403),
    "get /api/v1/verifications/state": (PROOF_READERS, 403),
    "get /api/v1/alarms": (PROOF_READERS, 403),
    "post /api/v1/alarms/{alarm_id}/acknowledge": (frozenset({"administrator"}), 403),
    "post /api/v1/calculators/awards": (SIGNED_IN, 0),
    "post /api/v1/calculators/fees": (SIGNED_IN, 0),
}

# Who sees the object and still may not take the step is told so.
SEEN_BUT_REFUSED: dict[tuple[str, str], int] = {
    ("administrator", "post /api/v1/api-keys/{api_key_id}/rotate"): 403,
    ("auditor", "post /api/v1/api-keys/{api_key_id}/rotate"): 403,
    ("auditor", "post /api/v1/api-keys/{api_key_id}/revoke"): 403,
}


@dataclass
class Everybody:
    """A client per role, and the identifiers that fill the addresses: all of the member's firm."""

    clients: dict[str, APIClient]
    identifiers: dict[str, str]

    def ask(self, who: str, operation: str) -> int:
        method, path = operation.split()
        client = self.clients[who]
        if method == "get":
            return client.get(path.format(**self.identifiers)).status_code
        return client.generic(
            method.upper(), path.format(**self.identifiers), "{}", content_type="application/json"
        ).status_code


@pytest.fixture
def everybody(billed: Doors, client_of: ClientOf, anonymous: APIClient) -> Everybody:
    staff = {role: client_of(create_user(username=f"a-{role}", roles=[role])) for role in sorted(STAFF)}
    trader = client_of(create_user(username="tess", roles=["trader"]))
    drawdown = billed.member.post("/api/v1/drawdowns", wish(billed), format="json").json()
    return Everybody(
        clients=staff
        | {"member": billed.member, "rival": billed.rival, "trader": trader, "anonymous": anonymous},
        identifiers={
            "firm_id": str(billed.own.id),
            "material_code": "antimony",
            "commitment_id": str(Commitment.objects.filter(firm=billed.own)[0].id),
            "annual_use_id": str(_unverified_use(billed).id),
            "month": "2026-03",
            **_lending(billed),
            "invoice_id": str(Invoice.objects.get(firm=billed.own).id),
            "drawdown_id": drawdown["id"],
            "journal_id": str(_journal_of_an_invoice(billed).id),
            "lot_number": _lot(billed).number,
            "move_id": str(uuid4()),
            "stock_count_id": str(uuid4()),
            "alarm_id": "1",
            "api_key_id": str(_idle_key_of_the_member(billed).id),
            "job_id": str(Job.objects.all()[0].id),
            "proposal_id": str(Proposal.objects.filter(subject_type="fee_run").latest("proposed_at").id),
        },
    )


def _lending(doors: Doors) -> dict[str, str]:
    """A loan with a draw, a payment and a statement that differs."""
    when = timezone.now()
    finance = doors.reserve.finance
    spec = TrancheSpec(code="loan-a", kind="loan", limit_cents=100_000, upfront_fee_percent=Decimal(1))
    register_tranches(tranches=[spec], actor=get_system_user(), effective_at=when)
    draw = draw_funding(tranche_code="loan-a", amount_cents=50_000, actor=finance, effective_at=when)
    payment = pay_lender(
        tranche_code="loan-a", purpose="fees", amount_cents=1, actor=finance, effective_at=when
    )
    table = "date,kind,amount_usd,principal_usd\n2026-04-02,opening,,0.00\n2026-04-02,closing,,1.00\n"
    comparison, _ = import_lender_statement(
        table=BytesIO(table.encode()), filename="a.csv", tranche_code="loan-a", actor=finance
    )
    assert comparison.statement is not None
    return {
        "tranche_code": "loan-a",
        "draw_id": str(draw.id),
        "payment_id": str(payment.id),
        "statement_id": str(comparison.statement.id),
        "finding_id": str(comparison.statement.findings.get().id),
    }


def _journal_of_an_invoice(doors: Doors) -> Journal:
    invoice = Invoice.objects.get(firm=doors.own)
    return Journal.objects.get(reference_type="invoice", reference_id=str(invoice.id))


def _lot(doors: Doors) -> Lot:
    brought = InKindDelivery(
        reference="example",
        material_code="antimony",
        facility_code="east-vault",
        assay_element="Sb",
        assay_percent=Decimal("99.65"),
    )
    receipt = LotReceipt(
        gross_g=1000,
        net_g=1000,
        assay_element="Sb",
        assay_percent=Decimal("99.65"),
        origin_mining="US",
        origin_refining="US",
        stage="metal",
        producer="Example Producer",
        declared_goods="Antimony metal",
        in_kind=brought,
    )
    administrator = doors.reserve.administrator
    return receive_lots(lots=[receipt], actor=administrator, effective_at=timezone.now())[0]


def _idle_key_of_the_member(doors: Doors) -> ApiKey:
    """Not the one that the member's client sends: it is revoked on the way."""
    return create_api_key(user=User.objects.get(firms__firm=doors.own), name="idle")[0]


def _unverified_use(doors: Doors) -> AnnualUse:
    use = AnnualUseRecord(
        firm_id=doors.own.id, material_code="antimony", year=2024, quantity_g=1, evidence="example"
    )
    return record_annual_uses(uses=[use], actor=doors.reserve.administrator)[0]


def test_every_operation_is_in_the_table() -> None:
    assert sorted(name for name, _ in operations()) == sorted(TABLE)


@pytest.mark.parametrize("operation", TABLE)
def test_who_passes_and_who_does_not(everybody: Everybody, operation: str) -> None:
    passing, refused_with = TABLE[operation]
    # Whoever may change the state comes last, so that everybody meets the same object.
    for who in sorted(EVERYBODY, key=lambda name: name in passing):
        status = everybody.ask(who, operation)
        if who in passing:
            assert status not in (401, 404, 405, 500), (who, status)
            assert status != 403 or "/session" in operation, (who, status)
        else:
            expected = SEEN_BUT_REFUSED.get((who, operation), refused_with)
            assert status == (401 if who == "anonymous" else expected), (who, status)
