"""Voiding a round that can't or shouldn't be settled: proposed by one person, approved by another."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allocations.errors import RoundWrongState
from allocations.models import Round
from allocations.services.rounds import lock_round
from governance.approvals import propose
from governance.domain.roles import Role
from governance.errors import ProposalChanged
from governance.models import Proposal, User
from governance.selectors import require_role
from reserve.errors import ReasonMissing

ACTION = "allocations.void_round"
VOIDABLE = (Round.State.OPEN, Round.State.COMPUTING, Round.State.COMPUTED)


@transaction.atomic
def propose_round_void(*, round_id: UUID | str, actor: User, reason: str) -> Proposal:
    """Put the end of a round without awards before a second person; nothing changes until it is approved.

    A settlement that is proposed must be rejected or withdrawn first. Raises RoundNotFound,
    RoundWrongState, ReasonMissing, ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    if not reason.strip():
        raise ReasonMissing("Say why the round is voided.", field="reason")
    round_ = lock_round(round_id=round_id)
    _require_voidable(round_)
    return propose(
        action=ACTION,
        subject_type="round",
        subject_id=str(round_.id),
        payload=_content_of(round_),
        actor=actor,
        reason=reason,
    )


def apply_void(proposal: Proposal, approver: User) -> None:
    """Void the round: it grants nothing, and what was asked or computed stays on record.

    A job that still has to compute it finds it voided and leaves it. Raises RoundWrongState, ProposalChanged.
    """
    round_ = lock_round(round_id=proposal.subject_id)
    _require_voidable(round_)
    if _content_of(round_) != proposal.payload:
        raise ProposalChanged("The round isn't what was proposed.", round=str(round_.id))
    round_.state = Round.State.VOIDED
    round_.voided_by, round_.voided_at = approver, timezone.now()
    round_.void_reason = proposal.reason
    round_.save(update_fields=["state", "voided_by", "voided_at", "void_reason"])


def _require_voidable(round_: Round) -> None:
    if round_.state not in VOIDABLE:
        raise RoundWrongState(
            f"The round is {round_.state}.",
            state=round_.state,
            allowed=[state.value for state in VOIDABLE],
        )


def _content_of(round_: Round) -> dict[str, object]:
    """What the second person decides on. How far the round came meanwhile makes no difference to it."""
    return {"round": round_.number, "disruption": str(round_.disruption_id)}
