"""Rate cards: proposed by one person, in force once another approves."""

import uuid
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from billing.domain.requests import RateCardSpec
from billing.errors import RateCardInBilledMonth
from billing.models import FeeRun, RateCard
from billing.services.billed_months import lock_months
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

    Raises RateCardOverlap where it would still share a day with another card, RateCardInBilledMonth
    where it would change what a month costs whose fee run stands.
    """
    lock_months()
    card = RateCard.objects.select_for_update(of=("self",)).get(id=proposal.subject_id)
    # One card of a facility is approved at a time, so that each sees the one before.
    Facility.objects.select_for_update(no_key=True).get(id=card.facility_id)
    predecessor = _predecessor_of(card)
    _refuse_billed_months(card, is_taking_over=predecessor.exists())
    with refusals_of_constraints():
        predecessor.update(ends_on=card.starts_on)
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


def _refuse_billed_months(card: RateCard, *, is_taking_over: bool) -> None:
    """A card touches the months it covers; one that ends another touches all months from its first on."""
    standing = FeeRun.objects.exclude(state=FeeRun.State.DISCARDED)
    touched = standing.filter(month__gte=card.starts_on.replace(day=1))
    if card.ends_on is not None and not is_taking_over:
        touched = touched.filter(month__lt=card.ends_on)
    months = [f"{month:%Y-%m}" for month in touched.order_by("month").values_list("month", flat=True)]
    if months:
        raise RateCardInBilledMonth(
            "A fee run has charged days of this card already.", field="from", months=months
        )


def _predecessor_of(card: RateCard) -> QuerySet[RateCard]:
    """The open-ended card that the new one takes over from, if there is one."""
    return RateCard.objects.filter(
        facility_id=card.facility_id,
        storage_class=card.storage_class,
        state=RateCard.State.ACTIVE,
        ends_on__isnull=True,
        starts_on__lt=card.starts_on,
    )


def _text_of(day: date | None) -> str | None:
    return day.isoformat() if day else None
