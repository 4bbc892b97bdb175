"""Rate cards: proposed by one person, in force once another approves."""

import uuid
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from billing.domain.requests import RateCardSpec
from billing.models import RateCard
from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.models import Proposal, User
from governance.selectors import require_role
from reserve.models import Facility
from reserve.selectors import get_facilities

ACTION = "billing.activate_rate_card"


@transaction.atomic
def propose_rate_cards(
    *, rate_cards: Sequence[RateCardSpec], actor: User, reason: str = ""
) -> list[RateCard]:
    """Put rate cards before a second person, each as a proposal of its own; in the order given.

    Raises FacilityNotFound, MalformedRateCard, RoleRequired.
    """
    require_role(actor, Role.FINANCE, Role.SYSTEM)
    facilities = get_facilities(facility_codes=[spec.facility_code for spec in rate_cards])
    return [_propose(spec, facilities[spec.facility_code], actor, reason) for spec in rate_cards]


def apply_rate_card(proposal: Proposal, approver: User) -> None:
    """Put the card in force. An open-ended card that it takes over from ends where it begins.

    Raises RateCardOverlap where it would still share a day with another card.
    """
    card = RateCard.objects.select_for_update(of=("self",)).get(id=proposal.subject_id)
    # One card of a facility is approved at a time, so that each sees the one before.
    Facility.objects.select_for_update(no_key=True).get(id=card.facility_id)
    with refusals_of_constraints():
        _end_predecessor(card)
        card.state = RateCard.State.ACTIVE
        card.approved_by = approver
        card.approved_at = timezone.now()
        card.save(update_fields=["state", "approved_by", "approved_at"])


def _propose(spec: RateCardSpec, facility: Facility, actor: User, reason: str) -> RateCard:
    card_id = uuid.uuid4()
    proposal = propose(
        action=ACTION,
        subject_type="rate_card",
        subject_id=str(card_id),
        payload={
            "facility": spec.facility_code,
            "storage_class": spec.storage_class,
            "usd_per_tonne_day": format(spec.usd_per_tonne_day, "f"),
            "from": spec.starts_on.isoformat(),
            "to": _text_of(spec.ends_on),
        },
        actor=actor,
        reason=reason,
    )
    with refusals_of_constraints():
        return RateCard.objects.create(
            id=card_id,
            facility=facility,
            storage_class=spec.storage_class,
            usd_per_tonne_day=spec.usd_per_tonne_day,
            starts_on=spec.starts_on,
            ends_on=spec.ends_on,
            proposal=proposal,
            proposed_by=actor,
            proposed_at=proposal.proposed_at,
        )


def _end_predecessor(card: RateCard) -> None:
    RateCard.objects.filter(
        facility_id=card.facility_id,
        storage_class=card.storage_class,
        state=RateCard.State.ACTIVE,
        ends_on__isnull=True,
        starts_on__lt=card.starts_on,
    ).update(ends_on=card.starts_on)


def _text_of(day: date | None) -> str | None:
    return day.isoformat() if day else None
