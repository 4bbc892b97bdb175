"""Whether a quantity, price or percentage is one that can be kept exactly."""

from decimal import Decimal

from ledger.domain.quantities import LARGEST_AMOUNT
from ledger.errors import QuantityOutOfRange, TooManyDecimals
from reserve.errors import NumberOutOfRange, PercentOutOfRange, PriceNotPositive, QuantityNotPositive

DECIMALS = 6
LARGEST_PRICE = Decimal(10) ** 12


def check_quantity(amount: int, *, field: str) -> int:
    """The grams or cents, if above zero and not too large. Raises QuantityNotPositive, QuantityOutOfRange."""
    if amount <= 0:
        raise QuantityNotPositive("Must be above zero.", field=field)
    if amount > LARGEST_AMOUNT:
        raise QuantityOutOfRange("The number is too large.", field=field)
    return amount


def check_price(price: Decimal, *, field: str) -> Decimal:
    """The price in USD per kg, if above zero with at most six decimals.

    Raises PriceNotPositive, TooManyDecimals, QuantityOutOfRange.
    """
    if not price.is_finite() or price >= LARGEST_PRICE:
        raise QuantityOutOfRange("The price is not a number that can be kept.", field=field)
    if price <= 0:
        raise PriceNotPositive("A price must be above zero.", field=field)
    return _check_decimals(price, field=field)


def check_number(number: int, *, field: str, least: int, most: int) -> int:
    """The whole number, if it lies between the bounds, both included. Raises NumberOutOfRange."""
    if not least <= number <= most:
        raise NumberOutOfRange(f"Must be from {least} to {most}.", field=field, least=least, most=most)
    return number


def check_percent(percent: Decimal, *, field: str) -> Decimal:
    """The percentage, if from 0 to 100 with at most six decimals.

    Raises PercentOutOfRange, TooManyDecimals.
    """
    if not percent.is_finite() or not 0 <= percent <= 100:
        raise PercentOutOfRange("A percentage must be between 0 and 100.", field=field)
    return _check_decimals(percent, field=field)


def _check_decimals(value: Decimal, *, field: str) -> Decimal:
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -DECIMALS:
        raise TooManyDecimals(f"At most {DECIMALS} decimals.", field=field, decimals=DECIMALS)
    return value
