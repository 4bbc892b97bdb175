"""Everything on record about one firm, for whoever may see the firm."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from governance.models import User
from members.errors import CommitmentNotFound
from members.models import Agreement, AnnualUse, Commitment, FirmTransition, FirmUser, RightsTransfer
from members.selectors.firms import get_firm_for
from tenancy import for_the_reserve


def list_transitions_for(actor: User, firm_id: UUID) -> QuerySet[FirmTransition]:
    """The steps of the firm's life cycle, in order, each with who took it. Raises FirmNotFound."""
    firm = get_firm_for(actor, firm_id)
    return firm.transitions.select_related("actor").order_by("id")


def list_firm_people_for(actor: User, firm_id: UUID) -> QuerySet[FirmUser]:
    """The people of the firm. Raises FirmNotFound."""
    firm = get_firm_for(actor, firm_id)
    return firm.people.select_related("user").order_by("id")


def list_annual_uses_for(actor: User, firm_id: UUID) -> QuerySet[AnnualUse]:
    """The firm's statements of yearly use, latest year first. Raises FirmNotFound."""
    firm = get_firm_for(actor, firm_id)
    return firm.annual_uses.select_related("material", "recorded_by", "verified_by").order_by("-year", "id")


def list_agreements_for(actor: User, firm_id: UUID) -> QuerySet[Agreement]:
    """The firm's agreements, oldest first. Raises FirmNotFound."""
    firm = get_firm_for(actor, firm_id)
    return firm.agreements.select_related("policy_version").order_by("starts_on", "id")


def list_commitments_for(actor: User, firm_id: UUID) -> QuerySet[Commitment]:
    """The firm's commitments, open and closed, oldest first. Raises FirmNotFound."""
    firm = get_firm_for(actor, firm_id)
    return firm.commitments.select_related("material").order_by("ordinal")


def get_commitment_for(actor: User, firm_id: UUID, commitment_id: UUID) -> Commitment:
    """One of the firm's commitments. Raises FirmNotFound, CommitmentNotFound."""
    found = list_commitments_for(actor, firm_id).filter(id=commitment_id).first()
    if found is None:
        raise CommitmentNotFound("The firm has no such commitment.", field="commitment")
    return found


def list_rights_transfers_for(actor: User, firm_id: UUID) -> QuerySet[RightsTransfer]:
    """What the firm sold to and bought from other members, latest first. Raises FirmNotFound."""
    firm = get_firm_for(actor, firm_id)
    rows = RightsTransfer.objects.filter(Q(from_firm=firm) | Q(to_firm=firm))
    return rows.order_by("-effective_at", "id")


def with_both_sides(rows: Sequence[RightsTransfer]) -> list[RightsTransfer]:
    """The same transfers with both firms and the material loaded: who traded knows the other side's name."""
    with for_the_reserve():
        loaded = RightsTransfer.objects.select_related(
            "commitment__material", "from_firm", "to_firm"
        ).in_bulk([row.id for row in rows])
    return [loaded[row.id] for row in rows]
