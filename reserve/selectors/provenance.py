"""Where the accepted stock comes from, as of any day."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from governance.domain.policy import Policy
from ledger.models import Transfer
from reserve.domain.lot_checks import HOME_COUNTRY
from reserve.domain.provenance import OriginShare, measure_provenance
from reserve.models import AlliedCountries, Lot
from reserve.moments import end_of_reserve_day
from reserve.selectors.materials import today

Origin = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Provenance:
    """One material's shares, whether they meet the target, and the list they were measured by."""

    material_code: str
    shares: OriginShare
    is_target_met: bool | None


def list_allied_countries(*, at: date | None = None) -> list[str]:
    """Countries in force on a day (default today), the home country among them, in order."""
    row = AlliedCountries.objects.filter(effective_from__lte=at or today()).first()
    return sorted({HOME_COUNTRY, *(row.countries if row else [])})


def list_provenance(
    *, policy: Policy, at: date | None = None, material_codes: Collection[str] | None = None
) -> list[Provenance]:
    """Every material with accepted stock at the end of a day, by code; four queries.

    Counted are the grams that lots brought into custody, less those they took out again: moves, stops
    and write-offs. Draws name no lot, so they are taken to leave the shares as they are.
    """
    countries = list_allied_countries(at=at)
    grams = _grams_by_origin(at or today())
    found = []
    for code in sorted(grams):
        if material_codes is not None and code not in material_codes:
            continue
        origins = [(mined, refined, amount) for (mined, refined), amount in grams[code].items() if amount]
        shares = measure_provenance(origins=origins, countries=countries)
        found.append(Provenance(code, shares, shares.meets(policy.provenance_target_percent)))
    return found


def _grams_by_origin(day: date) -> dict[str, dict[Origin, int]]:
    """A part's journals count for its own origin, which is that of the lot it was split from."""
    facts = {
        str(id_): (material, (mined, refined))
        for id_, material, mined, refined in Lot.objects.values_list(
            "id", "material__code", "origin_mining", "origin_refining"
        )
    }
    grams: dict[str, dict[Origin, int]] = defaultdict(lambda: defaultdict(int))
    for side, sign in (("target", 1), ("source", -1)):
        rows = (
            Transfer.objects.filter(
                Q(**{f"{side}__path__startswith": "custody/"}),
                journal__reference_type="lot",
                journal__kind__startswith="reserve.lot_",
                effective_at__lt=end_of_reserve_day(day),
            )
            .order_by()
            .values_list("journal__reference_id")
            .annotate(total=Sum("amount"))
        )
        for lot_id, total in rows:
            material, origin = facts[lot_id]
            grams[material][origin] += sign * int(total)
    return grams
