"""Exposure over REST: a firm sees its own, the staff sees all, and history goes by months."""

import pytest

from tests.api.conftest import Doors

pytestmark = pytest.mark.django_db


def address(doors: Doors, rest: str = "") -> str:
    return f"/api/v1/firms/{doors.own.id}/exposure{rest}"


def test_a_firm_sees_what_the_staff_sees_of_it(billed: Doors) -> None:
    own = billed.member.get(address(billed)).json()
    assert own == billed.staff.get(address(billed)).json()
    assert {item["firm_id"] for item in own["items"]} == {str(billed.own.id)}
    (item,) = [item for item in own["items"] if item["material"] == "antimony"]
    assert item["open_kg"] != "0.000"
    everybody = billed.staff.get("/api/v1/exposure").json()
    assert everybody["day"] == own["day"]
    assert "antimony" in [item["material"] for item in everybody["items"]]


def test_history_ends_with_the_last_day(billed: Doors) -> None:
    answer = billed.member.get(address(billed, "/history?since=2026-01-31&until=2026-03-02")).json()
    assert [item["day"] for item in answer["items"]] == ["2026-01-31", "2026-02-28", "2026-03-02"]
    assert answer["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?at=2026-02-29", 400, "malformed_date"),
        ("?at=", 400, "malformed_date"),
        ("?day=2026-02-28", 400, "unknown_field"),
        ("?at=2026-02-28&at=2026-02-28", 400, "duplicate_field"),
        ("/history?since=yesterday", 400, "malformed_date"),
        ("/history?since=2026-03-02&until=2026-03-01", 400, "dates_reversed"),
        ("/history?until=9998-12-31", 422, "day_in_future"),
        ("/history?since=0002-01-01", 422, "period_too_long"),
    ],
)
def test_what_is_wrong_is_named(billed: Doors, query: str, status: int, code: str) -> None:
    answer = billed.member.get(address(billed, query))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("at", "status"),
    [("0001-01-01", 400), ("0002-01-01", 200), ("9998-12-31", 200), ("9999-12-31", 400)],
)
def test_a_day_is_one_with_others_around_it(billed: Doors, at: str, status: int) -> None:
    assert billed.member.get(address(billed, f"?at={at}")).status_code == status
    assert billed.staff.get(f"/api/v1/stock-values?at={at}").status_code == status


def test_another_firms_is_as_if_it_were_not_there(billed: Doors) -> None:
    for rest in ("", "/history"):
        foreign = billed.rival.get(address(billed, rest))
        missing = billed.rival.get(f"/api/v1/firms/8f4f1c2e-0000-4000-8000-000000000000/exposure{rest}")
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json()["code"] == missing.json()["code"] == "firm_not_found"
