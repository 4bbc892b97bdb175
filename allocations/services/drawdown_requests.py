"""Asking for a drawdown in normal times, and giving one up."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allocations.errors import BelowAllocationUnit, DrawdownWrongState, MinimumAboveRequest, NeededInPast
from allocations.models import Drawdown, DrawdownTransition
from allocations.selectors.drawdowns import get_drawdown_for
from allocations.selectors.limits import drawdown_facts
from allocations.services.drawdown_limits import refuse_beyond
from allocations.services.drawdown_steps import lock_drawdowns, record_steps
from allocations.services.effective_times import require_effective
from allocations.services.firm_actors import require_acting_for
from allocations.services.reservations import resolution_journal
from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import get_policy, has_role
from ledger.domain.quantities import format_kg
from ledger.services import post_journals
from reserve.domain.measures import check_quantity
from reserve.errors import ValueNotAllowed
from reserve.selectors import get_facilities, get_material, today


@transaction.atomic
def submit_drawdown(
    *,
    firm_id: UUID | str,
    material_code: str,
    quantity_g: int,
    mode: str,
    actor: User,
    minimum_g: int = 0,
    facility_code: str | None = None,
    needed_on: date | None = None,
) -> Drawdown:
    """Ask for material out of the firm's position. Nothing is reserved before it is approved.

    Raises FirmNotFound, FirmRoleRequired, MaterialNotFound, FacilityNotFound, ValueNotAllowed,
    QuantityNotPositive, MinimumAboveRequest, BelowAllocationUnit, NeededInPast, and the refusals of
    `LIMIT_REFUSALS` with what would be possible.
    """
    firm = require_acting_for(actor=actor, firm_id=firm_id)
    material = get_material(material_code=material_code)
    _check_wishes(mode, quantity_g, minimum_g, needed_on, material.allocation_unit_g)
    facility = get_facilities(facility_codes=[facility_code])[facility_code] if facility_code else None
    policy = get_policy()
    facts = drawdown_facts(firm=firm, material_code=material_code, policy=policy)
    refuse_beyond(facts, minimum_g or quantity_g)
    now = timezone.now()
    drawdown = Drawdown(
        firm=firm,
        material=material.material,
        mode=mode,
        quantity_g=quantity_g,
        minimum_g=minimum_g,
        facility=facility,
        needed_on=needed_on,
        submitted_by=actor,
        submitted_at=now,
        policy_version_id=policy.version_id,
    )
    with refusals_of_constraints():
        drawdown.save(force_insert=True)
    DrawdownTransition.objects.create(drawdown=drawdown, to_state=drawdown.state, actor=actor, at=now)
    return drawdown


@transaction.atomic
def withdraw_drawdown(
    *, drawdown_id: UUID | str, actor: User, reason: str = "", effective_at: datetime | None = None
) -> Drawdown:
    """Give up a drawdown or an award that was not delivered; what was reserved is free again.

    The firm may do so until the release, the reserve's administrators until the delivery. Raises
    DrawdownNotFound, FirmRoleRequired, DrawdownWrongState, EffectiveAtOutOfRange (before it was
    reserved or asked for, or in the future).
    """
    get_drawdown_for(actor, drawdown_id)
    drawdown = lock_drawdowns(drawdown_ids=[drawdown_id])[0]
    _require_withdrawer(actor, drawdown)
    had_reserved = bool(drawdown.transfers)
    now = timezone.now()
    at = effective_at or now
    require_effective(effective_at=at, not_before=drawdown.reserved_at or drawdown.submitted_at)
    record_steps(drawdowns=[drawdown], to_state=Drawdown.State.WITHDRAWN, actor=actor, at=now, reason=reason)
    drawdown.save(update_fields=["state"])
    if had_reserved:
        post_journals(journals=[resolution_journal(drawdown=drawdown, action="void", effective_at=at)])
    return drawdown


def _check_wishes(mode: str, quantity_g: int, minimum_g: int, needed_on: date | None, unit_g: int) -> None:
    if mode not in Drawdown.Mode.values:
        raise ValueNotAllowed("A drawdown is an exchange or a purchase.", field="mode")
    check_quantity(quantity_g, field="quantity")
    if minimum_g:
        check_quantity(minimum_g, field="minimum")
    if minimum_g > quantity_g:
        raise MinimumAboveRequest("The minimum can't be above the quantity.", field="minimum")
    if quantity_g < unit_g:
        raise BelowAllocationUnit(
            "The material is not handed out in so small a quantity.",
            field="quantity",
            unit_kg=format_kg(unit_g),
        )
    if needed_on is not None and needed_on < today():
        raise NeededInPast("The day lies in the past.", field="needed_on")


def _require_withdrawer(actor: User, drawdown: Drawdown) -> None:
    if has_role(actor, Role.ADMINISTRATOR, Role.SYSTEM):
        return
    require_acting_for(actor=actor, firm_id=drawdown.firm_id)
    if drawdown.state == Drawdown.State.RELEASED:
        raise DrawdownWrongState(
            "The material is released for load-out; ask the reserve.",
            drawdown=str(drawdown.id),
            state=drawdown.state,
            allowed=[Drawdown.State.SUBMITTED.value, Drawdown.State.RESERVED.value],
        )
