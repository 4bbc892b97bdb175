"""Every request begins without sight of any firm."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tenancy.sight import NOBODY, acting_for


class SightMiddleware:
    """Acts for nobody until a door knows who asks and calls `act_for`, and for nobody after the answer.

    Answers that are read while they are sent must have been read from the database before.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        with acting_for(NOBODY):
            return self.get_response(request)
