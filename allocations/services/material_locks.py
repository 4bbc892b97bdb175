"""One decision about a material at a time: drawdowns, disruptions, rounds and replenishments queue here."""

from collections.abc import Collection

from reserve.errors import MaterialNotFound
from reserve.models import Material


def lock_materials(*, material_codes: Collection[str]) -> dict[str, Material]:
    """Lock materials in order of their codes, the order attribution takes too. Raises MaterialNotFound.

    Take it after a disruption or round, and before drawdowns, firms and the ledger.
    """
    rows = Material.objects.select_for_update(no_key=True).filter(code__in=material_codes).order_by("code")
    found = {row.code: row for row in rows}
    missing = sorted(set(material_codes) - found.keys())
    if missing:
        raise MaterialNotFound("No material has this code.", field="material", materials=missing)
    return found
