"""The OpenAPI document of the REST door, and the pages that show it without any other host."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer


@lru_cache(maxsize=1)
def openapi_document() -> bytes:
    """The whole document as YAML; it can't change while the process runs."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return bytes(OpenApiYamlRenderer().render(schema, renderer_context={}))  # type: ignore[no-untyped-call]


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The document, for programs."""
    return HttpResponse(openapi_document(), content_type="application/yaml; charset=utf-8")


@require_safe
@ensure_csrf_cookie
def documentation(request: HttpRequest) -> HttpResponse:
    """The document, for people, with a form to try each operation."""
    return render(request, "api/documentation.html")
