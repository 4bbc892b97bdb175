"""Every refusal of billing: one class per cause, each with a stable code."""

from errors.refusal import Refusal


class MalformedJson(Refusal):
    """The text is not JSON: no number such as NaN, no name twice in one object, UTF-8 throughout."""

    code = "malformed_json"


class MissingField(Refusal):
    """A field that is needed is not there or is null. `field` names it."""

    code = "missing_field"


class UnknownField(Refusal):
    """A field that nobody reads was sent, probably a spelling mistake. `field` names it."""

    code = "unknown_field"


class ConflictingFields(Refusal):
    """Two fields were sent of which only one can count. Leave one out."""

    code = "conflicting_fields"


class WrongType(Refusal):
    """The value has another JSON type than the field takes; decimals are sent as text."""

    code = "wrong_type"


class MalformedDate(Refusal):
    """The text is not a day of the calendar, written as 2026-03-01."""

    code = "malformed_date"


class MalformedDecimal(Refusal):
    """The text is not a plain decimal number such as "0.62": no exponent, no plus sign, no leading zeros."""

    code = "malformed_decimal"


class NumberTooLong(Refusal):
    """The number has more digits than the calculator reads."""

    code = "number_too_long"


class NegativeNumber(Refusal):
    """The number must not be below zero."""

    code = "negative_number"


class UnknownChoice(Refusal):
    """The text is none of those that the field takes. `details` lists them."""

    code = "unknown_choice"


class EmptyPeriod(Refusal):
    """The period holds no day: its end, the first day not charged, must lie after its start."""

    code = "empty_period"


class MalformedTiers(Refusal):
    """Tiers must rise from one `up_to_tonnes` to the next, and only the last may leave it out."""

    code = "malformed_tiers"


class DuplicateRate(Refusal):
    """Two rates begin on the same day, so it is not clear which one holds."""

    code = "duplicate_rate"


class MissingRate(Refusal):
    """Something is held on a day for which no rate says what it costs. Add a rate from that day on."""

    code = "missing_rate"


class HoldingBelowZero(Refusal):
    """More left than was there: some day would close with less than nothing. Check the moves."""

    code = "holding_below_zero"


class MissingFixedPrice(Refusal):
    """Grams are financed on a day on which no commitment of the firm says at what price."""

    code = "missing_fixed_price"
