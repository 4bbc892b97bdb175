"""The fee calculator: one JSON document in, the lines and totals of its fees out. Touches no database.

`docs/algorithms/calculate_fees.md` describes both documents.
"""

from typing import TypedDict

from billing.calculator_input import CarryingQuestion, StorageQuestion, read_fee_question
from billing.domain.carrying import CarryingLine, CarryingRate, accrue_carrying
from billing.domain.decimals import exact_decimal_text
from billing.domain.holdings import Holding, Move, holdings_in
from billing.domain.periods import Period
from billing.domain.storage import GRAMS_PER_TONNE, StorageLine, accrue_storage, minimum_true_up_cents
from billing.errors import HoldingBelowZero, MissingRate
from ledger.domain.quantities import format_usd

CENTS_PER_USD = 100


class FeeAnswer(TypedDict):
    """The calculator's answer, ready to be written as JSON."""

    lines: list[dict[str, str]]
    storage_usd: str
    carrying_usd: str
    total_usd: str


def calculate_fees(document: object) -> FeeAnswer:
    """Fees of one decoded JSON document. Raises a refusal that names the field at fault."""
    question = read_fee_question(document)
    storage, minimum_cents, carrying = [], 0, []
    if question.storage is not None:
        storage = _storage_lines(question.period, question.storage)
        charged = sum(line.amount_cents for line in storage)
        minimum_cents = minimum_true_up_cents(
            charged_cents=charged, minimum_cents=question.storage.minimum_cents
        )
    if question.carrying is not None:
        carrying = _carrying_lines(question.period, question.carrying)
    storage_cents = sum(line.amount_cents for line in storage) + minimum_cents
    carrying_cents = sum(line.amount_cents for line in carrying)
    return {
        "lines": [
            *map(_storage_json, storage),
            *([_minimum_json(question.period, minimum_cents)] if minimum_cents else []),
            *map(_carrying_json, carrying),
        ],
        "storage_usd": format_usd(storage_cents),
        "carrying_usd": format_usd(carrying_cents),
        "total_usd": format_usd(storage_cents + carrying_cents),
    }


def _storage_lines(period: Period, question: StorageQuestion) -> list[StorageLine]:
    holdings = _holdings(period, question.moves, "storage.moves")
    try:
        return accrue_storage(period=period, holdings=holdings, rates=question.rates, queue=question.queue)
    except MissingRate as refusal:
        refusal.field = question.rates_field
        raise


def _carrying_lines(period: Period, question: CarryingQuestion) -> list[CarryingLine]:
    rate = CarryingRate(period.starts_on, None, question.annual_rate_percent, question.day_count)
    holdings = _holdings(period, question.moves, "carrying.moves")
    return accrue_carrying(period=period, holdings=holdings, rates=[rate])


def _holdings(period: Period, moves: tuple[Move, ...], field: str) -> list[Holding]:
    try:
        return holdings_in(period=period, moves=moves)
    except HoldingBelowZero as refusal:
        refusal.field = field
        raise


def _storage_json(line: StorageLine) -> dict[str, str]:
    written: dict[str, str] = {
        "kind": "storage",
        "from": line.starts_on.isoformat(),
        "to": line.ends_on.isoformat(),
        "tonne_days": exact_decimal_text(line.gram_days, GRAMS_PER_TONNE),
        "rate": format(line.usd_per_tonne_day, "f"),
        "amount_usd": format_usd(line.amount_cents),
    }
    if line.rent_share != 1:
        written["rent_share"] = str(line.rent_share)
    return written


def _minimum_json(period: Period, cents: int) -> dict[str, str]:
    return {
        "kind": "minimum",
        "from": period.starts_on.isoformat(),
        "to": period.ends_on.isoformat(),
        "amount_usd": format_usd(cents),
    }


def _carrying_json(line: CarryingLine) -> dict[str, str]:
    return {
        "kind": "carrying",
        "from": line.starts_on.isoformat(),
        "to": line.ends_on.isoformat(),
        "usd_days": exact_decimal_text(line.quantity_days, CENTS_PER_USD),
        "rate": format(line.annual_rate_percent, "f"),
        "day_count": line.day_count.value,
        "amount_usd": format_usd(line.amount_cents),
    }
