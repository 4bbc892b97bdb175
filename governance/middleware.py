"""Marks what a request does with the request itself."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from governance.acting import Acting, acting
from tenancy import for_nobody

_FORM = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


class ActingMiddleware:
    """Gives every request an identifier, the caller's if it has the form of one, and sends it back.

    Who acts is added by the door once it knows (`governance.acting.name_actor`); until then the request
    works for nobody, and whatever it worked for ends with it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, marked."""
        sent = request.headers.get("X-Request-ID", "")
        request_id = sent if _FORM.fullmatch(sent) else uuid.uuid4().hex
        with acting(Acting(request_id=request_id)), for_nobody():
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
