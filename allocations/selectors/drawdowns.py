"""Reads of drawdowns and what they took. `…_for(actor, …)` are the only way from outside."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from allocations.domain.life_cycle import OUTSTANDING_STATES, RESERVING_STATES
from allocations.errors import DrawdownNotFound
from allocations.models import Drawdown, Replenishment
from allocations.selectors.disruptions import disrupted_materials
from allocations.selectors.keys import keys_of, uuid_or_none
from governance.models import User
from members.selectors import Holding, firms_of, sees_all_firms
from reserve.selectors import today


@dataclass(frozen=True, slots=True)
class Taken:
    """What a firm's drawdowns hold of its own position, in grams: reserved, and out and not back."""

    reserved_g: int
    outstanding_g: int


def list_drawdowns_for(
    actor: User,
    *,
    firm_id: UUID | str | None = None,
    states: Iterable[str] | None = None,
    material_codes: Iterable[str] | None = None,
) -> QuerySet[Drawdown]:
    """Drawdowns the actor may see, latest first, with firm, material and facility loaded."""
    rows = Drawdown.objects.select_related("firm", "material", "facility").order_by("-submitted_at", "id")
    if not sees_all_firms(actor):
        rows = rows.filter(firm__in=firms_of(actor))
    if firm_id is not None:
        rows = rows.filter(firm_id__in=keys_of(firm_id))
    if states is not None:
        rows = rows.filter(state__in=set(states))
    if material_codes is not None:
        rows = rows.filter(material__code__in=set(material_codes))
    return rows


def get_drawdown_for(actor: User, drawdown_id: UUID | str) -> Drawdown:
    """One drawdown. Raises DrawdownNotFound alike for a missing, foreign or malformed number."""
    key = uuid_or_none(drawdown_id)
    found = list_drawdowns_for(actor).filter(id=key).first() if key else None
    if found is None:
        raise DrawdownNotFound("No such drawdown.", field="drawdown")
    return found


def list_replenishments_for(actor: User, drawdown_id: UUID | str) -> QuerySet[Replenishment]:
    """What was brought back for a drawdown the actor may see, oldest first. Raises DrawdownNotFound."""
    drawdown = get_drawdown_for(actor, drawdown_id)
    return drawdown.replenishments.select_related("lot").order_by("effective_at", "id")


def outstanding_by_holding(
    *, material_codes: Collection[str], firm_ids: Collection[UUID]
) -> dict[Holding, int]:
    """Grams each firm has out or promised of each material and didn't bring back, in one query."""
    rows = (
        Drawdown.objects.filter(
            state__in=OUTSTANDING_STATES, material__code__in=material_codes, firm_id__in=firm_ids
        )
        .order_by()
        .values_list("firm_id", "material__code")
        .annotate(total=Sum(F("granted_g") - F("replenished_g")))
    )
    return {Holding(firm, material): int(total) for firm, material, total in rows}


def own_taken(*, firm_id: UUID, material_code: str) -> Taken:
    """What a firm's drawdowns hold of its own position in a material."""
    rows = Drawdown.objects.filter(firm_id=firm_id, material__code=material_code)
    reserved = rows.filter(state__in=RESERVING_STATES).aggregate(total=Sum("own_g"))["total"] or 0
    delivered = rows.filter(state=Drawdown.State.DELIVERED)
    out = delivered.aggregate(total=Sum("own_g"))["total"] or 0
    back = Replenishment.objects.filter(drawdown__in=delivered).aggregate(total=Sum("to_position_g"))["total"]
    return Taken(reserved_g=int(reserved), outstanding_g=int(out) - int(back or 0))


def overdue_drawdowns(*, firm_ids: Collection[UUID], on: date | None = None) -> QuerySet[Drawdown]:
    """Drawdowns of firms that should be back on a day (default today); the clock stops in a disruption."""
    return Drawdown.objects.filter(
        firm_id__in=firm_ids,
        state=Drawdown.State.DELIVERED,
        mode=Drawdown.Mode.EXCHANGE,
        due_on__lt=on or today(),
        replenished_g__lt=F("granted_g"),
    ).exclude(material__code__in=disrupted_materials())
