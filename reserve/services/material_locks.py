"""One decision about a material at a time: what moves its title, and who may draw it, queues here."""

from collections.abc import Collection

from reserve.errors import MaterialNotFound
from reserve.models import Material


def lock_materials(*, material_codes: Collection[str]) -> dict[str, Material]:
    """Lock materials in order of their codes. Raises MaterialNotFound.

    Take it after a proposal, disruption or round, and before drawdowns, firms and the ledger.
    """
    rows = Material.objects.select_for_update(no_key=True).filter(code__in=material_codes).order_by("code")
    found = {row.code: row for row in rows}
    missing = sorted(set(material_codes) - found.keys())
    if missing:
        raise MaterialNotFound("No material has this code.", field="material", materials=missing)
    return found
