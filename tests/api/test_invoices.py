"""Invoices and statements over REST: JSON, CSV and PDF, each to whom it concerns."""

import csv
import io
from typing import Any

import pytest
from pypdf import PdfReader

from billing.models import Invoice
from ledger.domain.quantities import format_usd, parse_usd
from tests.api.conftest import Doors

pytestmark = pytest.mark.django_db

MISSING = "00000000-0000-0000-0000-000000000000"


def invoice_of(billed: Doors) -> Invoice:
    return Invoice.objects.get(firm=billed.own, state="final")


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8"))))


def text_of(response: Any) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)


def test_a_member_reads_its_invoice_with_lines_that_trace_to_the_ledger(billed: Doors) -> None:
    body = billed.member.get(f"/api/v1/invoices/{invoice_of(billed).id}").json()
    assert body["firm_id"] == str(billed.own.id)
    assert (body["state"], body["starts_on"], body["ends_on"]) == ("final", "2026-03-01", "2026-04-01")
    storage = next(line for line in body["lines"] if line["kind"] == "storage")
    assert (storage["tonne_days"], storage["rate"], storage["rate_unit"]) == (
        "372",
        "0.62",
        "usd_per_tonne_day",
    )
    assert storage["amount_usd"] == "230.64"
    assert f"position/{billed.own.id}/antimony" in storage["trace"]["accounts"]
    cents = sum(parse_usd(line["amount_usd"], field="amount_usd") for line in body["lines"])
    assert body["total_usd"] == format_usd(cents)


def test_lists_hold_what_the_reader_may_see(billed: Doors) -> None:
    own = billed.member.get("/api/v1/invoices").json()["items"]
    assert [item["firm_id"] for item in own] == [str(billed.own.id)]
    assert len(billed.staff.get("/api/v1/invoices").json()["items"]) == 2
    assert billed.stranger.get("/api/v1/invoices").json()["items"] == []
    foreign = billed.member.get("/api/v1/invoices", {"firm_id": str(billed.other.id)})
    assert foreign.content == billed.member.get("/api/v1/invoices", {"firm_id": MISSING}).content


def test_filters_and_their_wrong_values(billed: Doors) -> None:
    assert billed.staff.get("/api/v1/invoices?state=draft").json()["items"] == []
    assert billed.staff.get("/api/v1/invoices?state=lost").json()["code"] == "unknown_choice"
    assert billed.staff.get("/api/v1/invoices?firm_id=7").json()["code"] == "malformed_id"


def test_pages_of_invoices(billed: Doors) -> None:
    first = billed.staff.get("/api/v1/invoices", {"limit": 1}).json()
    second = billed.staff.get("/api/v1/invoices", {"limit": 1, "cursor": first["next_cursor"]}).json()
    seen = {item["id"] for item in first["items"] + second["items"]}
    assert seen == {str(row.id) for row in Invoice.objects.all()}


@pytest.mark.parametrize("form", ["", "/csv", "/pdf"])
def test_another_firms_invoice_can_not_be_told_from_a_missing_one(billed: Doors, form: str) -> None:
    place = f"/api/v1/invoices/{invoice_of(billed).id}{form}"
    foreign, missing = billed.rival.get(place), billed.rival.get(f"/api/v1/invoices/{MISSING}{form}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.headers["Content-Type"] == "application/problem+json"
    assert foreign.content == missing.content
    assert dict(foreign.headers) == dict(missing.headers)
    assert billed.member.get(place).status_code == 200


def test_an_invoice_as_csv(billed: Doors) -> None:
    invoice = invoice_of(billed)
    response = billed.member.get(f"/api/v1/invoices/{invoice.id}/csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="')
    assert response.headers["Cache-Control"] == "no-store"
    rows = rows_of(response)
    assert {row["kind"] for row in rows} >= {"storage", "carrying"}
    assert next(row["amount_usd"] for row in rows if row["kind"] == "storage") == "230.64"


def test_an_invoice_as_pdf(billed: Doors) -> None:
    response = billed.member.get(f"/api/v1/invoices/{invoice_of(billed).id}/pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    assert "230.64" in text_of(response)


def test_a_form_that_accept_rules_out(billed: Doors) -> None:
    place = f"/api/v1/invoices/{invoice_of(billed).id}/pdf"
    response = billed.member.get(place, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")


def test_a_statement_as_json(billed: Doors) -> None:
    body = billed.member.get(f"/api/v1/firms/{billed.own.id}/statements/2026-03").json()
    assert (body["first_day"], body["last_day"]) == ("2026-03-01", "2026-03-31")
    (antimony,) = body["materials"]
    assert (antimony["opening_kg"], antimony["closing_kg"]) == ("0", "12000")
    assert antimony["entries"][0]["amount_kg"] == "12000"
    assert body["money"]["opening_usd"] == body["money"]["closing_usd"]


def test_a_statement_as_csv_and_pdf(billed: Doors) -> None:
    place = f"/api/v1/firms/{billed.own.id}/statements/2026-03"
    rows = rows_of(billed.member.get(f"{place}/csv"))
    assert rows[-1]["entry"] == "closing"
    assert rows[-1]["balance"] == "12000"
    assert "Acme Alloys" in text_of(billed.member.get(f"{place}/pdf"))


@pytest.mark.parametrize("month", ["2026-13", "2026", "2026-3", "march", "0000-01", "2026-03-01", "٢٠٢٦-٠٣"])
def test_what_is_no_month(billed: Doors, month: str) -> None:
    response = billed.member.get(f"/api/v1/firms/{billed.own.id}/statements/{month}")
    assert (response.status_code, response.json()["code"]) == (400, "malformed_date")
    assert response.json()["field"] == "month"
