"""Every refusal of the REST door itself. What the reserve refuses comes from the apps below."""

from errors import Refusal


class MalformedJson(Refusal):
    """The body isn't one JSON document in UTF-8. Send exactly one, without repeated names or NaN."""

    code = "malformed_json"


class BodyTooLarge(Refusal):
    """The body is larger than the service takes. Send less at a time."""

    code = "body_too_large"


class UnsupportedMediaType(Refusal):
    """The body isn't declared as JSON. Send `Content-Type: application/json`."""

    code = "unsupported_media_type"


class NotAcceptable(Refusal):
    """The resource has no form that the Accept header allows. Leave the header out or widen it."""

    code = "not_acceptable"


class NotAuthenticated(Refusal):
    """Nobody is signed in. Send an API key as `Authorization: Bearer sr_...`, or sign in first."""

    code = "not_authenticated"


class InvalidKey(Refusal):
    """The Authorization header holds no live API key. It may be mistyped, expired or revoked."""

    code = "invalid_key"


class CsrfFailed(Refusal):
    """A session's request came without its token. Send the token of GET /api/v1/session as X-CSRFToken."""

    code = "csrf_failed"


class PermissionDenied(Refusal):
    """The signed-in user may not do this. Ask somebody who may."""

    code = "permission_denied"


class NotFound(Refusal):
    """There is nothing here that you may see. Check the address and the identifier."""

    code = "not_found"


class MethodNotAllowed(Refusal):
    """The resource doesn't take this method. The Allow header lists those it takes."""

    code = "method_not_allowed"


class Throttled(Refusal):
    """Too many requests came in a short time. Wait as long as Retry-After says."""

    code = "throttled"


class InternalError(Refusal):
    """The service failed; nothing was half done. Try again, and report it if it stays."""

    code = "internal_error"


class DatabaseUnavailable(Refusal):
    """The database didn't answer or gave way to another request. Nothing was done: try again."""

    code = "database_unavailable"


class NotAnObject(Refusal):
    """Something else stands where a JSON object is needed. Send an object."""

    code = "not_an_object"


class NotAList(Refusal):
    """Something else stands where a JSON list is needed. Send a list."""

    code = "not_a_list"


class MissingField(Refusal):
    """A field that is needed is missing or null. Send it."""

    code = "missing_field"


class UnknownField(Refusal):
    """No field or parameter has this name. Check the spelling; the unit stands at the end of a name."""

    code = "unknown_field"


class DuplicateField(Refusal):
    """A parameter stands twice in the address, so its value is in doubt. Leave one."""

    code = "duplicate_field"


class WrongType(Refusal):
    """The value has the wrong JSON type. Mass and money are text, such as "412.5"."""

    code = "wrong_type"


class EmptyText(Refusal):
    """The text is empty. Send a text, or leave the field out where it may be."""

    code = "empty_text"


class TextTooLong(Refusal):
    """The text is longer than the field takes. Shorten it."""

    code = "text_too_long"


class UnstorableText(Refusal):
    """The text holds a character that can't be stored, such as NUL or half a surrogate pair. Remove it."""

    code = "unstorable_text"


class UnknownChoice(Refusal):
    """The value isn't one of those the field takes. The detail lists them."""

    code = "unknown_choice"


class MalformedId(Refusal):
    """The value isn't an identifier of the form 00000000-0000-0000-0000-000000000000."""

    code = "malformed_id"


class MalformedDate(Refusal):
    """The value isn't a calendar day such as "2026-03-31" or a month such as "2026-03"."""

    code = "malformed_date"


class LimitOutOfRange(Refusal):
    """A page holds between 1 and 200 items. Ask for fewer and follow next_cursor."""

    code = "limit_out_of_range"


class MalformedCursor(Refusal):
    """The cursor isn't one that this list gave. Start again without it."""

    code = "malformed_cursor"


class InvalidValue(Refusal):
    """The value can't be taken; the detail says why."""

    code = "invalid_value"
