"""Accepting lots: proposed by one person, checked, and approved by another who didn't receive them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.errors import ProposalChanged
from governance.models import Proposal, User
from governance.selectors import get_policy, require_role
from ledger.services import JournalRequest, TransferRequest, post_journals
from reserve.domain import accounts
from reserve.domain.lot_checks import LotFinding
from reserve.domain.lot_values import lot_value_cents
from reserve.errors import AcceptedByReceiver, DocumentMissing, LotMismatch
from reserve.models import Lot, PurchaseOrder
from reserve.moments import refuse_before, refuse_future
from reserve.selectors.lots import check_lot, check_lots, get_lots
from reserve.services.lots import lock_lots, refuse_decided

ACTION = "reserve.accept_lot"


@transaction.atomic
def propose_lot_acceptances(
    *,
    lot_numbers: Sequence[str],
    actor: User,
    effective_at: datetime | None = None,
    reason: str = "",
) -> list[Proposal]:
    """Put lots before a second person, one proposal each, in the order given.

    `effective_at` is when they count as stock; empty means when they are approved. Raises
    LotNotFound, LotDecided, DatesReversed, EffectiveInFuture, DocumentMissing, LotMismatch,
    ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    if effective_at is not None:
        refuse_future(effective_at)
    lots = get_lots(lot_numbers=lot_numbers)
    findings = check_lots(lots=lots)
    for lot in lots:
        refuse_decided(lot)
        if effective_at is not None:
            _refuse_before_receipt(lot, effective_at)
        refuse_findings(lot, findings[lot.number])
    return [
        propose(
            action=ACTION,
            subject_type="lot",
            subject_id=str(lot.id),
            payload=_content_of(lot) | {"effective_at": effective_at and effective_at.isoformat()},
            actor=actor,
            reason=reason,
        )
        for lot in lots
    ]


def apply_lot_acceptance(proposal: Proposal, approver: User) -> None:
    """Accept the proposed lot: it becomes stock, and its price is owed to the trader.

    Raises LotDecided, AcceptedByReceiver, DatesReversed, DocumentMissing, LotMismatch; ProposalChanged
    when the lot isn't what was proposed.
    """
    lot = lock_lots(lot_numbers=[proposal.payload["lot"]])[0]
    refuse_decided(lot)
    if lot.received_by.person == approver.person:
        raise AcceptedByReceiver("Who received a lot can't accept it.", lot=lot.number)
    effective_at = proposal.payload["effective_at"]
    if _content_of(lot) | {"effective_at": effective_at} != proposal.payload:
        raise ProposalChanged("The lot isn't what was proposed.", lot=lot.number)
    policy = get_policy()
    refuse_findings(lot, check_lot(lot=lot, policy=policy))
    lot.state = Lot.State.ACCEPTED
    lot.accepted_by = approver
    lot.accepted_at = datetime.fromisoformat(effective_at) if effective_at else timezone.now()
    _refuse_before_receipt(lot, lot.accepted_at)
    lot.policy_version_id = policy.version_id
    lot.value_cents = _take_from_order(lot)
    with refusals_of_constraints():
        lot.save(update_fields=["state", "accepted_by", "accepted_at", "policy_version", "value_cents"])
    post_journals(journals=[_acceptance_journal(lot, lot.accepted_at, lot.value_cents)])


def refuse_findings(lot: Lot, findings: Sequence[LotFinding]) -> None:
    """Raise DocumentMissing or LotMismatch, with every finding, if there is one."""
    if not findings:
        return
    details = [{"code": finding.code, "message": finding.message} for finding in findings]
    if any(finding.code == "document_missing" for finding in findings):
        raise DocumentMissing("A paper that acceptance needs is missing.", lot=lot.number, findings=details)
    raise LotMismatch("Papers, assay, weight or declared goods disagree.", lot=lot.number, findings=details)


def _refuse_before_receipt(lot: Lot, moment: datetime) -> None:
    refuse_before(moment, lot.received_at, "A lot can't be stock before it was received.", lot=lot.number)


def _content_of(lot: Lot) -> dict[str, object]:
    """What the second person decides on; a lot that differs later isn't accepted by that decision."""
    return {
        "lot": lot.number,
        "material": lot.material.code,
        "facility": lot.facility.code,
        "gross_g": lot.gross_g,
        "net_g": lot.net_g,
        "assay": f"{lot.assay_element} {lot.assay_percent:f} percent",
        "origin": f"{lot.origin_mining} {lot.origin_refining}",
        "declared_goods": lot.declared_goods,
        "documents": sorted(f"{paper.kind} {paper.sha256}" for paper in lot.documents.all()),
    }


def _take_from_order(lot: Lot) -> int:
    """What the lot costs in cents; its order, which is locked, counts it as accepted."""
    order = lot.purchase_order
    if order is None:
        return 0
    value = lot_value_cents(
        accepted_before_g=order.accepted_g, net_g=lot.net_g, price_usd_per_kg=order.price_usd_per_kg
    )
    order.accepted_g += lot.net_g
    if order.accepted_g == order.quantity_g:
        order.state = PurchaseOrder.State.CLOSED
        order.closed_reason = "delivered in full"
    order.save(update_fields=["accepted_g", "state", "closed_reason"])
    return value


def _acceptance_journal(lot: Lot, effective_at: datetime, value_cents: int) -> JournalRequest:
    """Custody, title and money in one journal: the lot is stock, is ours, and is owed."""
    facility, material = lot.facility.code, lot.material.code
    transfers = [
        TransferRequest(
            accounts.quarantine(facility, material), accounts.custody(facility, material), lot.net_g
        ),
        TransferRequest(accounts.issued(material), accounts.unattributed(material), lot.net_g),
    ]
    if lot.purchase_order is not None and value_cents:
        trader = lot.purchase_order.trader.code
        transfers += [
            TransferRequest(accounts.payable(trader), accounts.inventory(material), value_cents),
            TransferRequest(accounts.ordered(material), accounts.HEADROOM_CONTRA, value_cents),
        ]
    return JournalRequest(
        kind="reserve.lot_accepted",
        idempotency_key=f"lot:{lot.id}:accept",
        effective_at=effective_at,
        transfers=transfers,
        reference_type="lot",
        reference_id=str(lot.id),
    )
