"""The policy in force over REST: every value with its unit, bounds and meaning."""

import pytest

from governance.domain.policy import POLICY_DEFINITIONS
from governance.services import create_user
from tests.api.conftest import ClientOf

pytestmark = pytest.mark.django_db


def test_everybody_signed_in_reads_every_value(client_of: ClientOf) -> None:
    body = client_of(create_user(username="mia")).get("/api/v1/policy").json()
    assert body["version"] == 1
    values = {item["name"]: item for item in body["values"]}
    assert values.keys() == POLICY_DEFINITIONS.keys()
    assert (values["loan_rate_percent"]["value"], values["loan_rate_percent"]["unit"]) == (
        "4.80",
        "percent per year",
    )
    assert (values["target_days"]["minimum"], values["target_days"]["maximum"]) == ("1", "3650")
    assert values["rounding"]["choices"][0] == "sainte_lague"
    assert all(item["meaning"].endswith(".") for item in body["values"])
