"""Every refusal of the allocations: one class per cause, each with a stable code."""

from errors.refusal import Refusal


class EmptyInput(Refusal):
    """Nothing came in on standard input. Send a JSON object, or one per line."""

    code = "empty_input"


class InputNotUtf8(Refusal):
    """The input has bytes that are not UTF-8. Save it as UTF-8."""

    code = "input_not_utf8"


class MalformedJson(Refusal):
    """The input is not JSON; the message says at which line and column."""

    code = "malformed_json"


class NestedTooDeeply(Refusal):
    """The JSON has too many objects inside objects. A calculator's document has three levels."""

    code = "nested_too_deeply"


class DuplicateField(Refusal):
    """A field stands twice in one object, so its value is in doubt. Leave one."""

    code = "duplicate_field"


class NotAnObject(Refusal):
    """Something else stands where a JSON object is needed. See `field`; none means the document itself."""

    code = "not_an_object"


class NotAList(Refusal):
    """Something else stands where a JSON list is needed."""

    code = "not_a_list"


class MissingField(Refusal):
    """A field that the chosen rule needs is missing or null."""

    code = "missing_field"


class UnknownField(Refusal):
    """There is no field of this name. Check the spelling; the unit stands at the end of a name."""

    code = "unknown_field"


class WrongType(Refusal):
    """The value is of another type than the field: a text that is not empty is needed."""

    code = "wrong_type"


class NotAnInteger(Refusal):
    """The value is not a whole number: true, a decimal, a text or NaN. Send whole grams without quotes."""

    code = "not_an_integer"


class NotANumber(Refusal):
    """The text is no number such as "5/2" or "0.5". Exponents, spaces and a zero below are not taken."""

    code = "not_a_number"


class NumberTooLong(Refusal):
    """The number has more than 4,000 digits."""

    code = "number_too_long"


class NumberOutOfRange(Refusal):
    """The number is negative, or zero where that is too little, or a share above one."""

    code = "number_out_of_range"


class FractionNeedsExact(Refusal):
    """Masses as text are only taken with rounding "exact". Send whole grams without quotes."""

    code = "fraction_needs_exact"


class UnknownChoice(Refusal):
    """The word is not one of those the field takes; the message lists them."""

    code = "unknown_choice"


class DuplicateId(Refusal):
    """Two claims have the same id."""

    code = "duplicate_id"


class UnknownId(Refusal):
    """The field names a claim that is not in the list."""

    code = "unknown_id"


class ConflictingFields(Refusal):
    """Two fields are given of which only one can hold."""

    code = "conflicting_fields"


class MalformedTimestamp(Refusal):
    """The text is not a time. Send ISO 8601, such as "2026-03-01T09:00:00Z"."""

    code = "malformed_timestamp"


class TimestampWithoutZone(Refusal):
    """The time says no offset from UTC. Add Z or an offset such as -05:00."""

    code = "timestamp_without_zone"


class MinimumAboveRequest(Refusal):
    """The minimum acceptable quantity is more than the request itself."""

    code = "minimum_above_request"


class NothingToShareBy(Refusal):
    """Something has to be shared, and the figures to share it by are all zero."""

    code = "nothing_to_share_by"


DOCUMENT_REFUSALS: dict[str, type[Refusal]] = {
    refusal.code: refusal
    for refusal in (
        EmptyInput,
        InputNotUtf8,
        MalformedJson,
        NestedTooDeeply,
        DuplicateField,
        NotAnObject,
        NotAList,
        MissingField,
        UnknownField,
        WrongType,
        NotAnInteger,
        NotANumber,
        NumberTooLong,
        NumberOutOfRange,
        FractionNeedsExact,
        UnknownChoice,
        DuplicateId,
        UnknownId,
        ConflictingFields,
        MalformedTimestamp,
        TimestampWithoutZone,
        MinimumAboveRequest,
        NothingToShareBy,
    )
}
"""What each `FaultCode` of a calculator's document is refused with."""
