"""Activating a firm: proposed by one person, approved by another, charged on its commitments."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.approvals import propose
from governance.domain.roles import Role
from governance.errors import ProposalChanged
from governance.models import Proposal, User
from governance.selectors import require_role
from ledger.services import post_journals
from members.domain.life_cycle import require_state
from members.errors import LeiMissing
from members.models import Firm
from members.selectors.commitments import list_commitments
from members.services.firms import lock_firms, move_firm
from members.services.upfront_fees import charge_upfront_fees

ACTION = "members.activate_firm"


@transaction.atomic
def propose_activation(
    *, firm_id: UUID, actor: User, effective_at: datetime | None = None, reason: str = ""
) -> Proposal:
    """Put an approved firm before a second person. `effective_at` empty means when it is approved.

    Raises FirmNotFound, WrongState, LeiMissing, ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    firm = lock_firms(firm_ids=[firm_id])[firm_id]
    _require_ready(firm)
    return propose(
        action=ACTION,
        subject_type="firm",
        subject_id=str(firm.id),
        payload=_content_of(firm) | {"effective_at": effective_at and effective_at.isoformat()},
        actor=actor,
        reason=reason,
    )


def apply_activation(proposal: Proposal, approver: User) -> None:
    """Make the firm an active member and charge the up-front fee of the commitments it has made.

    Raises WrongState, LeiMissing; ProposalChanged when the firm isn't what was proposed.
    """
    firm_id = UUID(proposal.subject_id)
    firm = lock_firms(firm_ids=[firm_id])[firm_id]
    effective_at = proposal.payload["effective_at"]
    _require_ready(firm)
    if _content_of(firm) | {"effective_at": effective_at} != proposal.payload:
        raise ProposalChanged("The firm or its commitments aren't what was proposed.", firm=str(firm.id))
    at = datetime.fromisoformat(effective_at) if effective_at else timezone.now()
    move_firm(firm=firm, to_state=Firm.State.ACTIVE, actor=approver, reason=proposal.reason, at=at)
    commitments = list(list_commitments(firm_ids=[firm.id]))
    fees = charge_upfront_fees(commitments=commitments, effective_at=at)
    if fees:
        post_journals(journals=fees)


def _require_ready(firm: Firm) -> None:
    require_state(firm.state, frozenset({Firm.State.APPROVED}))
    if not firm.lei and not firm.lei_waiver_reason:
        raise LeiMissing("The firm has no legal entity identifier and no reason is on record.", field="lei")


def _content_of(firm: Firm) -> dict[str, object]:
    """What the second person decides on: who, and on which commitments the fee is charged."""
    return {
        "firm": str(firm.id),
        "legal_name": firm.legal_name,
        "lei": firm.lei,
        "lei_waiver_reason": firm.lei_waiver_reason,
        "commitments": [
            f"{row.material.code} {row.open_g} g at {row.fixed_price_usd_per_kg:f} USD/kg"
            for row in list_commitments(firm_ids=[firm.id])
        ],
    }
