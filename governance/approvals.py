"""Second-person approval: one person proposes a step, another decides it, and approving does it.

What is approved is exactly what was proposed: the payload and how its subject stood are frozen with their
hashes, and both are compared again before the step is applied. `governance.actions` knows the steps.
Payloads hold text, whole numbers, booleans, lists and mappings; mass and money as integers or text.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.acting import current_acting
from governance.actions import _ACTIONS, Action, find_action, register_action, registered_actions
from governance.domain.canonical_json import sha256_of_json
from governance.domain.differences import difference
from governance.domain.second_person import is_second_person, persons_behind
from governance.errors import (
    DecisionWithoutReason,
    ProposalChanged,
    ProposalExpired,
    ProposalNotOpen,
    ProposalStale,
    RoleRequired,
    SelfApproval,
    SystemUserActs,
    UnknownProposal,
)
from governance.models import Proposal, User
from governance.selectors.policies import get_policy
from governance.selectors.users import SYSTEM_USERNAME, authority_of, require_role

__all__ = [
    "_ACTIONS",
    "approve_proposal",
    "propose",
    "register_action",
    "registered_actions",
    "reject_proposal",
    "withdraw_proposal",
]


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
    state_of = find_action(action).state_of
    before = None if state_of is None else dict(state_of(subject_id))
    now = timezone.now()
    _expire_proposals_of(subject_type, subject_id)
    with refusals_of_constraints(), transaction.atomic():
        return Proposal.objects.create(
            action=action,
            subject_type=subject_type,
            subject_id=subject_id,
            payload=payload,
            payload_sha256=sha256_of_json(payload),
            before=before,
            before_sha256="" if before is None else sha256_of_json(before),
            difference={} if before is None else difference(before, payload),
            authority=sorted(str(person) for person in persons_behind(authority_of(actor))),
            reason=reason,
            proposed_by=actor,
            proposed_with_key_id=current_acting().key_id,
            proposed_at=now,
            expires_at=now + timedelta(days=get_policy().proposal_expiry_days),
        )


@transaction.atomic
def approve_proposal(
    *, proposal_id: UUID | str, actor: User, payload_sha256: str | None = None, reason: str = ""
) -> Proposal:
    """Approve and apply in one transaction: both happen or neither.

    `payload_sha256`, if given, is the hash of what the approver saw. Raises UnknownProposal,
    ProposalNotOpen, ProposalExpired, ProposalChanged, ProposalStale, SelfApproval, RoleRequired,
    SystemUserActs, and whatever the step itself refuses.
    """
    proposal = _lock_proposal(proposal_id)
    action = _require_decider(proposal, actor)
    _require_open(proposal)
    if proposal.expires_at <= timezone.now():
        raise ProposalExpired("the proposal has expired; propose it again")
    _require_unchanged(proposal, action, payload_sha256 or proposal.payload_sha256)
    _decide(proposal, Proposal.State.APPROVED, actor, reason)
    action.apply(proposal, actor)
    return proposal


@transaction.atomic
def reject_proposal(*, proposal_id: UUID | str, actor: User, reason: str) -> Proposal:
    """Refuse a proposed step, with the reason. Raises what `approve_proposal` raises about who and when,
    and DecisionWithoutReason.
    """
    if not reason.strip():
        raise DecisionWithoutReason("a rejection needs a reason in words", field="reason")
    proposal = _lock_proposal(proposal_id)
    _require_decider(proposal, actor)
    _require_open(proposal)
    _decide(proposal, Proposal.State.REJECTED, actor, reason)
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal_id: UUID | str, actor: User, reason: str = "") -> Proposal:
    """Take back one's own proposal. Raises UnknownProposal, ProposalNotOpen, RoleRequired."""
    proposal = _lock_proposal(proposal_id)
    if proposal.proposed_by.person != actor.person:
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
    action = find_action(proposal.action)
    require_role(actor, *action.approver_roles)
    behind = {UUID(person) for person in proposal.authority} | {proposal.proposed_by.person}
    if not is_second_person(behind=behind, decider=authority_of(actor), roles=action.approver_roles):
        raise SelfApproval("a second person must decide what you, or who lent you the role, proposed")
    return action


def _require_unchanged(proposal: Proposal, action: Action, seen_sha256: str) -> None:
    if not proposal.payload_sha256 == sha256_of_json(proposal.payload) == seen_sha256:
        raise ProposalChanged("the content of the proposal isn't what was proposed and seen")
    if action.state_of is None or not proposal.before_sha256:
        return
    if sha256_of_json(dict(action.state_of(proposal.subject_id))) != proposal.before_sha256:
        raise ProposalStale(f"the {proposal.subject_type} changed since the step was proposed")


def _decide(proposal: Proposal, state: Proposal.State, actor: User | None, reason: str) -> None:
    proposal.state = state
    proposal.decided_by = actor
    proposal.decided_person = actor.person if actor else None
    proposal.decided_with_key_id = current_acting().key_id
    proposal.decided_at = timezone.now()
    proposal.decision_reason = reason
    decision = ["state", "decided_by", "decided_person", "decided_with_key", "decided_at", "decision_reason"]
    with refusals_of_constraints():
        proposal.save(update_fields=decision)


def _expire_proposals_of(subject_type: str, subject_id: str) -> None:
    now = timezone.now()
    Proposal.objects.filter(
        subject_type=subject_type, subject_id=subject_id, state=Proposal.State.OPEN, expires_at__lte=now
    ).update(state=Proposal.State.EXPIRED, decided_at=now)
