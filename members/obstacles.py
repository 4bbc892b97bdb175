"""What stands in the way of a transfer of rights and is known only to the apps above the members.

An app registers what it knows in its `AppConfig.ready`.
"""

from collections.abc import Callable, Collection
from uuid import UUID

FirmsInTheWay = Callable[[Collection[UUID], str], Collection[UUID]]

_OBSTACLES: dict[str, FirmsInTheWay] = {}


def register_transfer_obstacle(*, name: str, firms_in_the_way: FirmsInTheWay) -> None:
    """Make an obstacle known. `firms_in_the_way(firm_ids, material_code)` tells for which firms it stands."""
    _OBSTACLES[name] = firms_in_the_way


def transfer_obstacles(*, firm_ids: Collection[UUID], material_code: str) -> list[dict[str, str]]:
    """What stands in the way of the firms' transfer: each obstacle and the firm it stands for, in order."""
    return [
        {"obstacle": name, "firm": str(firm)}
        for name, firms_in_the_way in sorted(_OBSTACLES.items())
        for firm in sorted(firms_in_the_way(firm_ids, material_code))
    ]
