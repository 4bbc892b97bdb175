"""Every scope at every operation: a key passes with the scope it needs or one that includes it, and no other.

What an operation needs is said here once more, by address. An operation that isn't here fails the test.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from api.endpoints import Endpoint
from governance.domain.scopes import SCOPES, Area
from governance.models import User
from governance.services import create_api_key, create_user
from tests.api.conftest import ClientOf
from tests.api.standing import client_with
from tests.api.test_documents import operations

pytestmark = pytest.mark.django_db

# The longest beginning of an address counts.
AREAS: dict[str, str | None] = {
    "/api/v1/session": None,
    "/api/v1/me": None,
    "/api/v1/api-keys": "api_keys",
    "/api/v1/policy": "governance",
    "/api/v1/proposals": "governance",
    "/api/v1/materials": "reserve",
    "/api/v1/price": "reserve",
    "/api/v1/stock-values": "reserve",
    "/api/v1/stock-counts": "reserve",
    "/api/v1/lot": "reserve",
    "/api/v1/provenance": "reserve",
    "/api/v1/allied-countries": "reserve",
    "/api/v1/funding": "reserve",
    "/api/v1/firms": "firms",
    "/api/v1/annual-uses": "firms",
    "/api/v1/firms/{firm_id}/agreements": "commitments",
    "/api/v1/firms/{firm_id}/commitments": "commitments",
    "/api/v1/firms/{firm_id}/rights-transfers": "commitments",
    "/api/v1/firms/{firm_id}/positions": "positions",
    "/api/v1/firms/{firm_id}/exposure": "positions",
    "/api/v1/exposure": "positions",
    "/api/v1/firms/{firm_id}/statements": "billing",
    "/api/v1/invoices": "billing",
    "/api/v1/drawdowns": "drawdowns",
    "/api/v1/jobs": "jobs",
    "/api/v1/journals": "ledger",
    "/api/v1/verifications": "ledger",
    "/api/v1/alarms": "ledger",
    "/api/v1/calculators": "calculators",
}
# Bodies that are computed with and not stored.
STORES_NOTHING = {
    "post /api/v1/calculators/awards",
    "post /api/v1/calculators/fees",
    "post /api/v1/drawdowns/quote",
    "post /api/v1/price-imports/preview",
    "post /api/v1/funding/tranches/{tranche_code}/statements/preview",
}
OPERATIONS = [name for name, _ in operations()]
VALUES = {
    "material_code": "antimony",
    "month": "2026-03",
    "annual_use_id": "1",
    "journal_id": "1",
    "alarm_id": "1",
    "finding_id": "1",
}


def endpoints() -> Iterator[tuple[str, type[Endpoint]]]:
    """Address and class of everything routed in version 1."""
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == "api/":
            for pattern in resolver.url_patterns:
                if isinstance(pattern, URLPattern) and str(pattern.pattern).startswith("v1/"):
                    yield str(pattern.pattern), pattern.callback.view_class  # type: ignore[attr-defined]


def needed(operation: str) -> str | None:
    method, path = operation.split()
    beginning = max((known for known in AREAS if path.startswith(known)), key=len)
    area = AREAS[beginning]
    is_read = method == "get" or operation in STORES_NOTHING
    return None if area is None else f"{area}:{'read' if is_read else 'write'}"


def passes(scope: str, operation: str) -> bool:
    need = needed(operation)
    if need is None or scope == "all:write" or scope == need:
        return True
    area, level = need.split(":")
    return level == "read" and scope in (f"{area}:write", "all:read")


def ask(client: Any, operation: str) -> Any:
    """The answer to an empty request about something that isn't there."""
    method, path = operation.split()
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    address = path.format(**{name: VALUES.get(name, str(uuid.uuid4())) for name in names})
    if method == "get":
        return client.get(address)
    return client.generic(method.upper(), address, "{}", content_type="application/json")


@pytest.fixture
def head(db: None) -> User:
    """Somebody who holds every role, so that only the scope can stand in the way."""
    roles = ["administrator", "approver", "finance", "auditor", "trader"]
    return create_user(username="hedy", roles=roles)


def test_every_endpoint_names_its_area() -> None:
    silent = [address for address, view in endpoints() if not hasattr(view, "area")]
    assert silent == []
    assert {address for address, view in endpoints() if view.area is None} == {"v1/session", "v1/me"}


def test_every_operation_has_an_area_here() -> None:
    strangers = [name for name in OPERATIONS if not any(name.split()[1].startswith(known) for known in AREAS)]
    assert strangers == []
    assert set(OPERATIONS) >= STORES_NOTHING
    assert len(OPERATIONS) > 60


def test_every_area_has_an_endpoint() -> None:
    assert {view.area for _, view in endpoints()} - {None} == set(Area)


def test_the_document_names_the_scope_of_every_operation() -> None:
    for name, operation in operations():
        assert operation.get("x-scope") == needed(name), name


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_passes_with_its_scope_and_nowhere_else(head: User, scope: str) -> None:
    _, secret = create_api_key(user=head, name="narrow", scopes=[scope])
    client = client_with(secret)
    for operation in OPERATIONS:
        response = ask(client, operation)
        code = response.json().get("code") if response.status_code >= 400 else None
        assert response.status_code != 500, operation
        assert (code != "scope_missing") == passes(scope, operation), (operation, response.content)
        if code == "scope_missing":
            assert response.status_code == 403
            details = {"scope": needed(operation), "held": [scope]}
            assert response.json()["details"] == details


def test_head_needs_what_get_needs(head: User) -> None:
    _, secret = create_api_key(user=head, name="reader", scopes=["jobs:read"])
    client = client_with(secret)
    assert client.head("/api/v1/jobs").status_code == 200
    assert client.head("/api/v1/materials").status_code == 403


def test_a_scope_gives_no_role(client_of: ClientOf) -> None:
    _, secret = create_api_key(user=create_user(username="nora"), name="wide", scopes=["all:write"])
    response = client_with(secret).get("/api/v1/jobs")
    assert (response.status_code, response.json()["code"]) == (403, "role_required")


def test_a_session_needs_no_scope(head: User) -> None:
    client = APIClient(raise_request_exception=False)
    client.force_login(head)
    for operation in OPERATIONS:
        if "/session" not in operation:
            response = ask(client, operation)
            code = response.json().get("code") if response.status_code >= 400 else None
            assert code != "scope_missing", operation


def test_what_is_missing_is_said_before_anything_is_looked_for(
    head: User, django_assert_num_queries: Any
) -> None:
    _, secret = create_api_key(user=head, name="narrow", scopes=["jobs:read"])
    client = client_with(secret)
    client.get("/api/v1/me")
    with django_assert_num_queries(1):
        assert client.get(f"/api/v1/firms/{uuid.uuid4()}").status_code == 403
