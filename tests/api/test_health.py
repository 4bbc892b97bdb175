"""What load balancers and containers ask."""

import pytest
from django.db import DatabaseError, connection

pytestmark = pytest.mark.django_db


def test_live_asks_nobody(anonymous, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = anonymous.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "live"})


def test_ready_asks_database_and_redis(anonymous) -> None:
    response = anonymous.get("/readyz")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "ready", "database": "ok", "redis": "ok"},
    )


def test_not_ready_names_what_does_not_answer(anonymous, settings, monkeypatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = anonymous.get("/readyz")
    assert (response.status_code, response.json()["redis"]) == (503, "no answer")

    def fail():
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", fail)
    assert anonymous.get("/readyz").json()["database"] == "no answer"
