"""Reads of facilities: what they hold, and what still fits."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ledger.selectors import Balance, get_balances, list_balances_under
from reserve.domain import accounts
from reserve.errors import FacilityNotFound
from reserve.models import Facility
from reserve.selectors.materials import list_materials


@dataclass(frozen=True, slots=True)
class Stock:
    """What a facility holds of a material, in grams. `reserved_g` of the accepted stock is promised."""

    facility_code: str
    material_code: str
    accepted_g: int
    reserved_g: int
    quarantined_g: int


def get_facilities(*, facility_codes: Iterable[str]) -> dict[str, Facility]:
    """Facilities by code. Raises FacilityNotFound if one is missing."""
    wanted = set(facility_codes)
    found = {facility.code: facility for facility in Facility.objects.filter(code__in=wanted)}
    missing = sorted(wanted - found.keys())
    if missing:
        raise FacilityNotFound("No facility has this code.", field="facility", facilities=missing)
    return found


def list_stock(*, material_codes: Collection[str] | None = None) -> list[Stock]:
    """What every facility holds of every material, where it holds any; by facility, then material."""
    accepted = _by_place(list_balances_under(prefix="custody/"))
    waiting = _by_place(list_balances_under(prefix="quarantine/"))
    nothing = Balance("")
    return [
        Stock(
            facility_code=facility,
            material_code=material,
            accepted_g=accepted.get((facility, material), nothing).posted,
            reserved_g=accepted.get((facility, material), nothing).pending_out,
            quarantined_g=waiting.get((facility, material), nothing).posted,
        )
        for facility, material in sorted(accepted.keys() | waiting.keys())
        if material_codes is None or material in material_codes
    ]


def get_accepted_stock() -> dict[str, int]:
    """Accepted grams by material code, over all facilities."""
    totals: dict[str, int] = defaultdict(int)
    for balance in list_balances_under(prefix="custody/"):
        totals[balance.path.rsplit("/", 1)[1]] += balance.posted
    return dict(totals)


def held_by_class(*, places: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Grams held, accepted or waiting, at each (facility code, storage class), whatever the material.

    What is reserved counts as held: it is still there.
    """
    materials = list_materials()
    keys = [
        (place, path(place[0], version.material.code))
        for place in places
        for version in materials
        if version.storage_class == place[1]
        for path in (accounts.custody, accounts.quarantine)
    ]
    balances = get_balances(paths=[path for _, path in keys])
    held: dict[tuple[str, str], int] = defaultdict(int)
    for place, path_name in keys:
        held[place] += balances[path_name].posted
    return dict(held)


def _by_place(balances: list[Balance]) -> dict[tuple[str, str], Balance]:
    places = {}
    for balance in balances:
        _, facility, material = balance.path.split("/")
        if balance.posted or balance.pending_out:
            places[facility, material] = balance
    return places
