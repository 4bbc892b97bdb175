"""Keeping facilities within their capacity, and opening the accounts of what they hold."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from ledger.domain.quantities import format_kg
from ledger.services import AccountSpec, open_accounts
from reserve.domain import accounts
from reserve.domain.storage import find_overflow
from reserve.errors import CapacityExceeded, StorageClassNotTaken
from reserve.models import FacilityCapacity
from reserve.selectors.storage import held_by_class


def open_storage_accounts(*, places: Iterable[tuple[str, str]]) -> None:
    """Open custody and quarantine of each (facility code, material code). Idempotent."""
    opened = []
    for facility, material in sorted(set(places)):
        book = accounts.custody_book(material)
        opened += [
            AccountSpec(
                accounts.custody(facility, material),
                book,
                is_guarded=True,
                mirror=material,
                mirror_side=1,
            ),
            AccountSpec(accounts.quarantine(facility, material), book, is_guarded=True),
        ]
    open_accounts(accounts=opened)


def require_storage_classes(*, places: Collection[tuple[str, str]]) -> None:
    """Raise StorageClassNotTaken unless each facility takes each (facility code, storage class)."""
    _refuse_untaken(places, _capacities(places))


def require_room(*, arrivals: Iterable[tuple[str, str, int]]) -> None:
    """Refuse (facility code, storage class, grams) arrivals that don't fit beside what is held.

    Locks the capacities, so that deliveries to one place are measured one after another. Raises
    StorageClassNotTaken, CapacityExceeded.
    """
    arriving: dict[tuple[str, str], int] = defaultdict(int)
    for facility, storage_class, grams in arrivals:
        arriving[facility, storage_class] += grams
    capacities = _capacities(arriving, is_locking=True)
    _refuse_untaken(arriving, capacities)
    overflow = find_overflow(
        capacity_g=capacities, held_g=held_by_class(places=arriving), arriving_g=arriving
    )
    if overflow is not None:
        raise CapacityExceeded(
            "The delivery doesn't fit into the facility.",
            facility=overflow.facility_code,
            storage_class=overflow.storage_class,
            free_kg=format_kg(overflow.free_g),
            needed_kg=format_kg(overflow.needed_g),
        )


def _capacities(
    places: Collection[tuple[str, str]], *, is_locking: bool = False
) -> dict[tuple[str, str], int]:
    rows = FacilityCapacity.objects.filter(
        facility__code__in={facility for facility, _ in places},
        storage_class__in={storage_class for _, storage_class in places},
    ).order_by("id")
    if is_locking:
        rows = rows.select_for_update(of=("self",))
    found = {
        (row.facility.code, row.storage_class): row.capacity_g for row in rows.select_related("facility")
    }
    return {place: found[place] for place in places if place in found}


def _refuse_untaken(places: Collection[tuple[str, str]], capacities: dict[tuple[str, str], int]) -> None:
    for facility, storage_class in sorted(set(places) - capacities.keys()):
        raise StorageClassNotTaken(
            "The facility doesn't store this class.", facility=facility, storage_class=storage_class
        )
