"""Who may open a page."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from governance.acting import name_actor
from governance.domain.roles import STAFF_ROLES
from governance.models import User
from governance.selectors import has_role

View = Callable[[HttpRequest], HttpResponse]


def signed_in_user(request: HttpRequest) -> User:
    """Who opened a page that only somebody signed in can open; the request works for them from here on."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Nobody is signed in.")
    name_actor(user_id=request.user.id, session_key=request.session.session_key)
    return request.user


def staff_page(view: View) -> View:
    """Only for those who work for the reserve: others sign in first, or are told whose page it is."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not has_role(signed_in_user(request), *STAFF_ROLES):
            raise PermissionDenied("This page is for the reserve's staff.")
        return view(request)

    return guarded
