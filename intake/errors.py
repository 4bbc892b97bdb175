"""What can be wrong with any document or table: one class per cause, each with a stable code."""

from errors import Refusal


class EmptyInput(Refusal):
    """Nothing was sent. Send a JSON object; the calculators also take one per line."""

    code = "empty_input"


class InputNotUtf8(Refusal):
    """The text has bytes that are not UTF-8. Save it as UTF-8."""

    code = "input_not_utf8"


class MalformedJson(Refusal):
    """The text is not JSON; the message says where. NaN and Infinity are no JSON numbers."""

    code = "malformed_json"


class NestedTooDeeply(Refusal):
    """The JSON has too many objects or lists inside one another."""

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
    """A field that is needed is not there or is null. `field` names it."""

    code = "missing_field"


class UnknownField(Refusal):
    """There is no field of this name. Check the spelling; the unit stands at the end of a name."""

    code = "unknown_field"


class ConflictingFields(Refusal):
    """Two fields are given of which only one can hold. Leave one out."""

    code = "conflicting_fields"


class WrongType(Refusal):
    """The value has another JSON type than the field takes; decimals are sent as text."""

    code = "wrong_type"


class NumberTooLong(Refusal):
    """The number has more digits than are read."""

    code = "number_too_long"


class UnknownChoice(Refusal):
    """The text is none of those that the field takes; the message lists them."""

    code = "unknown_choice"


class MalformedDate(Refusal):
    """The text is not a day of the calendar, written as 2026-03-01."""

    code = "malformed_date"


class MalformedDecimal(Refusal):
    """The text is not a plain decimal number such as "0.62": no exponent, no plus sign, no leading zeros."""

    code = "malformed_decimal"


class MalformedInteger(Refusal):
    """The text is not a whole number such as 2026."""

    code = "malformed_integer"


class UnknownTableFormat(Refusal):
    """The file is neither CSV nor XLSX by its name. Save it as one of them."""

    code = "unknown_table_format"


class MalformedTable(Refusal):
    """The table can't be read: broken quotation, more cells than columns, or no workbook at all."""

    code = "malformed_table"


class MissingColumn(Refusal):
    """A column that is needed is not in the header. `field` names it."""

    code = "missing_column"


class UnknownColumn(Refusal):
    """The header has a column that nothing is known of. Check the spelling; the unit stands at its end."""

    code = "unknown_column"


class DuplicateColumn(Refusal):
    """A column stands twice in the header, so its values are in doubt. Leave one."""

    code = "duplicate_column"


class TableFaults(Refusal):
    """Rows of the table are wrong; nothing was taken over. `details` lists row, column, code and message."""

    code = "table_faults"
