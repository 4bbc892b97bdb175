"""What load balancers and containers ask."""

from typing import Any

import pytest
from django.db import DatabaseError, connection
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def test_live_asks_nobody(anonymous: APIClient, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = anonymous.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "live"})


def test_ready_asks_database_and_redis(anonymous: APIClient) -> None:
    response = anonymous.get("/readyz")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "ready", "database": "ok", "redis": "ok"},
    )


def test_not_ready_names_what_does_not_answer(
    anonymous: APIClient, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = anonymous.get("/readyz")
    assert (response.status_code, response.json()["redis"]) == (503, "no answer")

    def fail() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", fail)
    assert anonymous.get("/readyz").json()["database"] == "no answer"
