"""Whether deliveries fit into a facility."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Overflow:
    """A storage class of a facility that would hold more than fits. Masses in grams."""

    facility_code: str
    storage_class: str
    free_g: int
    needed_g: int


def find_overflow(
    *,
    capacity_g: Mapping[tuple[str, str], int],
    held_g: Mapping[tuple[str, str], int],
    arriving_g: Mapping[tuple[str, str], int],
) -> Overflow | None:
    """The first (facility, storage class) where what arrives doesn't fit beside what is held."""
    for place in sorted(arriving_g):
        free = capacity_g[place] - held_g.get(place, 0)
        if arriving_g[place] > free:
            return Overflow(place[0], place[1], max(free, 0), arriving_g[place])
    return None
