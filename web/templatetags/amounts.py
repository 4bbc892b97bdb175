"""Integers of grams and cents as people read them. Exact: rounding is done in integers, half-up."""

from decimal import Decimal
from fractions import Fraction

from django import template

from ledger.domain.quantities import round_half_up

register = template.Library()

GRAMS_PER_KILOGRAM = 1_000
GRAMS_PER_TONNE = 1_000_000
CENTS_PER_DOLLAR = 100
_NAMES = {"sainte_lague": "Sainte-Laguë"}
DOLLARS_PER_MILLION = 1_000_000


@register.filter
def tonnes(grams: int) -> str:
    """Tonnes with one decimal below a hundred tonnes and three below one: 4_100_000_000 gives "4,100"."""
    places = 0 if abs(grams) >= 100 * GRAMS_PER_TONNE else 1 if abs(grams) >= GRAMS_PER_TONNE else 3
    return _scaled(Fraction(grams, GRAMS_PER_TONNE), places)


@register.filter
def kilograms(grams: int) -> str:
    """Kilograms, all the decimals there are."""
    whole, rest = divmod(abs(grams), GRAMS_PER_KILOGRAM)
    sign = "-" if grams < 0 else ""
    decimals = f".{rest:03d}".rstrip("0") if rest else ""
    return f"{sign}{whole:,}{decimals}"


@register.filter
def dollars(cents: int) -> str:
    """Whole US dollars."""
    return _scaled(Fraction(cents, CENTS_PER_DOLLAR), 0)


@register.filter
def million_dollars(cents: int) -> str:
    """Millions of US dollars with one decimal."""
    return _scaled(Fraction(cents, CENTS_PER_DOLLAR * DOLLARS_PER_MILLION), 1)


@register.filter
def days(value: Fraction) -> str:
    """Days with one decimal."""
    return _scaled(value, 1)


@register.filter
def price(value: Decimal) -> str:
    """USD per kg with two decimals, or four where a small price needs them."""
    places = 2 if value >= 1 or value == round(value, 2) else 4
    return _scaled(Fraction(value), places)


@register.filter
def in_words(code: str) -> str:
    """ "position_first" reads "position first"; what is named after people keeps their names."""
    return _NAMES.get(code, code.replace("_", " "))


def _scaled(value: Fraction, places: int) -> str:
    number = round_half_up(value * 10**places)
    whole, rest = divmod(abs(number), 10**places)
    sign = "-" if number < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:0{places}d}" if places else "")
