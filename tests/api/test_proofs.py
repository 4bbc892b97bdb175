"""Proofs, verifications and alarms over REST, and as metrics."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client, override_settings
from rest_framework.test import APIClient

from billing.models import Invoice
from governance.services import create_user
from ledger.models import Alarm, Journal, Seal, Verification
from ledger.services import record_verification, seal_next
from ledger.services.verifications import Examination
from ledger.verification import CheckResult, Finding
from tests.api.conftest import ClientOf, Doors

pytestmark = pytest.mark.django_db

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify_inclusion.py"
TOKEN = "a-token-of-the-monitoring-system"


@pytest.fixture
def reader(client_of: ClientOf) -> APIClient:
    return client_of(create_user(username="reader", roles=["auditor"]))


@pytest.fixture
def sealed(billed: Doors) -> Doors:
    seal_next(settled=Journal.objects.latest("id").id)
    return billed


def journal_of(doors: Doors) -> Journal:
    invoice = Invoice.objects.get(firm=doors.own)
    return Journal.objects.get(reference_type="invoice", reference_id=str(invoice.id))


def address(number: int) -> str:
    return f"/api/v1/journals/{number}/proof"


def test_a_firm_checks_its_own_invoice_offline(sealed: Doors, tmp_path: Path) -> None:
    response = sealed.member.get(address(journal_of(sealed).id))
    assert response.status_code == 200
    assert response.json()["journal"]["content"]["metadata"]["invoice"]
    (tmp_path / "proof.json").write_bytes(response.content)
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(tmp_path / "proof.json")],
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_another_firms_journal_is_as_if_it_were_not_there(sealed: Doors) -> None:
    foreign = sealed.rival.get(address(journal_of(sealed).id)).json()
    missing = sealed.rival.get(address(987_654)).json()
    assert (foreign["code"], missing["code"]) == ("unknown_journal", "unknown_journal")
    assert set(foreign) == set(missing)


def test_a_firm_gets_no_proof_of_the_reserves_own_journals(sealed: Doors) -> None:
    own = Journal.objects.exclude(reference_type__in=["invoice", "drawdown"]).order_by("id")[0]
    assert sealed.member.get(address(own.id)).json()["code"] == "unknown_journal"


def test_staff_prove_any_journal(sealed: Doors, reader: APIClient) -> None:
    for journal in Journal.objects.order_by("id")[:3]:
        assert (
            reader.get(address(journal.id), {"seal": 1}).json()["journal"]["content"]["kind"] == journal.kind
        )
    assert reader.get(address(1), {"seal": "x"}).json()["code"] == "malformed_integer"


def test_what_is_not_sealed_has_no_proof_yet(billed: Doors, reader: APIClient) -> None:
    assert not Seal.objects.exists()
    assert reader.get(address(journal_of(billed).id)).json()["code"] == "journal_not_sealed"


def record_finding() -> Verification:
    finding = Finding("ledger_journal 7", "is not what was posted")
    result = CheckResult(1, "ledger fingerprints", "", [finding])
    started = Verification.objects.order_by("-id").first()
    moment = started.finished_at if started else Journal.objects.latest("id").recorded_at
    return record_verification(
        examination=Examination(Verification.Kind.NEW, moment, 7, [result]),
    )


def test_the_state_the_list_and_the_end_of_an_alarm(
    sealed: Doors, reader: APIClient, administrator_client: APIClient
) -> None:
    assert reader.get("/api/v1/verifications/state").json()["is_alarmed"] is False
    record_finding()
    state = reader.get("/api/v1/verifications/state").json()
    assert state["alarm"]["raised_by"]["findings"][0]["row"] == "ledger_journal 7"
    assert state["sealed"]["unsealed_journals"] == 0
    assert len(reader.get("/api/v1/verifications").json()["items"]) == 1
    place = f"/api/v1/alarms/{state['alarm']['id']}/acknowledge"
    assert reader.post(place, {"reason": "why"}, format="json").json()["code"] == "role_required"
    assert administrator_client.post(place, {}, format="json").json()["code"] == "missing_field"
    ended = administrator_client.post(place, {"reason": "compared with the backup"}, format="json").json()
    assert (ended["reason"], bool(ended["ended_at"])) == ("compared with the backup", True)
    assert (
        administrator_client.post(place, {"reason": "again"}, format="json").json()["code"] == "alarm_ended"
    )
    assert reader.get("/api/v1/verifications/state").json()["is_alarmed"] is False
    assert reader.get("/api/v1/alarms").json()["items"][0]["acknowledged_by"] == ended["acknowledged_by"]


@pytest.fixture
def administrator_client(sealed: Doors, client_of: ClientOf) -> APIClient:
    return client_of(sealed.reserve.administrator)


@override_settings(STRONGROOM_METRICS_TOKEN=TOKEN)
def test_metrics_tell_of_the_alarm(sealed: Doors, client: Client) -> None:
    def read() -> str:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        return answer.content.decode()

    assert "strongroom_ledger_alarm 0.0" in read()
    record_finding()
    page = read()
    assert "strongroom_ledger_alarm 1.0" in page
    assert 'strongroom_ledger_verification_findings{kind="any"} 1.0' in page
    assert "strongroom_ledger_unsealed_journals 0.0" in page
    assert Alarm.objects.count() == 1


@pytest.mark.parametrize(
    ("configured", "sent", "status"),
    [
        ("", "", 404),
        ("", "Bearer ", 404),
        (TOKEN, "", 401),
        (TOKEN, "Bearer", 401),
        (TOKEN, f"Bearer {TOKEN}x", 401),
    ],
)
def test_metrics_need_their_token(client: Client, configured: str, sent: str, status: int) -> None:
    with override_settings(STRONGROOM_METRICS_TOKEN=configured):
        answer = client.get("/metrics", headers={"Authorization": sent} if sent else {})
    assert answer.status_code == status
    assert json.loads(answer.content)["status"] == status
