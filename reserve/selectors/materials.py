"""Reads of materials. Each takes any number of materials in one query."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from ledger.domain.days import day_of
from reserve.errors import MaterialNotFound
from reserve.models import Material, MaterialVersion


def today() -> date:
    """The calendar day it is now in the reserve's time zone."""
    return reserve_day(timezone.now())


def reserve_day(instant: datetime) -> date:
    """The calendar day of an aware instant in the reserve's time zone."""
    return day_of(instant, ZoneInfo(settings.TIME_ZONE))


def list_materials(
    *, material_codes: Iterable[str] | None = None, at: date | None = None
) -> list[MaterialVersion]:
    """The version in force on a day (default today) of each material, by code, with `material` loaded."""
    versions = (
        MaterialVersion.objects.filter(effective_from__lte=at or today())
        .select_related("material", "list")
        .order_by("material__code", "-effective_from")
        .distinct("material__code")
    )
    if material_codes is not None:
        versions = versions.filter(material__code__in=set(material_codes))
    return list(versions)


def get_material(*, material_code: str, at: date | None = None) -> MaterialVersion:
    """One material's version in force. Raises MaterialNotFound."""
    return get_materials(material_codes=[material_code], at=at)[material_code]


def get_materials(*, material_codes: Iterable[str], at: date | None = None) -> dict[str, MaterialVersion]:
    """Versions in force by code. Raises MaterialNotFound if one is missing."""
    wanted = set(material_codes)
    versions = {version.material.code: version for version in list_materials(material_codes=wanted, at=at)}
    missing = sorted(wanted - versions.keys())
    if missing:
        raise MaterialNotFound("No material has this code.", field="material", materials=missing)
    return versions


def get_material_ids(*, material_codes: Iterable[str]) -> dict[str, int]:
    """Keys of materials by code. Raises MaterialNotFound if one is missing."""
    wanted = set(material_codes)
    found = dict(Material.objects.filter(code__in=wanted).values_list("code", "id"))
    missing = sorted(wanted - found.keys())
    if missing:
        raise MaterialNotFound("No material has this code.", field="material", materials=missing)
    return found
