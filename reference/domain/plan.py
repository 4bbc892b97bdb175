"""What the reference reserve buys and what its example members commit to.

Purchases: every material gets the same number of days, as many as the funding pays for and at most
the target. Days = min(target, funding / cost of one day of everything).

Commitments (an example, no firm has published one): the published national use of a material is split
equally over the example firms that public figures connect with it; a firm commits to its use over the
material's target days, rounded down to the allocation unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

DAYS_PER_YEAR = 365


@dataclass(frozen=True)
class MaterialFigures:
    """One material's published use (grams per year) and price (USD per kg as use is counted)."""

    code: str
    use_g_per_year: int
    price_usd_per_kg: Decimal

    def cost_cents(self, days: Fraction) -> Fraction:
        """Exact cost of `days` of national use."""
        return Fraction(self.use_g_per_year) * days / DAYS_PER_YEAR * Fraction(self.price_usd_per_kg) / 10


def affordable_days(figures: Sequence[MaterialFigures], *, funding_cents: int, target_days: int) -> Fraction:
    """Equal days of every material that the funding buys, at most the target."""
    cost_of_one_day = sum((figure.cost_cents(Fraction(1)) for figure in figures), Fraction(0))
    if cost_of_one_day == 0:
        return Fraction(target_days)
    return min(Fraction(target_days), Fraction(funding_cents) / cost_of_one_day)


def quantity_to_buy(figure: MaterialFigures, *, days: Fraction, target_days: int) -> int:
    """Whole grams to buy for `days` of national use: rounded up so that the target is met in full.

    Below the target the money is what binds, and the last gram would overspend: rounded down.
    """
    exact = Fraction(figure.use_g_per_year) * days / DAYS_PER_YEAR
    return ceil(exact) if days >= target_days else floor(exact)


def split_in_whole_parts(quantity_g: int, *, parts: int, unit_g: int) -> list[int]:
    """Nearly equal parts in multiples of the unit; the last part takes what is left. No part is empty."""
    part = quantity_g // parts // unit_g * unit_g
    sizes = [part] * (parts - 1) + [quantity_g - part * (parts - 1)]
    return [size for size in sizes if size > 0]


def use_of_firm(figure: MaterialFigures, *, firms_naming_it: int) -> int:
    """One example firm's annual use in grams: an equal share of the national figure."""
    return figure.use_g_per_year // firms_naming_it


def commitment_of_firm(*, use_g_per_year: int, target_days: int, unit_g: int) -> int:
    """Grams a firm commits to: its use over the target days, rounded down to the allocation unit."""
    return use_g_per_year * target_days // DAYS_PER_YEAR // unit_g * unit_g
