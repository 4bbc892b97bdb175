"""Proposals, open and decided."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from governance.errors import UnknownProposal
from governance.models import Proposal


def get_proposal(*, proposal_id: UUID | str) -> Proposal:
    """One proposal. Raises UnknownProposal."""
    proposal = list_proposals().filter(id=proposal_id).first()
    if proposal is None:
        raise UnknownProposal("no such proposal")
    return proposal


def list_proposals() -> QuerySet[Proposal]:
    """Every proposal with the people it names."""
    return Proposal.objects.select_related("proposed_by", "decided_by")


def list_open_proposals() -> QuerySet[Proposal]:
    """Proposals that wait for a second person and haven't expired, oldest first."""
    return (
        list_proposals()
        .filter(state=Proposal.State.OPEN, expires_at__gt=timezone.now())
        .order_by("proposed_at", "id")
    )
