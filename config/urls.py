"""Routes of the whole service, and what unexpected requests are answered with."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from api.errors import InternalError, MalformedJson, NotFound, PermissionDenied
from api.health import live, ready
from api.metrics import metrics
from api.problems import Problem, problem_response
from web.views.faults import fault_page

urlpatterns = [
    path("healthz", live, name="healthz"),
    path("readyz", ready, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("api/", include("api.urls")),
    path("", include("web.urls")),
]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """A request that Django itself can't take."""
    if _is_for_api(request):
        return problem_response(Problem(MalformedJson.code, "The request can't be read."))
    return fault_page(request, status=400)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Something the user may not do."""
    if _is_for_api(request):
        return problem_response(Problem(PermissionDenied.code, "You may not do this."))
    return fault_page(request, status=403)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """An address that leads nowhere."""
    if _is_for_api(request):
        return problem_response(Problem(NotFound.code, "There is nothing here that you may see."))
    return fault_page(request, status=404)


def handler500(request: HttpRequest) -> HttpResponse:
    """A fault of the service."""
    if _is_for_api(request):
        return problem_response(Problem(InternalError.code, "The service failed. Nothing was half done."))
    return fault_page(request, status=500)


def _is_for_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
