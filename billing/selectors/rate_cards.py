"""Which rates are in force where and when."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from billing.domain.periods import Period
from billing.domain.storage import StorageRate, flat_rate
from billing.models import RateCard
from billing.selectors.cutoffs import Cutoff
from reserve.models import MaterialVersion


def list_rate_cards() -> list[RateCard]:
    """Every active card, by facility, storage class and first day."""
    active = RateCard.objects.filter(state=RateCard.State.ACTIVE).select_related("facility")
    return list(active.order_by("facility__code", "storage_class", "starts_on"))


def storage_rates_by_place(*, period: Period, cutoff: Cutoff) -> dict[str, dict[str, list[StorageRate]]]:
    """Storage rates of a period by material code, then facility code; two queries.

    Every card in force counts: none can be approved for a month whose fee run stands. Of the materials'
    versions those count that the cut-off knows. A material that changes its storage class inside the
    period changes its rates on that day.
    """
    cards: defaultdict[str, list[RateCard]] = defaultdict(list)
    for card in list_rate_cards():
        cards[card.storage_class].append(card)
    rates: dict[str, dict[str, list[StorageRate]]] = {}
    for material, classes in _classes_by_material(period, cutoff).items():
        places: defaultdict[str, list[StorageRate]] = defaultdict(list)
        for storage_class, stretch in classes:
            for card in cards[storage_class]:
                in_force = stretch.overlap(card.starts_on, card.ends_on)
                if in_force is not None:
                    places[card.facility.code].append(_rate_of(card, in_force))
        rates[material] = dict(places)
    return rates


def _classes_by_material(period: Period, cutoff: Cutoff) -> dict[str, list[tuple[str, Period]]]:
    """Storage class of each material over the period, cut where a version begins."""
    versions = MaterialVersion.objects.filter(
        cutoff.knows("recorded_in", "recorded_at"), effective_from__lt=period.ends_on
    ).select_related("material")
    by_material: defaultdict[str, list[tuple[date, str]]] = defaultdict(list)
    for version in versions.order_by("material__code", "effective_from"):
        by_material[version.material.code].append((version.effective_from, version.storage_class))
    return {material: _cut(steps, period) for material, steps in by_material.items()}


def _cut(steps: Sequence[tuple[date, str]], period: Period) -> list[tuple[str, Period]]:
    """Steps to stretches; versions that keep the class don't cut."""
    changes = [step for place, step in enumerate(steps) if place == 0 or step[1] != steps[place - 1][1]]
    # What was held before its first version was recorded is stored in the class of that version.
    starts: Collection[date] = [date.min, *(day for day, _ in changes[1:])]
    ends = [*list(starts)[1:], None]
    stretches = []
    for (_, storage_class), start, end in zip(changes, starts, ends, strict=True):
        stretch = period.overlap(start, end)
        if stretch is not None:
            stretches.append((storage_class, stretch))
    return stretches


def _rate_of(card: RateCard, in_force: Period) -> StorageRate:
    return flat_rate(
        starts_on=in_force.starts_on,
        ends_on=in_force.ends_on,
        usd_per_tonne_day=card.usd_per_tonne_day,
        key=str(card.id),
    )
