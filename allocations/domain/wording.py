"""Figures in words: kilograms, shares and weights as a person reads them."""

from fractions import Fraction

from allocations.domain.claims import Mass, Rule, Terms
from allocations.domain.numbers import digits, number_text

_MASS_WEIGHTS = {
    Rule.PRO_RATA_RIGHT: "right",
    Rule.PRO_RATA_REQUEST: "claim",
    Rule.POSITION_FIRST: "position",
}


def thousands(number: int) -> str:
    """An integer of any size with a comma between groups of three digits."""
    text = digits(abs(number))
    first = len(text) % 3
    groups = [text[:first]] if first else []
    groups += [text[place : place + 3] for place in range(first, len(text), 3)]
    return ("-" if number < 0 else "") + ",".join(groups)


def decimal_text(value: Mass, places: int) -> str:
    """A number with at most `places` decimals, rounded half-up, without trailing zeros."""
    scaled = Fraction(value) * 10**places
    rounded = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    whole, below = divmod(rounded, 10**places)
    decimals = f"{below:0{places}d}".rstrip("0")
    sign = "-" if scaled < 0 and rounded else ""
    return sign + thousands(whole) + (f".{decimals}" if decimals else "")


def kg(mass: Mass) -> str:
    """Grams as kilograms: exact to the gram, parts of a gram rounded half-up."""
    return f"{decimal_text(Fraction(mass, 1000), 3)} kg"


def level_text(level: Mass) -> str:
    """A level as an exact fraction with its decimals: "18/31 (0.580645)"."""
    if Fraction(level).denominator == 1:
        return thousands(int(level))
    return f"{number_text(level)} ({decimal_text(level, 6)})"


def weight_word(terms: Terms) -> str:
    """What serves as the weight under a rule."""
    return _MASS_WEIGHTS.get(terms.sharing_rule, "weight")


def weight_text(weight: Mass, terms: Terms) -> str:
    """A weight in its own unit: kilograms where a mass is the weight."""
    return kg(weight) if terms.sharing_rule in _MASS_WEIGHTS else level_text(weight)


def level_unit(terms: Terms) -> str:
    """What a level is counted in: nothing where a mass is the weight, else grams for each weight of 1."""
    return "" if terms.sharing_rule in _MASS_WEIGHTS else " g for each weight of 1"
