"""Who a request comes from: the user of an API key, or of a session."""

from typing import Any

from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, CSRFCheck, SessionAuthentication
from rest_framework.request import Request

from api.errors import CsrfFailed, InvalidKey, MistypedKey
from governance.domain.api_keys import is_mistyped
from governance.models import ApiKey, User
from governance.selectors import find_api_key
from governance.services import record_api_key_use


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer sr_...`. A header that holds anything else never falls back to the session."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """The key's user and the key; None without the header. Raises MistypedKey, InvalidKey."""
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        scheme, _, text = header.partition(" ")
        text = text.strip() if scheme.lower() == "bearer" else ""
        if is_mistyped(text):
            raise MistypedKey("The API key is mistyped: its characters don't agree with its checksum.")
        key = find_api_key(text)
        if key is None:
            raise InvalidKey("The Authorization header holds no live API key.")
        record_api_key_use(key=key)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """What a 401 asks for."""
        return 'Bearer realm="strongroom"'


class CsrfSessionAuthentication(SessionAuthentication):
    """The signed-in session of a browser; every unsafe request carries the token of the session."""

    def enforce_csrf(self, request: Request | HttpRequest) -> None:
        """Raise CsrfFailed unless the request carries the token."""
        require_csrf_token(request)


def require_csrf_token(request: Request | HttpRequest) -> None:
    """Raise CsrfFailed unless an unsafe request carries the token of its cookie."""

    def no_response(_request: Any) -> None:
        return None

    check = CSRFCheck(no_response)  # type: ignore[arg-type]
    check.process_request(request)
    reason = check.process_view(request, None, (), {})  # type: ignore[arg-type]
    if reason:
        raise CsrfFailed(f"The request can't be trusted: {reason}")


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes keys."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        """Bearer, with the form of a key."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "sr_<prefix>_<secret>"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes sessions."""

    target_class = CsrfSessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        """The session's cookie; unsafe requests carry X-CSRFToken too."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
