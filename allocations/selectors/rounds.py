"""Reads of rounds, requests and awards. A firm sees its own lines; totals only where they tell nobody's."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from allocations.domain.disclosure import FEWEST_FOR_TOTALS
from allocations.errors import AwardNotFound, RoundNotFound, RoundRequestNotFound
from allocations.models import Award, Disruption, Round, RoundMaterial, RoundRequest
from allocations.selectors.keys import keys_of, uuid_or_none
from governance.models import User
from members.selectors import firms_of, sees_all_firms
from tenancy import for_the_reserve


@dataclass(frozen=True, slots=True)
class Publication:
    """What everybody may know of one material of a settled round. Masses in grams.

    With fewer than three firms only the material is told: a total would be somebody's figure. The
    level is told where it gives nobody's weight away.
    """

    material_code: str
    requested_g: int | None = None
    granted_g: int | None = None
    level: str | None = None
    firms: int | None = None


def list_rounds_for(actor: User) -> QuerySet[Round]:
    """Rounds the actor may know of, latest first."""
    rows = Round.objects.select_related("disruption").order_by("-opened_at", "id")
    if sees_all_firms(actor):
        return rows
    if not firms_of(actor).exists():
        return rows.none()
    return rows.exclude(disruption__state=Disruption.State.PROPOSED)


def get_round_for(actor: User, round_id: UUID | str) -> Round:
    """One round. Raises RoundNotFound alike for a missing, unknown or malformed number."""
    key = uuid_or_none(round_id)
    found = list_rounds_for(actor).filter(id=key).first() if key else None
    if found is None:
        raise RoundNotFound("No such round.", field="round")
    return found


def list_round_requests_for(actor: User, round_id: UUID | str | None = None) -> QuerySet[RoundRequest]:
    """Requests the actor may see, by material and firm, with both loaded."""
    rows = RoundRequest.objects.select_related("round", "firm", "material").order_by(
        "round_id", "material__code", "firm_id"
    )
    if not sees_all_firms(actor):
        rows = rows.filter(firm__in=firms_of(actor))
    return rows if round_id is None else rows.filter(round_id__in=keys_of(round_id))


def get_round_request_for(actor: User, request_id: UUID | str) -> RoundRequest:
    """One request. Raises RoundRequestNotFound alike for a missing, foreign or malformed number."""
    key = uuid_or_none(request_id)
    found = list_round_requests_for(actor).filter(id=key).first() if key else None
    if found is None:
        raise RoundRequestNotFound("No such request.", field="request")
    return found


def list_awards_for(actor: User, round_id: UUID | str | None = None) -> QuerySet[Award]:
    """Awards the actor may see, by material and firm: members see their own once the round is settled."""
    rows = Award.objects.select_related("round", "firm", "material", "drawdown").order_by(
        "round_id", "material__code", "firm_id"
    )
    if not sees_all_firms(actor):
        rows = rows.filter(firm__in=firms_of(actor), round__state=Round.State.SETTLED)
    return rows if round_id is None else rows.filter(round_id__in=keys_of(round_id))


def get_award_for(actor: User, award_id: UUID | str) -> Award:
    """One award. Raises AwardNotFound alike for a missing, foreign, unsettled or malformed number."""
    key = uuid_or_none(award_id)
    found = list_awards_for(actor).filter(id=key).first() if key else None
    if found is None:
        raise AwardNotFound("No such award.", field="award")
    return found


def list_outcomes(*, round_id: UUID) -> QuerySet[RoundMaterial]:
    """What came out for each material, for the reserve's staff."""
    return (
        RoundMaterial.objects.filter(round_id=round_id).select_related("material").order_by("material__code")
    )


def list_publications(*, round_id: UUID) -> list[Publication]:
    """What everybody may know of a settled round, by material; nothing before it is settled."""
    with for_the_reserve():
        outcomes = list(list_outcomes(round_id=round_id).filter(round__state=Round.State.SETTLED))
    return [_publication_of(outcome) for outcome in outcomes]


def _publication_of(outcome: RoundMaterial) -> Publication:
    if outcome.firms < FEWEST_FOR_TOTALS:
        return Publication(outcome.material.code)
    is_level_told = outcome.disclosure != RoundMaterial.Disclosure.OWN
    return Publication(
        material_code=outcome.material.code,
        requested_g=outcome.requested_g,
        granted_g=outcome.granted_g,
        level=(outcome.level or None) if is_level_told else None,
        firms=outcome.firms,
    )
