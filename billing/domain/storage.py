"""The storage fee: tonne-days of a holding at the rates of a rate card.

fee = sum over days of (tonnes held at the end of the day) x (USD per tonne-day), computed exactly
and rounded once per line, half-up to the cent. `docs/algorithms/storage_fee.md` works it by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.domain.holdings import Holding, held_within
from billing.domain.periods import Period
from billing.domain.queues import QueueRelief, rent_shares
from billing.domain.rate_intervals import rates_in_force
from billing.errors import MissingRate
from ledger.domain.quantities import round_half_up

GRAMS_PER_TONNE = 1_000_000
CENTS_PER_USD = 100


@dataclass(frozen=True, slots=True)
class Tier:
    """The price of each tonne above the tier before it and up to `up_to_g` (None: no upper end)."""

    up_to_g: int | None
    usd_per_tonne_day: Decimal


@dataclass(frozen=True, slots=True)
class StorageRate:
    """What a day of storage costs from `starts_on` up to, but without, `ends_on` (None: no end yet).

    Tiers are graduated and stand in rising order; one tier without upper end is a flat rate. `key`
    names where the rate comes from (the id of a rate card) and is handed on to the lines.
    """

    starts_on: date
    ends_on: date | None
    tiers: tuple[Tier, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class StorageLine:
    """One line of the fee: `gram_days` at one rate, of which `rent_share` is charged (queue relief)."""

    starts_on: date
    ends_on: date
    gram_days: int
    usd_per_tonne_day: Decimal
    rent_share: Fraction
    amount_cents: int
    rate_key: str


def flat_rate(
    *, starts_on: date, ends_on: date | None, usd_per_tonne_day: Decimal, key: str = ""
) -> StorageRate:
    """A rate without tiers."""
    return StorageRate(starts_on, ends_on, (Tier(None, usd_per_tonne_day),), key)


def accrue_storage(
    *,
    period: Period,
    holdings: Sequence[Holding],
    rates: Sequence[StorageRate],
    queue: QueueRelief | None = None,
) -> list[StorageLine]:
    """Lines in order of time, then of tier: one for each in which something was held.

    A new line begins where the rate changes and where the queue's relief changes, never where only
    the holding does. Holdings are in grams and in order of time. Rates may stand in any order but
    must not overlap (ValueError). Raises MissingRate for the first day on which something is held
    without a rate.
    """
    return [
        line
        for covered, rate in rates_in_force(period=period, rates=rates, holdings=holdings)
        for stretch, share in rent_shares(covered, queue)
        for line in _lines_of_stretch(stretch, share, holdings, rate)
    ]


def storage_cents(*, gram_days: int, usd_per_tonne_day: Decimal, rent_share: Fraction = Fraction(1)) -> int:
    """The amount of one line in cents, exact until the one rounding."""
    usd = Fraction(gram_days, GRAMS_PER_TONNE) * Fraction(usd_per_tonne_day) * rent_share
    return round_half_up(usd * CENTS_PER_USD)


def minimum_true_up_cents(*, charged_cents: int, minimum_cents: int) -> int:
    """What has to be added so that the storage of a period costs at least the minimum; never negative."""
    return max(0, minimum_cents - charged_cents)


def _lines_of_stretch(
    stretch: Period, share: Fraction, holdings: Sequence[Holding], rate: StorageRate
) -> list[StorageLine]:
    gram_days = [0] * len(rate.tiers)
    for held, grams in held_within(stretch, holdings):
        for place, part in enumerate(_grams_by_tier(grams, rate.tiers, held.starts_on)):
            gram_days[place] += part * held.days
    return [
        _line(stretch, share, total, tier, rate)
        for tier, total in zip(rate.tiers, gram_days, strict=True)
        if total
    ]


def _line(stretch: Period, share: Fraction, gram_days: int, tier: Tier, rate: StorageRate) -> StorageLine:
    return StorageLine(
        stretch.starts_on,
        stretch.ends_on,
        gram_days,
        tier.usd_per_tonne_day,
        share,
        storage_cents(gram_days=gram_days, usd_per_tonne_day=tier.usd_per_tonne_day, rent_share=share),
        rate.key,
    )


def _grams_by_tier(grams: int, tiers: Sequence[Tier], on: date) -> list[int]:
    """How much of a holding falls into each tier; the parts add up to the holding."""
    parts, below = [], 0
    for tier in tiers:
        top = grams if tier.up_to_g is None else min(grams, tier.up_to_g)
        parts.append(max(0, top - below))
        below = max(below, top)
    if below < grams:
        raise MissingRate(f"More is held on {on} than the last tier covers.", on=on.isoformat())
    return parts
