"""The written documents say what the code does."""

from collections.abc import Iterator
from typing import Any

import yaml
from django.conf import settings
from django.urls import URLResolver, get_resolver

from api.catalogue import entries, errors_page
from api.openapi import openapi_document

ADVICE = "run `manage.py write_api_documents`"


def test_the_committed_openapi_document_is_that_of_the_code() -> None:
    committed = (settings.BASE_DIR / "docs/api/openapi.yaml").read_bytes()
    assert committed == openapi_document(), ADVICE


def test_the_committed_table_of_errors_is_that_of_the_classes() -> None:
    committed = (settings.BASE_DIR / "docs/errors.md").read_text(encoding="utf-8")
    assert committed == errors_page(), ADVICE


def test_every_error_is_a_row_with_meaning_and_advice() -> None:
    page = errors_page()
    for entry in entries():
        assert f"| `{entry.code}` | {entry.status} | {entry.meaning} | {entry.advice} |" in page


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    document = yaml.safe_load(openapi_document())
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield f"{method} {path}", operation


def test_every_route_of_version_1_is_described() -> None:
    described = {name.split()[1] for name, _ in operations()}
    routed = {
        "/api/v1/" + str(pattern.pattern)[3:]
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == "api/"
        for pattern in resolver.url_patterns
        if str(pattern.pattern).startswith("v1/")
    }
    plain = {
        route.replace("<uuid:", "{").replace("<str:", "{").replace("<int:", "{").replace(">", "}")
        for route in routed
    }
    assert plain == described
    assert len(plain) > 10


def test_every_operation_says_what_it_does_and_how_it_fails() -> None:
    for name, operation in operations():
        assert operation["description"].endswith("."), name
        assert "default" in operation["responses"], name
        assert operation["operationId"], name


def test_every_field_is_described() -> None:
    document = yaml.safe_load(openapi_document())
    for name, schema in document["components"]["schemas"].items():
        if name.endswith(("Enum", "List")):
            continue
        for field, facts in schema.get("properties", {}).items():
            described = facts.get("description") or any(
                "description" in part for part in facts.get("allOf", [])
            )
            assert described, f"{name}.{field} has no description"
