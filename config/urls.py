"""Routes of the whole service, and what unexpected requests are answered with."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import defaults

from api.errors import InternalError, MalformedJson, NotFound, PermissionDenied
from api.health import live, ready
from api.problems import Problem, problem_response

urlpatterns = [
    path("healthz", live, name="healthz"),
    path("readyz", ready, name="readyz"),
    path("api/", include("api.urls")),
]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django itself can't take."""
    if _is_for_api(request):
        return problem_response(Problem(MalformedJson.code, "The request can't be read."))
    return defaults.bad_request(request, exception)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something the user may not do."""
    if _is_for_api(request):
        return problem_response(Problem(PermissionDenied.code, "You may not do this."))
    return defaults.permission_denied(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere."""
    if _is_for_api(request):
        return problem_response(Problem(NotFound.code, "There is nothing here that you may see."))
    return defaults.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    """A fault of the service."""
    if _is_for_api(request):
        return problem_response(Problem(InternalError.code, "The service failed. Nothing was half done."))
    return defaults.server_error(request)


def _is_for_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
