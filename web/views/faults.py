"""Pages for requests that lead nowhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_WORDS = {
    400: ("That request can't be read", "Something in the address or the form isn't as it should be."),
    403: ("This page isn't for you", "It is for the reserve's staff. Sign in as somebody who may see it."),
    404: ("There is nothing here", "The address may be mistyped, or the page has moved."),
    500: ("Something broke", "Nothing was half done. Try again; if it stays, tell whoever runs the service."),
}


def fault_page(request: HttpRequest, *, status: int) -> HttpResponse:
    """A short page that says what happened and where to go."""
    title, words = _WORDS[status]
    return render(request, "web/fault.html", {"title": title, "words": words}, status=status)


def untrusted_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form whose token is missing or old (settings.CSRF_FAILURE_VIEW)."""
    words = "The form is too old, or cookies are switched off. Go back, reload the page and send it again."
    return render(
        request, "web/fault.html", {"title": "That form can't be trusted", "words": words}, status=403
    )
