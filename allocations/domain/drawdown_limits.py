"""How much of its position a firm may draw in normal times, and what stands in the way of more."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor


class Limit(StrEnum):
    """What bounds a drawdown. Each has a refusal of the same name."""

    FIRM_NOT_ACTIVE = "firm_not_active"
    DISRUPTION_OPEN = "disruption_open"
    REPLENISHMENT_OVERDUE = "replenishment_overdue"
    POSITION_EXCEEDED = "position_exceeded"
    CAP_EXCEEDED = "cap_exceeded"
    STOCK_SHORT = "stock_short"


@dataclass(frozen=True, slots=True)
class DrawdownFacts:
    """What decides how much a firm may draw of a material. Masses in grams.

    `held_g` is the position, `promised_g` what of it is reserved for anybody, `reserved_g` what this
    firm's own drawdowns reserve of it, `outstanding_g` what they took of it and didn't bring back,
    `stock_g` accepted stock that nothing reserves.
    """

    is_active: bool
    is_disrupted: bool
    is_overdue: bool
    held_g: int
    promised_g: int
    reserved_g: int
    outstanding_g: int
    stock_g: int
    cap_percent: Decimal


def cap_room_g(facts: DrawdownFacts) -> int:
    """What the cap leaves: a share of the whole position, as if nothing were out, less what is out."""
    whole = facts.held_g + facts.outstanding_g
    cap = floor(Fraction(facts.cap_percent) * whole / 100)
    return max(0, cap - facts.outstanding_g - facts.reserved_g)


def bounds_of(facts: DrawdownFacts) -> list[tuple[Limit, int]]:
    """Every bound with the grams it allows, in the order in which they are told.

    Free stock is other firms' business: it is told only where it is the tightest bound, so where it is
    what the firm can have.
    """
    own = _own_bounds(facts)
    is_stock_tightest = facts.stock_g < min(grams for _, grams in own)
    return [*own, (Limit.STOCK_SHORT, facts.stock_g)] if is_stock_tightest else own


def _own_bounds(facts: DrawdownFacts) -> list[tuple[Limit, int]]:
    """What the firm's own standing and holdings allow."""
    bounds: list[tuple[Limit, int]] = []
    if not facts.is_active:
        bounds.append((Limit.FIRM_NOT_ACTIVE, 0))
    if facts.is_disrupted:
        bounds.append((Limit.DISRUPTION_OPEN, 0))
    if facts.is_overdue:
        bounds.append((Limit.REPLENISHMENT_OVERDUE, 0))
    return [
        *bounds,
        (Limit.POSITION_EXCEEDED, max(0, facts.held_g - facts.promised_g)),
        (Limit.CAP_EXCEEDED, cap_room_g(facts)),
    ]


def obtainable_g(facts: DrawdownFacts) -> int:
    """The most the firm could draw now."""
    return min(grams for _, grams in bounds_of(facts))


def binding_limit(facts: DrawdownFacts, quantity_g: int) -> Limit | None:
    """The first of the tightest bounds that `quantity_g` goes beyond, or None."""
    limit, grams = min(bounds_of(facts), key=lambda bound: bound[1])
    return limit if quantity_g > grams else None
