"""What of drawdowns and disruptions stands in the way of a transfer of rights between members."""

from collections.abc import Collection
from uuid import UUID

from allocations.selectors.disruptions import disrupted_materials
from allocations.selectors.drawdowns import overdue_drawdowns


def firms_in_disruption(firm_ids: Collection[UUID], material_code: str) -> Collection[UUID]:
    """All of the firms while a disruption of the material is open: nobody's rights change any more."""
    return firm_ids if disrupted_materials(material_codes=[material_code]) else ()


def firms_overdue(firm_ids: Collection[UUID], _material_code: str) -> Collection[UUID]:
    """Those of the firms that have anything to bring back that is overdue, of whatever material."""
    return set(overdue_drawdowns(firm_ids=firm_ids).values_list("firm_id", flat=True))
