"""Firms and their positions over REST: one's own, and nobody else's."""

import pytest

from tests.api.conftest import Doors

pytestmark = pytest.mark.django_db

MISSING = "00000000-0000-0000-0000-000000000000"


def test_a_member_reads_its_own_firm(doors: Doors) -> None:
    body = doors.member.get(f"/api/v1/firms/{doors.own.id}").json()
    assert body["legal_name"] == "Acme Alloys (example)"
    assert (body["state"], body["country"], body["credit_limit_usd"]) == ("active", "US", None)


def test_a_list_holds_what_the_reader_may_see(doors: Doors) -> None:
    names = {
        who: [firm["legal_name"] for firm in client.get("/api/v1/firms").json()["items"]]
        for who, client in (("member", doors.member), ("staff", doors.staff), ("stranger", doors.stranger))
    }
    assert names == {
        "member": ["Acme Alloys (example)"],
        "staff": ["Acme Alloys (example)", "Beta Batteries (example)"],
        "stranger": [],
    }


@pytest.mark.parametrize("place", ["", "/positions", "/statements/2026-03", "/statements/2026-03/csv"])
def test_another_firm_can_not_be_told_from_a_missing_one(doors: Doors, place: str) -> None:
    missing = doors.member.get(f"/api/v1/firms/{MISSING}{place}")
    foreign = doors.member.get(f"/api/v1/firms/{doors.other.id}{place}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert dict(foreign.headers) == dict(missing.headers)
    assert doors.rival.get(f"/api/v1/firms/{doors.other.id}{place}").status_code == 200


def test_pages_of_firms(doors: Doors) -> None:
    first = doors.staff.get("/api/v1/firms", {"limit": 1}).json()
    second = doors.staff.get("/api/v1/firms", {"limit": 1, "cursor": first["next_cursor"]}).json()
    assert [item["legal_name"] for item in first["items"] + second["items"]] == [
        "Acme Alloys (example)",
        "Beta Batteries (example)",
    ]
    assert second["next_cursor"] is None


def test_a_cursor_of_somebody_else_shows_nothing_new(doors: Doors) -> None:
    cursor = doors.staff.get("/api/v1/firms", {"limit": 1}).json()["next_cursor"]
    assert doors.member.get("/api/v1/firms", {"cursor": cursor}).json()["items"] == []


def test_positions_have_units_in_their_names_and_exact_text(doors: Doors) -> None:
    doors.reserve.store(doors.own, "2026-04-01", 412_500)
    (position,) = doors.member.get(f"/api/v1/firms/{doors.own.id}/positions").json()["items"]
    assert position["material"] == "antimony"
    assert (position["held_kg"], position["available_kg"]) == ("12412.5", "12412.5")
    assert (position["committed_kg"], position["reserved_kg"]) == ("50000", "0")
    assert position["cover_days"] is None
    assert not any(isinstance(value, float) for value in position.values())


def test_staff_reads_any_firm(doors: Doors) -> None:
    (position,) = doors.staff.get(f"/api/v1/firms/{doors.other.id}/positions").json()["items"]
    assert position["held_kg"] == "7000"


def test_materials_are_for_everybody_signed_in(doors: Doors) -> None:
    body = doors.stranger.get("/api/v1/materials").json()
    assert [item["code"] for item in body["items"]] == ["antimony", "gallium"]
    assert body["items"][0]["allocation_unit_kg"] == "1"
    one = doors.stranger.get("/api/v1/materials/gallium").json()
    assert one["name"] == "Gallium"
    response = doors.stranger.get("/api/v1/materials/unobtainium")
    assert (response.status_code, response.json()["code"]) == (404, "material_not_found")


def test_pages_of_materials(doors: Doors) -> None:
    first = doors.member.get("/api/v1/materials", {"limit": 1}).json()
    second = doors.member.get("/api/v1/materials", {"limit": 1, "cursor": first["next_cursor"]}).json()
    assert [first["items"][0]["code"], second["items"][0]["code"]] == ["antimony", "gallium"]
    assert second["next_cursor"] is None
