"""The fee calculator's question: the JSON document, checked field by field."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.domain.holdings import Move
from billing.domain.periods import Period
from billing.domain.queues import QueueRelief
from billing.domain.storage import StorageRate, Tier, flat_rate
from billing.errors import DuplicateRate, EmptyPeriod, MalformedTiers
from billing.fields import Fields
from intake.errors import ConflictingFields, MissingField
from reserve.domain.day_counts import DayCount

_QUESTION = frozenset({"currency", "storage", "carrying", "period"})
_PERIOD = frozenset({"from", "to"})
_STORAGE = frozenset({"moves", "rates", "tiers", "minimum_usd", "queue"})
_STORAGE_MOVE = frozenset({"date", "grams"})
_RATE = frozenset({"from", "usd_per_tonne_day"})
_TIER = frozenset({"up_to_tonnes", "usd_per_tonne_day"})
_QUEUE = frozenset({"joined", "full_days", "half_days"})
_CARRYING = frozenset({"financed_usd", "moves", "annual_rate_percent", "day_count"})
_MOVE_AMOUNTS = ("usd", "amount_usd", "financed_usd")
_CARRYING_MOVE = frozenset({"date", *_MOVE_AMOUNTS})

TONNE_DECIMALS = 6
USD_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class StorageQuestion:
    """What was stored, at which rates, with which minimum (cents) and which relief."""

    moves: tuple[Move, ...]
    rates: tuple[StorageRate, ...]
    rates_field: str
    minimum_cents: int
    queue: QueueRelief | None


@dataclass(frozen=True, slots=True)
class CarryingQuestion:
    """What was financed (moves in cents), at which yearly rate."""

    moves: tuple[Move, ...]
    annual_rate_percent: Decimal
    day_count: DayCount


@dataclass(frozen=True, slots=True)
class FeeQuestion:
    """A whole document; at least one of the two parts is there."""

    period: Period
    storage: StorageQuestion | None
    carrying: CarryingQuestion | None


def read_fee_question(document: object) -> FeeQuestion:
    """Check a decoded JSON document. Raises a refusal that names the field at fault."""
    fields = Fields(document, path="", names=_QUESTION)
    if fields.has("currency"):
        fields.choice("currency", ("USD",))
    period = _period(fields.nested("period", names=_PERIOD))
    if not (fields.has("storage") or fields.has("carrying")):
        raise MissingField("Send storage, carrying or both.", field="storage")
    return FeeQuestion(
        period=period,
        storage=_storage(fields.nested("storage", names=_STORAGE)) if fields.has("storage") else None,
        carrying=_carrying(fields.nested("carrying", names=_CARRYING)) if fields.has("carrying") else None,
    )


def _period(fields: Fields) -> Period:
    starts_on, ends_on = fields.day("from"), fields.day("to")
    if starts_on >= ends_on:
        raise EmptyPeriod(
            "The first day not charged must lie after the first day charged.", field=fields.path_of("to")
        )
    return Period(starts_on, ends_on)


def _storage(fields: Fields) -> StorageQuestion:
    moves = fields.each(
        "moves",
        lambda move: Move(move.day("date"), move.whole_number("grams", may_be_negative=True)),
        names=_STORAGE_MOVE,
    )
    has_tiers = fields.has("tiers")
    if has_tiers and fields.has("rates"):
        raise ConflictingFields("Send tiers instead of rates, not both.", field=fields.path_of("tiers"))
    minimum = 0
    if fields.has("minimum_usd"):
        minimum = fields.scaled("minimum_usd", decimals=USD_DECIMALS, may_be_negative=False)
    return StorageQuestion(
        moves=tuple(move for move, _ in moves),
        rates=_tiers(fields) if has_tiers else _rates(fields),
        rates_field=fields.path_of("tiers" if has_tiers else "rates"),
        minimum_cents=minimum,
        queue=_queue(fields.nested("queue", names=_QUEUE)) if fields.has("queue") else None,
    )


def _rates(fields: Fields) -> tuple[StorageRate, ...]:
    """Each rate holds until the next one begins, the last one until further notice."""
    read = fields.each(
        "rates", lambda rate: (rate.day("from"), rate.decimal("usd_per_tonne_day")), names=_RATE
    )
    starts: dict[date, Decimal] = {}
    for (starts_on, price), path in read:
        if starts_on in starts:
            raise DuplicateRate(f"Another rate begins on {starts_on} too.", field=f"{path}.from")
        starts[starts_on] = price
    days = sorted(starts)
    ends: list[date | None] = [*days[1:], None]
    return tuple(
        flat_rate(starts_on=day, ends_on=end, usd_per_tonne_day=starts[day])
        for day, end in zip(days, ends, strict=False)
    )


def _tiers(fields: Fields) -> tuple[StorageRate, ...]:
    read = fields.each("tiers", _tier, names=_TIER)
    below = 0
    for place, (tier, path) in enumerate(read, start=1):
        if tier.up_to_g is None and place < len(read):
            raise MalformedTiers("Only the last tier may have no upper end.", field=path)
        if tier.up_to_g is not None and tier.up_to_g <= below:
            raise MalformedTiers("Each tier must reach higher than the one before.", field=path)
        below = tier.up_to_g or below
    return (StorageRate(date.min, None, tuple(tier for tier, _ in read)),)


def _tier(fields: Fields) -> Tier:
    up_to_g = None
    if fields.has("up_to_tonnes"):
        up_to_g = fields.scaled("up_to_tonnes", decimals=TONNE_DECIMALS, may_be_negative=False)
    return Tier(up_to_g, fields.decimal("usd_per_tonne_day"))


def _queue(fields: Fields) -> QueueRelief:
    return QueueRelief(
        joined_on=fields.day("joined"),
        full_days=fields.whole_number("full_days", may_be_negative=False),
        half_days=fields.whole_number("half_days", may_be_negative=False),
    )


def _carrying(fields: Fields) -> CarryingQuestion:
    has_moves = fields.has("moves")
    if has_moves and fields.has("financed_usd"):
        raise ConflictingFields(
            "Send moves instead of financed_usd, not both.", field=fields.path_of("moves")
        )
    if has_moves:
        moves = tuple(move for move, _ in fields.each("moves", _carrying_move, names=_CARRYING_MOVE))
    else:
        financed = fields.scaled("financed_usd", decimals=USD_DECIMALS, may_be_negative=False)
        moves = (Move(date.min, financed),)
    return CarryingQuestion(
        moves=moves,
        annual_rate_percent=fields.decimal("annual_rate_percent"),
        day_count=_day_count(fields),
    )


def _carrying_move(fields: Fields) -> Move:
    sent = [name for name in _MOVE_AMOUNTS if fields.has(name)]
    if len(sent) > 1:
        raise ConflictingFields("Send one amount.", field=fields.path_of(sent[1]))
    name = sent[0] if sent else _MOVE_AMOUNTS[0]
    return Move(fields.day("date"), fields.scaled(name, decimals=USD_DECIMALS, may_be_negative=True))


def _day_count(fields: Fields) -> DayCount:
    if not fields.has("day_count"):
        return DayCount.ACT_360
    return DayCount(fields.choice("day_count", tuple(DayCount)))
