"""Reads of disruptions. A declared one is known to every member; a proposed one to the reserve's staff."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from allocations.errors import DisruptionNotFound
from allocations.models import Disruption, DisruptionMaterial
from allocations.selectors.keys import uuid_or_none
from governance.models import User
from members.selectors import firms_of, sees_all_firms
from reserve.selectors import reserve_day


def list_disruptions_for(actor: User) -> QuerySet[Disruption]:
    """Disruptions the actor may know of, latest first, with their materials loaded."""
    rows = Disruption.objects.prefetch_related("materials__material").order_by("-proposed_at", "id")
    if sees_all_firms(actor):
        return rows
    if not firms_of(actor).exists():
        return rows.none()
    return rows.exclude(state=Disruption.State.PROPOSED)


def get_disruption_for(actor: User, disruption_id: UUID | str) -> Disruption:
    """One disruption. Raises DisruptionNotFound alike for a missing, unknown or malformed number."""
    key = uuid_or_none(disruption_id)
    found = list_disruptions_for(actor).filter(id=key).first() if key else None
    if found is None:
        raise DisruptionNotFound("No such disruption.", field="disruption")
    return found


def disrupted_materials(*, material_codes: Iterable[str] | None = None) -> set[str]:
    """Codes of the materials of open disruptions."""
    rows = DisruptionMaterial.objects.filter(is_open=True)
    if material_codes is not None:
        rows = rows.filter(material__code__in=set(material_codes))
    return set(rows.values_list("material__code", flat=True))


def material_codes_of(disruption: Disruption) -> list[str]:
    """Codes of a disruption's materials, in order."""
    return sorted(disruption.materials.values_list("material__code", flat=True))


def days_of(disruption: Disruption) -> tuple[date, date]:
    """The first day of an ended disruption and the day it ended on, in the reserve's time zone."""
    if disruption.starts_at is None or disruption.ends_at is None:
        raise ValueError("the disruption has not ended")
    return reserve_day(disruption.starts_at), reserve_day(disruption.ends_at)
