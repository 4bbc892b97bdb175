"""Proposals, open and decided."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from governance.actions import actions_decided_by
from governance.errors import UnknownProposal
from governance.models import Proposal, User
from governance.selectors.users import authority_of


def get_proposal(*, proposal_id: UUID | str) -> Proposal:
    """One proposal. Raises UnknownProposal."""
    proposal = list_proposals().filter(id=proposal_id).first()
    if proposal is None:
        raise UnknownProposal("no such proposal")
    return proposal


def list_proposals() -> QuerySet[Proposal]:
    """Every proposal with the people and keys it names."""
    return Proposal.objects.select_related(
        "proposed_by", "decided_by", "proposed_with_key", "decided_with_key"
    )


def list_open_proposals() -> QuerySet[Proposal]:
    """Proposals that wait for a second person and haven't expired, oldest first."""
    return (
        list_proposals()
        .filter(state=Proposal.State.OPEN, expires_at__gt=timezone.now())
        .order_by("proposed_at", "id")
    )


def list_proposals_waiting_for(actor: User) -> QuerySet[Proposal]:
    """Open proposals that this very person may decide: in one of its roles, and as a second person to them.

    Says the same as `governance.domain.second_person.is_second_person`, for many proposals at once.
    """
    authority = authority_of(actor)
    may_decide = Q(action__in=actions_decided_by(authority.own_roles))
    for role, lenders in authority.delegators_by_role.items():
        for lender in lenders:
            is_lenders = Q(authority__contains=[str(lender)]) | Q(proposed_by__person=lender)
            may_decide |= Q(action__in=actions_decided_by([role])) & ~is_lenders
    is_own = Q(authority__contains=[str(authority.person)]) | Q(proposed_by__person=authority.person)
    return list_open_proposals().filter(may_decide & ~is_own)
