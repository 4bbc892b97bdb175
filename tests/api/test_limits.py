"""What a stranger's request must not do: take the service's time, or meet a door that nobody minds."""

from typing import Any

import pytest

from api.limits import LONGEST_NUMBER, MOST_ITEMS
from governance.models import User
from tests.api.conftest import ClientOf
from tests.api.test_problems import problem

pytestmark = pytest.mark.django_db

AWARDS = "/api/v1/calculators/awards"


def _document(**changes: object) -> dict[str, Any]:
    claims = [{"id": "a", "request_g": 60, "weight": 1}]
    return {"rule": "weighted", "pool_g": 50, "claims": claims} | changes


def test_a_calculation_within_the_limits_is_answered(administrator: User, client_of: ClientOf) -> None:
    document = _document(claims=[{"id": "x" * 200, "request_g": 60, "weight": "1" * LONGEST_NUMBER}])
    response = client_of(administrator).post(AWARDS, document, format="json")
    assert response.status_code == 200
    assert response.json()["granted_g"] == 50


def test_a_number_that_would_make_results_grow_is_refused(administrator: User, client_of: ClientOf) -> None:
    weight = f"{10**20}/{10**20 + 7}"
    document = _document(claims=[{"id": "a", "request_g": 60, "weight": weight}])
    response = client_of(administrator).post(AWARDS, document, format="json")
    problem(response, 400, "number_too_long")


def test_more_claims_than_a_request_has_time_for_are_refused(
    administrator: User, client_of: ClientOf
) -> None:
    claims = [{"id": str(number), "request_g": 1, "weight": 1} for number in range(MOST_ITEMS + 1)]
    response = client_of(administrator).post(AWARDS, _document(claims=claims), format="json")
    problem(response, 413, "too_many_items")


@pytest.mark.parametrize("path", ["firms", "invoices", "drawdowns", "materials"])
def test_lists_answer_head_as_they_answer_get(administrator: User, client_of: ClientOf, path: str) -> None:
    assert client_of(administrator).head(f"/api/v1/{path}").status_code == 200


def test_a_code_with_a_null_character_is_a_code_nobody_has(administrator: User, client_of: ClientOf) -> None:
    problem(client_of(administrator).get("/api/v1/materials/%00"), 404, "not_found")
