"""Setting, by two people, which countries count as allied."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.models import Proposal, User
from governance.selectors import require_role
from reserve.errors import DatesReversed, ReasonMissing
from reserve.legal_entities import check_country
from reserve.models import AlliedCountries
from reserve.selectors.materials import today
from reserve.texts import check_texts

ACTION = "reserve.set_allied_countries"


@transaction.atomic
def propose_allied_countries(
    *, countries: Sequence[str], effective_from: date, actor: User, reason: str
) -> Proposal:
    """Put a list before a second person; it holds from a day on that hasn't passed, until the next one.

    Raises MalformedCountry, DatesReversed, ReasonMissing, ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    if not reason.strip():
        raise ReasonMissing("Say by which authority the list holds.", field="reason")
    _refuse_past(effective_from)
    listed = sorted({check_country(country, field="countries") for country in countries})
    return propose(
        action=ACTION,
        subject_type="allied_countries",
        subject_id=effective_from.isoformat(),
        payload={"countries": listed, "effective_from": effective_from.isoformat()},
        actor=actor,
        reason=reason,
    )


def apply_allied_countries(proposal: Proposal, approver: User) -> None:
    """Let the list hold from its day on. Raises DatesReversed when that day has passed meanwhile."""
    day = date.fromisoformat(proposal.payload["effective_from"])
    _refuse_past(day)
    row = AlliedCountries(
        effective_from=day,
        countries=proposal.payload["countries"],
        reason=proposal.reason,
        approved_by=approver,
        approved_at=timezone.now(),
    )
    check_texts([row])
    with refusals_of_constraints():
        row.save(force_insert=True)


def _refuse_past(day: date) -> None:
    """A list in force is what decisions were measured by; only a later one replaces it."""
    if day < today():
        raise DatesReversed("A list can't hold from a day that has passed.", field="effective_from")
