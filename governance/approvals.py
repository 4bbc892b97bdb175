"""Second-person approval: one person proposes a step, another decides it, and approving does it.

An app registers the steps it owns in its `AppConfig.ready`. What is approved is exactly what was
proposed: the payload is frozen with its hash, and the hash is checked again before the step is applied.
Payloads hold text, whole numbers, booleans, lists and mappings; mass and money as integers or text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.domain.canonical_json import sha256_of_json
from governance.domain.roles import Role
from governance.errors import (
    ProposalChanged,
    ProposalExpired,
    ProposalNotOpen,
    RoleRequired,
    SelfApproval,
    SystemUserActs,
    UnknownProposal,
)
from governance.models import Proposal, User
from governance.selectors.policies import get_policy
from governance.selectors.users import SYSTEM_USERNAME, require_role

Apply = Callable[[Proposal, User], None]


@dataclass(frozen=True)
class Action:
    """A step that needs a second person: what approving does, and who may approve."""

    name: str
    apply: Apply
    approver_roles: tuple[str, ...]


_ACTIONS: dict[str, Action] = {}


def register_action(*, action: str, apply: Apply, approver_roles: tuple[str, ...] = (Role.APPROVER,)) -> None:
    """Make a step known. `apply(proposal, approver)` runs in the transaction of the approval."""
    _ACTIONS[action] = Action(action, apply, approver_roles)


def registered_actions() -> dict[str, Action]:
    """Every step that needs a second person, by name."""
    return dict(_ACTIONS)


@transaction.atomic
def propose(
    *,
    action: str,
    subject_type: str,
    subject_id: str,
    payload: Mapping[str, object],
    actor: User,
    reason: str = "",
) -> Proposal:
    """Put a step before a second person. Raises ProposalOpen if the subject has an open proposal.

    Who may propose is the rule of the app that owns the step; it checks before it calls this.
    """
    if action not in _ACTIONS:
        raise LookupError(f"no app registered the action {action!r}")
    now = timezone.now()
    _expire_proposals_of(subject_type, subject_id)
    with refusals_of_constraints(), transaction.atomic():
        return Proposal.objects.create(
            action=action,
            subject_type=subject_type,
            subject_id=subject_id,
            payload=payload,
            payload_sha256=sha256_of_json(payload),
            reason=reason,
            proposed_by=actor,
            proposed_at=now,
            expires_at=now + timedelta(days=get_policy().proposal_expiry_days),
        )


@transaction.atomic
def approve_proposal(
    *, proposal_id: UUID | str, actor: User, payload_sha256: str | None = None, reason: str = ""
) -> Proposal:
    """Approve and apply in one transaction: both happen or neither.

    `payload_sha256`, if given, is the hash of what the approver saw. Raises UnknownProposal,
    ProposalNotOpen, ProposalExpired, ProposalChanged, SelfApproval, RoleRequired, and whatever
    the step itself refuses.
    """
    proposal = _lock_proposal(proposal_id)
    action = _require_decider(proposal, actor)
    _require_open(proposal)
    if proposal.expires_at <= timezone.now():
        raise ProposalExpired("the proposal has expired; propose it again")
    hashes = {
        proposal.payload_sha256,
        sha256_of_json(proposal.payload),
        payload_sha256 or proposal.payload_sha256,
    }
    if len(hashes) != 1:
        raise ProposalChanged("the content of the proposal isn't what was proposed and seen")
    _decide(proposal, Proposal.State.APPROVED, actor, reason)
    action.apply(proposal, actor)
    return proposal


@transaction.atomic
def reject_proposal(*, proposal_id: UUID | str, actor: User, reason: str) -> Proposal:
    """Refuse a proposed step, with the reason. Raises what `approve_proposal` raises about who and when."""
    proposal = _lock_proposal(proposal_id)
    _require_decider(proposal, actor)
    _require_open(proposal)
    _decide(proposal, Proposal.State.REJECTED, actor, reason)
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal_id: UUID | str, actor: User, reason: str = "") -> Proposal:
    """Take back one's own proposal. Raises UnknownProposal, ProposalNotOpen, RoleRequired."""
    proposal = _lock_proposal(proposal_id)
    if proposal.proposed_by_id != actor.pk:
        raise RoleRequired("only the person who proposed it can withdraw it", roles=["proposer"])
    _require_open(proposal)
    _decide(proposal, Proposal.State.WITHDRAWN, None, reason)
    return proposal


def _lock_proposal(proposal_id: UUID | str) -> Proposal:
    proposal = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("proposed_by")
        .filter(pk=proposal_id)
        .first()
    )
    if proposal is None:
        raise UnknownProposal("no such proposal")
    return proposal


def _require_open(proposal: Proposal) -> None:
    if proposal.state != Proposal.State.OPEN:
        raise ProposalNotOpen(f"the proposal is {proposal.state} already", state=proposal.state)


def _require_decider(proposal: Proposal, actor: User) -> Action:
    if actor.username == SYSTEM_USERNAME:
        raise SystemUserActs("a person must decide a proposal")
    action = _ACTIONS[proposal.action]
    require_role(actor, *action.approver_roles)
    if proposal.proposed_by_id == actor.pk:
        raise SelfApproval("a second person must decide what you proposed")
    return action


def _decide(proposal: Proposal, state: Proposal.State, actor: User | None, reason: str) -> None:
    proposal.state = state
    proposal.decided_by = actor
    proposal.decided_at = timezone.now()
    proposal.decision_reason = reason
    proposal.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


def _expire_proposals_of(subject_type: str, subject_id: str) -> None:
    now = timezone.now()
    Proposal.objects.filter(
        subject_type=subject_type, subject_id=subject_id, state=Proposal.State.OPEN, expires_at__lte=now
    ).update(state=Proposal.State.EXPIRED, decided_at=now)
