"""The fees of one firm for one material in one month, from its ledger history to invoice lines.

Storage is charged on the position, in the facilities where the material lies. The carrying cost is
charged on the position and on what is out on exchange, at the fixed price of the firm's commitments:
material that was drawn and has to be brought back is no longer stored, but still financed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from billing.domain.carrying import CarryingRate, accrue_carrying
from billing.domain.facility_parts import parts_by_facility
from billing.domain.financed_parts import FixedPrice, parts_by_commitment
from billing.domain.holdings import Holding, Move, holdings_in
from billing.domain.periods import Period
from billing.domain.storage import StorageRate, accrue_storage
from errors.refusal import Refusal

CENTS_PER_USD = 100
GRAMS_PER_KG = 1000


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger says of one account: grams before the period, and each movement inside it."""

    opening_g: int
    moves: tuple[Move, ...]

    def as_moves(self, period: Period) -> list[Move]:
        """The opening as a move of the day before, and the movements."""
        return [Move(period.starts_on - timedelta(days=1), self.opening_g), *self.moves]


@dataclass(frozen=True, slots=True)
class MaterialBasis:
    """What holds for every firm: custody by facility, and the rates of each facility."""

    custody: Mapping[str, History]
    storage_rates: Mapping[str, Sequence[StorageRate]]
    carrying_rates: Sequence[CarryingRate]


@dataclass(frozen=True, slots=True)
class FirmHolding:
    """What one firm has to do with one material. Commitments stand in the order they were made."""

    position: History
    out_on_exchange: History
    commitments: Sequence[FixedPrice]


@dataclass(frozen=True, slots=True)
class Charge:
    """One line to be invoiced. `rate` is USD per tonne-day (storage) or percent per year (carrying)."""

    kind: str
    starts_on: date
    ends_on: date
    gram_days: int
    rate: Decimal
    amount_cents: int
    facility: str = ""
    rate_key: str = ""
    commitment_key: str = ""
    fixed_price_usd_per_kg: Decimal | None = None
    day_count: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why something could not be charged; a person has to mend it."""

    code: str
    message: str
    facility: str = ""


def charge_material(
    *, period: Period, basis: MaterialBasis, holding: FirmHolding
) -> tuple[list[Charge], list[Flaw]]:
    """Lines in order of facility, then of commitment, then of time; and what could not be charged."""
    charges: list[Charge] = []
    flaws: list[Flaw] = []
    try:
        charges += _storage_charges(period, basis, holding, flaws)
    except Refusal as refusal:
        flaws.append(Flaw(refusal.code, refusal.message))
    try:
        charges += carrying_charges(period=period, rates=basis.carrying_rates, holding=holding)
    except Refusal as refusal:
        flaws.append(Flaw(refusal.code, refusal.message))
    return charges, flaws


def facility_holdings(
    *, period: Period, custody: Mapping[str, History], position: History
) -> dict[str, list[Holding]]:
    """The grams of the position that lie in each facility, day by day. Raises HoldingBelowZero."""
    return parts_by_facility(
        period=period,
        position=holdings_in(period=period, moves=position.as_moves(period)),
        custody={
            facility: holdings_in(period=period, moves=history.as_moves(period))
            for facility, history in custody.items()
        },
    )


def carrying_charges(*, period: Period, rates: Sequence[CarryingRate], holding: FirmHolding) -> list[Charge]:
    """The carrying cost, commitment by commitment.

    Raises HoldingBelowZero, MissingFixedPrice, MissingRate.
    """
    moves = [*holding.position.as_moves(period), *holding.out_on_exchange.as_moves(period)]
    financed = holdings_in(period=period, moves=moves)
    parts = parts_by_commitment(period=period, financed=financed, commitments=holding.commitments)
    return [
        Charge(
            kind="carrying",
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            gram_days=line.quantity_days,
            rate=line.annual_rate_percent,
            amount_cents=line.amount_cents,
            commitment_key=commitment.key,
            fixed_price_usd_per_kg=commitment.usd_per_kg,
            day_count=line.day_count.value,
        )
        for commitment in holding.commitments
        for line in accrue_carrying(
            period=period,
            holdings=parts[commitment.key],
            rates=rates,
            cents_per_unit=Fraction(commitment.usd_per_kg) * CENTS_PER_USD / GRAMS_PER_KG,
        )
    ]


def _storage_charges(
    period: Period, basis: MaterialBasis, holding: FirmHolding, flaws: list[Flaw]
) -> list[Charge]:
    """A facility without a rate is a flaw and leaves the other facilities' lines as they are."""
    charges: list[Charge] = []
    parts = facility_holdings(period=period, custody=basis.custody, position=holding.position)
    for facility, held in parts.items():
        try:
            charges += _facility_charges(period, facility, held, basis.storage_rates.get(facility, ()))
        except Refusal as refusal:
            flaws.append(Flaw(refusal.code, refusal.message, facility))
    return charges


def _facility_charges(
    period: Period, facility: str, held: Sequence[Holding], rates: Sequence[StorageRate]
) -> list[Charge]:
    return [
        Charge(
            kind="storage",
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            gram_days=line.gram_days,
            rate=line.usd_per_tonne_day,
            amount_cents=line.amount_cents,
            facility=facility,
            rate_key=line.rate_key,
        )
        for line in accrue_storage(period=period, holdings=held, rates=rates)
    ]
