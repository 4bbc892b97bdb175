"""The calculators over REST give what the commands give."""

import json

import pytest
from rest_framework.test import APIClient

from api.v1.calculators import AWARDS_EXAMPLE, FEES_EXAMPLE
from governance.services import create_user
from tests.api.conftest import ClientOf

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of: ClientOf) -> APIClient:
    return client_of(create_user(username="analyst"))


def test_awards(client: APIClient) -> None:
    body = client.post("/api/v1/calculators/awards", AWARDS_EXAMPLE.value, format="json").json()
    assert [award["award_g"] for award in body["awards"]] == [200000, 300000, 300000]
    assert (body["granted_g"], body["unallocated_g"]) == (800000, 200000)


def test_fees(client: APIClient) -> None:
    body = client.post("/api/v1/calculators/fees", FEES_EXAMPLE.value, format="json").json()
    assert body["storage_usd"] == "175.65"
    assert [line["amount_usd"] for line in body["lines"]] == ["97.65", "78.00"]


@pytest.mark.parametrize("name", ["awards", "fees"])
@pytest.mark.parametrize("text", ["{}", "[]", "null", "7", '"a"', "1.5", '{"pool_g": 1.5}', '{"unknown": 1}'])
def test_bad_documents(client: APIClient, name: str, text: str) -> None:
    response = client.generic("POST", f"/api/v1/calculators/{name}", text, content_type="application/json")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["code"]


def test_a_rule_with_a_huge_number_is_answered_exactly(client: APIClient) -> None:
    big = 10**30
    document = AWARDS_EXAMPLE.value | {
        "pool_g": big,
        "claims": [{"id": "a", "request_g": big, "right_g": big}],
    }
    text = json.dumps(document)
    response = client.generic("POST", "/api/v1/calculators/awards", text, content_type="application/json")
    assert json.loads(response.content)["granted_g"] == big


def test_only_for_those_signed_in(anonymous: APIClient) -> None:
    assert anonymous.post("/api/v1/calculators/awards", {}, format="json").status_code == 401
