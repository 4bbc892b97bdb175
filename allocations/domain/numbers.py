"""Numbers of a document, exactly: integers, and texts such as "5/2" or "0.5"."""

import re
from decimal import Decimal
from fractions import Fraction

from allocations.domain.claims import Mass, Rounding
from allocations.domain.faults import DocumentFault, FaultCode

LONGEST_NUMBER = 4_000
"""Digits of one number. Longer ones are refused before they cost time."""

_NUMBER = re.compile(r"(-?)([0-9]+)(?:/([0-9]+)|\.([0-9]+))?", re.ASCII)
_PERCENT = re.compile(r"(.*?) ?(?:%|percent)", re.ASCII)


def integer_of(value: object, field: str) -> int:
    """An integer that is one in JSON: not true or false, not a float, not a text."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise DocumentFault(FaultCode.NOT_AN_INTEGER, "Send a whole number without quotes.", field)
    if value.bit_length() > LONGEST_NUMBER * 4:
        raise DocumentFault(FaultCode.NUMBER_TOO_LONG, f"At most {LONGEST_NUMBER} digits.", field)
    return value


def fraction_of(text: str, field: str) -> Fraction:
    """The number of a text: an integer, "p/q" or a decimal. No exponents, no spaces."""
    if len(text) > LONGEST_NUMBER:
        raise DocumentFault(FaultCode.NUMBER_TOO_LONG, f"At most {LONGEST_NUMBER} characters.", field)
    matched = _NUMBER.fullmatch(text)
    if matched is None:
        raise DocumentFault(FaultCode.NOT_A_NUMBER, 'Send an integer, or text such as "5/2" or "0.5".', field)
    sign, whole, below, decimals = matched.groups(default="")
    if below and not int(below):
        raise DocumentFault(FaultCode.NOT_A_NUMBER, "A fraction can't have a zero below.", field)
    denominator = int(below) if below else 10 ** len(decimals)
    return Fraction(int(sign + whole + decimals), denominator)


def share_of(value: object, field: str) -> Fraction:
    """A share of one: text such as "0.07", "7/100" or "7%", or the integer 0 or 1."""
    if isinstance(value, str):
        percent = _PERCENT.fullmatch(value)
        share = fraction_of(percent[1], field) / 100 if percent else fraction_of(value, field)
    else:
        share = Fraction(integer_of(value, field))
    if not 0 <= share <= 1:
        raise DocumentFault(FaultCode.NUMBER_OUT_OF_RANGE, "A share lies between 0 and 1.", field)
    return share


def digits(number: int) -> str:
    """The decimal digits of an integer of any size (Python's own conversion stops at 4,300)."""
    return str(Decimal(number)) if number.bit_length() > LONGEST_NUMBER * 3 else str(number)


def number_text(value: Mass) -> str:
    """An integer as its digits, a fraction in lowest terms as "p/q"."""
    if value.denominator == 1:
        return digits(value.numerator)
    return f"{digits(value.numerator)}/{digits(value.denominator)}"


def mass_value(mass: Mass, rounding: Rounding) -> int | str:
    """Whole grams as an integer; under `exact` as text, since it may be a fraction."""
    return number_text(mass) if rounding is Rounding.EXACT else int(mass)
