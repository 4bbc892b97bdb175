"""Asking for an award while a round's window is open."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allocations.errors import (
    BelowAllocationUnit,
    CutOffPassed,
    FirmNotActive,
    MaterialNotDisrupted,
    MinimumAboveRequest,
)
from allocations.models import Round, RoundRequest
from allocations.selectors.disruptions import material_codes_of
from allocations.selectors.rounds import get_round_for
from allocations.services.firm_actors import require_acting_for
from allocations.services.rounds import lock_round, require_round_state
from errors import refusals_of_constraints
from governance.models import User
from ledger.domain.quantities import format_kg
from members.models import Firm
from reserve.domain.measures import check_number, check_quantity
from reserve.models import MaterialVersion
from reserve.selectors import get_material
from reserve.texts import check_texts

LONGEST_DURATION_DAYS = 3650


@transaction.atomic
def submit_round_request(
    *,
    round_id: UUID | str,
    firm_id: UUID | str,
    material_code: str,
    quantity_g: int,
    event: str,
    impact: str,
    other_sources: str,
    expected_duration_days: int,
    actor: User,
    minimum_g: int = 0,
) -> RoundRequest:
    """Ask for an award of one material, with the justification; asking again replaces what stood.

    A replaced request counts as submitted when it was replaced, which matters in ties. A request may
    be above the firm's right: it then counts up to the right. Raises RoundNotFound, RoundWrongState,
    CutOffPassed, FirmNotFound, FirmRoleRequired, FirmNotActive, MaterialNotFound,
    MaterialNotDisrupted, QuantityNotPositive, MinimumAboveRequest, BelowAllocationUnit, TextMissing,
    NumberOutOfRange.
    """
    firm = require_acting_for(actor=actor, firm_id=firm_id)
    get_round_for(actor, round_id)
    material = get_material(material_code=material_code)
    _check_wishes(quantity_g, minimum_g, expected_duration_days, material)
    round_ = lock_round(round_id=round_id)
    _require_window(round_)
    if firm.state != Firm.State.ACTIVE:
        raise FirmNotActive("Only an active member may ask.", field="firm", state=firm.state)
    if material_code not in material_codes_of(round_.disruption):
        raise MaterialNotDisrupted("The material is not one of the disruption's.", field="material")
    standing = RoundRequest.objects.filter(round=round_, firm=firm, material=material.material).first()
    request = standing or RoundRequest(round=round_, firm=firm, material=material.material)
    request.quantity_g, request.minimum_g = quantity_g, minimum_g
    request.event, request.impact, request.other_sources = event, impact, other_sources
    request.expected_duration_days = expected_duration_days
    request.submitted_by, request.submitted_at = actor, timezone.now()
    request.amendment += 1 if standing else 0
    check_texts([request])
    with refusals_of_constraints():
        request.save()
    return request


def _check_wishes(
    quantity_g: int, minimum_g: int, expected_duration_days: int, material: MaterialVersion
) -> None:
    check_quantity(quantity_g, field="quantity")
    if minimum_g:
        check_quantity(minimum_g, field="minimum")
    if minimum_g > quantity_g:
        raise MinimumAboveRequest("The minimum can't be above the quantity.", field="minimum")
    if quantity_g < material.allocation_unit_g:
        raise BelowAllocationUnit(
            "The material is not awarded in so small a quantity.",
            field="quantity",
            unit_kg=format_kg(material.allocation_unit_g),
        )
    check_number(expected_duration_days, field="expected_duration_days", least=1, most=LONGEST_DURATION_DAYS)


def _require_window(round_: Round) -> None:
    require_round_state(round_=round_, state=Round.State.OPEN)
    if timezone.now() >= round_.closes_at:
        raise CutOffPassed("The cut-off has passed.", closes_at=round_.closes_at.isoformat())
