"""Every refusal of the REST door itself. What the reserve refuses comes from the apps below.

What can be wrong with any JSON document is named once, in `intake/`.
"""

from errors import Refusal
from intake.errors import (
    DuplicateField,
    MalformedDate,
    MalformedJson,
    MissingField,
    NotAList,
    NotAnObject,
    UnknownChoice,
    UnknownField,
    WrongType,
)

__all__ = [
    "BodyTooLarge",
    "CsrfFailed",
    "DatabaseUnavailable",
    "DuplicateField",
    "EmptyText",
    "IdempotencyKeyReused",
    "InternalError",
    "InvalidKey",
    "InvalidValue",
    "LimitOutOfRange",
    "MalformedCursor",
    "MalformedDate",
    "MalformedId",
    "MalformedIdempotencyKey",
    "MalformedJson",
    "MethodNotAllowed",
    "MissingField",
    "MistypedKey",
    "NotAList",
    "NotAcceptable",
    "NotAnObject",
    "NotAuthenticated",
    "NotFound",
    "PermissionDenied",
    "TextTooLong",
    "Throttled",
    "TooManyItems",
    "UnknownChoice",
    "UnknownField",
    "UnstorableText",
    "UnsupportedMediaType",
    "WrongType",
]


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
    """The Authorization header holds no live API key. It may have expired or been replaced or revoked."""

    code = "invalid_key"


class MistypedKey(Refusal):
    """The API key can't be one: a character is wrong, missing or too many. Copy it again as a whole."""

    code = "mistyped_key"


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


class TooManyItems(Refusal):
    """The list is longer than a calculation over REST takes. Use the command line for longer ones."""

    code = "too_many_items"


class EmptyText(Refusal):
    """The text is empty. Send a text, or leave the field out where it may be."""

    code = "empty_text"


class TextTooLong(Refusal):
    """The text is longer than the field takes. Shorten it."""

    code = "text_too_long"


class UnstorableText(Refusal):
    """The text holds a character that can't be stored, such as NUL or half a surrogate pair. Remove it."""

    code = "unstorable_text"


class MalformedBase64(Refusal):
    """A file is sent as base64 text (RFC 4648, with padding)."""

    code = "malformed_base64"


class MalformedId(Refusal):
    """The value isn't an identifier of the form 00000000-0000-0000-0000-000000000000."""

    code = "malformed_id"


class LimitOutOfRange(Refusal):
    """A page holds between 1 and 200 items. Ask for fewer and follow next_cursor."""

    code = "limit_out_of_range"


class MalformedCursor(Refusal):
    """The cursor isn't one that this list gave. Start again without it."""

    code = "malformed_cursor"


class MalformedIdempotencyKey(Refusal):
    """The Idempotency-Key isn't 1 to 255 visible ASCII characters. A random identifier serves well."""

    code = "malformed_idempotency_key"


class IdempotencyKeyReused(Refusal):
    """The same key came before with other content. Use a new key for a new request."""

    code = "idempotency_key_reused"


class InvalidValue(Refusal):
    """The value can't be taken; the detail says why."""

    code = "invalid_value"
