"""What can be wrong with a calculator's document: a closed list of codes."""

from enum import StrEnum


class FaultCode(StrEnum):
    """Each code has a refusal of the same name in `DOCUMENT_REFUSALS` of `allocations/errors.py`."""

    NOT_AN_OBJECT = "not_an_object"
    NOT_A_LIST = "not_a_list"
    MISSING_FIELD = "missing_field"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    NOT_AN_INTEGER = "not_an_integer"
    NOT_A_NUMBER = "not_a_number"
    NUMBER_TOO_LONG = "number_too_long"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    FRACTION_NEEDS_EXACT = "fraction_needs_exact"
    UNKNOWN_CHOICE = "unknown_choice"
    DUPLICATE_ID = "duplicate_id"
    UNKNOWN_ID = "unknown_id"
    CONFLICTING_FIELDS = "conflicting_fields"
    MALFORMED_TIMESTAMP = "malformed_timestamp"
    TIMESTAMP_WITHOUT_ZONE = "timestamp_without_zone"
    MINIMUM_ABOVE_REQUEST = "minimum_above_request"
    NOTHING_TO_SHARE_BY = "nothing_to_share_by"


class DocumentFault(ValueError):
    """The document can't be computed. `field` is the path to what is wrong, or None for all of it."""

    def __init__(self, code: FaultCode, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
