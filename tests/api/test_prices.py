"""Prices over REST: a table is the body, a second person decides, and lists say what counts."""

import io
from datetime import date

import pytest
from openpyxl import Workbook
from pytest_django import Settings

from governance.models import User
from tests.api.conftest import ClientOf, Doors

pytestmark = pytest.mark.django_db

TABLE = b"material,series,as_of,price_usd_per_kg\nantimony,example dealer,2026-03-20,24.50\n"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_table_becomes_prices_once_approved(
    doors: Doors, administrator: User, approver: User, client_of: ClientOf
) -> None:
    table = TABLE.replace(b"price_usd_per_kg\n", b"price_usd_per_kg,is_primary\n").replace(
        b"24.50", b"24.50,no"
    )
    sender = client_of(administrator)
    preview = sender.post("/api/v1/price-imports/preview", data=table, content_type="text/csv")
    assert preview.json() == {"new": 1, "revised": 0, "unchanged": 0}

    proposal = sender.post("/api/v1/price-imports", data=table, content_type="text/csv")
    assert proposal.status_code == 201
    address = f"/api/v1/proposals/{proposal.json()['id']}/approve"
    assert client_of(approver).post(address, {}, format="json").status_code == 200

    newest = doors.member.get("/api/v1/prices?material=antimony&limit=1").json()["items"][0]
    assert (newest["as_of"], newest["price_usd_per_kg"]) == ("2026-03-20", "24.5")
    names = [row["name"] for row in doors.member.get("/api/v1/prices/series").json()["items"]]
    assert "example dealer" in names


def test_a_workbook_is_taken_too(administrator: User, client_of: ClientOf, doors: Doors) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["material", "series", "as_of", "price_usd_per_kg"])
    sheet.append(["antimony", "example dealer", date(2026, 3, 20), 24.5])
    stream = io.BytesIO()
    book.save(stream)
    client = client_of(administrator)
    answer = client.post("/api/v1/price-imports/preview", data=stream.getvalue(), content_type=XLSX)
    assert answer.json() == {"new": 1, "revised": 0, "unchanged": 0}


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"", "text/csv", 400, "empty_input"),
        (b"material\n", "text/csv", 400, "missing_column"),
        (TABLE.replace(b"24.50", b"-1"), "text/csv", 400, "table_faults"),
        (b"\xff\xfe", "text/csv", 400, "input_not_utf8"),
        (TABLE, XLSX, 400, "malformed_table"),
        (b"{}", "application/json", 415, "unsupported_media_type"),
    ],
)
def test_what_is_no_table_is_refused(
    administrator: User, client_of: ClientOf, content: bytes, media_type: str, status: int, code: str
) -> None:
    answer = client_of(administrator).post("/api/v1/price-imports", data=content, content_type=media_type)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_table_above_the_limit_is_refused(
    administrator: User, client_of: ClientOf, settings: Settings
) -> None:
    settings.STRONGROOM_UPLOAD_LIMIT_BYTES = 10
    answer = client_of(administrator).post("/api/v1/price-imports", data=TABLE, content_type="text/csv")

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_staff_see_what_is_stale_and_what_the_stock_is_worth(doors: Doors) -> None:
    values = {row["material"]: row for row in doors.staff.get("/api/v1/stock-values").json()["items"]}
    assert values["antimony"]["accepted_kg"] == "19000"
    assert doors.staff.get("/api/v1/stock-values?at=2026-02-01").json()["items"] == []
    stale = doors.staff.get("/api/v1/prices/stale?at=2030-01-01").json()["items"]
    assert {row["material"] for row in stale} >= {"antimony"}
    assert doors.staff.get("/api/v1/stock-values?at=2026-02-30").json()["code"] == "malformed_date"
