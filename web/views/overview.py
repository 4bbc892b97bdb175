"""The console's first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from web.access import signed_in_user, staff_page
from web.overview import read_overview


@require_safe
@staff_page
def overview(request: HttpRequest) -> HttpResponse:
    """Stock, cover, money and the latest round."""
    actor = signed_in_user(request)
    return render(request, "web/overview.html", {"overview": read_overview(actor)})
