"""Declaring a disruption and ending it: each proposed by one person and approved by another."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allocations.domain.replenishing import clock_stop_days
from allocations.errors import (
    DisruptionHasRound,
    DisruptionNotFound,
    DisruptionOverlaps,
    DisruptionWrongState,
    NoMaterials,
)
from allocations.models import Disruption, DisruptionMaterial, Drawdown, Round
from allocations.selectors.disruptions import days_of, disrupted_materials, material_codes_of
from allocations.selectors.keys import uuid_or_none
from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.errors import ProposalChanged
from governance.models import Proposal, User
from governance.selectors import get_policy, require_role
from reserve.errors import DatesReversed
from reserve.legal_entities import check_country
from reserve.selectors import get_material_ids, reserve_day, today
from reserve.services.material_locks import lock_materials
from reserve.texts import check_texts

DECLARE = "allocations.declare_disruption"
END = "allocations.end_disruption"


@transaction.atomic
def propose_disruption(
    *,
    material_codes: Collection[str],
    cause: str,
    authority: str,
    review_on: date,
    actor: User,
    affected_origins: Collection[str] = (),
    reason: str = "",
) -> tuple[Disruption, Proposal]:
    """Put a disruption of materials before a second person. Nothing stops until it is approved.

    Raises NoMaterials, MaterialNotFound, DisruptionOverlaps, MalformedCountry, DatesReversed,
    TextMissing, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    codes = sorted(set(material_codes))
    if not codes:
        raise NoMaterials("Name the materials of the disruption.", field="materials")
    if review_on < today():
        raise DatesReversed("The review can't lie in the past.", field="review_on")
    ids = get_material_ids(material_codes=codes)
    _require_undisrupted(codes)
    disruption = Disruption(
        cause=cause,
        affected_origins=sorted({check_country(code, field="affected_origins") for code in affected_origins}),
        authority=authority,
        review_on=review_on,
        proposed_by=actor,
        proposed_at=timezone.now(),
    )
    check_texts([disruption])
    disruption.save(force_insert=True)
    DisruptionMaterial.objects.bulk_create(
        [DisruptionMaterial(disruption=disruption, material_id=ids[code]) for code in codes]
    )
    return disruption, _propose(DECLARE, disruption, actor, reason)


@transaction.atomic
def propose_disruption_end(*, disruption_id: UUID | str, actor: User, reason: str = "") -> Proposal:
    """Put the end of an open disruption before a second person.

    Raises DisruptionNotFound, DisruptionWrongState, DisruptionHasRound, ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    disruption = _lock(disruption_id)
    _require_endable(disruption)
    return _propose(END, disruption, actor, reason)


def apply_declaration(proposal: Proposal, approver: User) -> None:
    """Open the proposed disruption: from now on normal drawdowns of its materials stop.

    Raises DisruptionWrongState, DisruptionOverlaps, ProposalChanged.
    """
    disruption = _lock(proposal.subject_id)
    _require_state(disruption, Disruption.State.PROPOSED)
    _require_unchanged(disruption, proposal)
    codes = material_codes_of(disruption)
    lock_materials(material_codes=codes)
    _require_undisrupted(codes)
    disruption.state = Disruption.State.OPEN
    disruption.declared_by = approver
    disruption.starts_at = timezone.now()
    disruption.policy_version_id = get_policy().version_id
    with refusals_of_constraints():
        disruption.save()
        disruption.materials.update(is_open=True)


def apply_end(proposal: Proposal, approver: User) -> None:
    """End the disruption; what was due meanwhile is due later by as many days as the clock stood.

    Raises DisruptionWrongState, DisruptionHasRound, ProposalChanged.
    """
    disruption = _lock(proposal.subject_id)
    _require_endable(disruption)
    _require_unchanged(disruption, proposal)
    lock_materials(material_codes=material_codes_of(disruption))
    disruption.state = Disruption.State.ENDED
    disruption.ended_by = approver
    disruption.ends_at = timezone.now()
    disruption.save()
    disruption.materials.update(is_open=False)
    _move_due_dates(disruption)


def _propose(action: str, disruption: Disruption, actor: User, reason: str) -> Proposal:
    return propose(
        action=action,
        subject_type="disruption",
        subject_id=str(disruption.id),
        payload=_content_of(disruption),
        actor=actor,
        reason=reason,
    )


def _content_of(disruption: Disruption) -> dict[str, object]:
    """What the second person decides on."""
    return {
        "materials": material_codes_of(disruption),
        "cause": disruption.cause,
        "affected_origins": disruption.affected_origins,
        "authority": disruption.authority,
        "review_on": disruption.review_on.isoformat(),
    }


def _lock(disruption_id: UUID | str) -> Disruption:
    key = uuid_or_none(disruption_id)
    found = Disruption.objects.select_for_update().filter(id=key).first() if key else None
    if found is None:
        raise DisruptionNotFound("No such disruption.", field="disruption")
    return found


def _require_state(disruption: Disruption, state: str) -> None:
    if disruption.state != state:
        raise DisruptionWrongState(f"The disruption is {disruption.state}.", state=disruption.state)


def _require_endable(disruption: Disruption) -> None:
    _require_state(disruption, Disruption.State.OPEN)
    if disruption.rounds.exclude(state__in=Round.FINISHED).exists():
        raise DisruptionHasRound("A round of the disruption is neither settled nor voided.")


def _require_undisrupted(codes: Collection[str]) -> None:
    taken = sorted(disrupted_materials(material_codes=codes))
    if taken:
        raise DisruptionOverlaps(
            "A material is in an open disruption already.", field="materials", materials=taken
        )


def _require_unchanged(disruption: Disruption, proposal: Proposal) -> None:
    if _content_of(disruption) != proposal.payload:
        raise ProposalChanged("The disruption isn't what was proposed.", disruption=str(disruption.id))


def _move_due_dates(disruption: Disruption) -> None:
    first, last = days_of(disruption)
    codes = material_codes_of(disruption)
    waiting = list(
        Drawdown.objects.select_for_update(of=("self",))
        .filter(material__code__in=codes, state=Drawdown.State.DELIVERED, due_on__gte=first)
        .order_by("id")
    )
    for drawdown in waiting:
        if drawdown.delivered_at is None or drawdown.due_on is None:
            continue
        stopped = clock_stop_days(
            delivered_on=reserve_day(drawdown.delivered_at), disruption_from=first, disruption_until=last
        )
        drawdown.due_on += timedelta(days=stopped)
    Drawdown.objects.bulk_update(waiting, ["due_on"])
