"""Funding over REST: two people make a loan and its rates; draws, payments and statements are recorded."""

import pytest
from rest_framework.test import APIClient

from governance.models import User
from governance.services import create_user
from jobs.runner import run_ready_jobs
from tests.api.conftest import ClientOf, Doors

pytestmark = pytest.mark.django_db

LOAN = {
    "code": "loan-a",
    "kind": "loan",
    "limit_usd": "1000000.00",
    "annual_rate_percent": "4.8",
    "upfront_fee_percent": "0.5",
    "available_from": "2026-03-01",
    "available_until": "2027-03-01",
    "reason": "signed",
}
TRANCHE = "/api/v1/funding/tranches/loan-a"


@pytest.fixture
def finance(doors: Doors, client_of: ClientOf) -> APIClient:
    return client_of(doors.reserve.finance)


@pytest.fixture
def second(doors: Doors, client_of: ClientOf) -> APIClient:
    return client_of(doors.reserve.approver)


@pytest.fixture
def loan(finance: APIClient, second: APIClient) -> None:
    """Agreed, and 750,000 USD of it drawn on the first of March."""
    agree(finance, second, "/api/v1/funding/tranches", LOAN)
    draw = {"amount_usd": "750000.00", "effective_at": "2026-03-01T12:00:00-05:00"}
    assert finance.post(f"{TRANCHE}/draws", draw, format="json").status_code == 201


def agree(finance: APIClient, second: APIClient, address: str, body: dict[str, str]) -> None:
    proposal = finance.post(address, body, format="json")
    assert proposal.status_code == 201, proposal.json()
    approve = f"/api/v1/proposals/{proposal.json()['id']}/approve"
    assert second.post(approve, {}, format="json").status_code == 200


def run_jobs() -> None:
    run_ready_jobs(worker="test")


def test_the_overview_says_what_can_be_bought(loan: None, finance: APIClient, doors: Doors) -> None:
    money = doors.staff.get("/api/v1/funding").json()
    assert (money["cash_usd"], money["undrawn_usd"]) == ("750000.00", "250000.00")
    assert (money["headroom_usd"], money["purchasable_usd"], money["ceiling"]) == (
        "1000000.00",
        "1000000.00",
        None,
    )
    (tranche,) = money["tranches"]
    assert (tranche["annual_rate_percent"], tranche["fees_owed_usd"]) == ("4.8", "5000.00")


def test_members_and_traders_see_nothing_of_it(loan: None, doors: Doors) -> None:
    for address in ("/api/v1/funding", f"{TRANCHE}/draws", "/api/v1/funding/findings"):
        assert doors.member.get(address).status_code == 403


def test_a_ceiling_is_shown_once_two_people_set_it(loan: None, finance: APIClient, second: APIClient) -> None:
    body = {"limit_usd": "600000.00", "authority_reference": "Example Act, section 7"}
    agree(finance, second, "/api/v1/funding/ceiling", body)
    money = finance.get("/api/v1/funding").json()
    assert money["ceiling"] == {
        "limit_usd": "600000.00",
        "left_usd": "600000.00",
        "authority_reference": "Example Act, section 7",
    }
    assert money["purchasable_usd"] == "600000.00"


def test_interest_falls_due_and_is_paid(loan: None, finance: APIClient) -> None:
    run_jobs()
    (period, running) = finance.get(f"{TRANCHE}/periods").json()["items"]
    assert (period["interest_usd"], period["due_on"], period["is_overdue"]) == ("3100.00", "2026-04-01", True)
    assert running["interest_usd"] == "100.00"

    payment = {"purpose": "interest", "amount_usd": "3100.00"}
    paid = finance.post(f"{TRANCHE}/payments", payment, format="json")
    assert paid.status_code == 201
    assert finance.get(f"{TRANCHE}/periods").json()["items"][0]["outstanding_usd"] == "0.00"
    refused = finance.post(f"{TRANCHE}/payments", payment, format="json").json()
    assert (refused["code"], refused["details"]["possible_usd"]) == ("loan_overpaid", "100.00")

    address = f"/api/v1/funding/payments/{paid.json()['id']}/reverse"
    assert finance.post(address, {"reason": "sent back"}, format="json").status_code == 200
    assert finance.post(address, {"reason": "sent back"}, format="json").json()["code"] == "reversed_before"
    assert finance.get(f"{TRANCHE}/payments").json()["items"][0]["reversed_because"] == "sent back"


def test_a_rate_of_two_people_changes_what_was_accrued(
    loan: None, finance: APIClient, second: APIClient
) -> None:
    run_jobs()
    rate = {"kind": "interest", "starts_on": "2026-03-17", "annual_rate_percent": "9.6"}
    agree(finance, second, f"{TRANCHE}/rates", rate)
    run_jobs()
    assert finance.get(f"{TRANCHE}/periods").json()["items"][0]["interest_usd"] == "4600.00"
    (item,) = finance.get(f"{TRANCHE}/rates").json()["items"]
    assert (item["annual_rate_percent"], item["starts_on"]) == ("9.6", "2026-03-17")
    assert item["proposed_by"] != item["approved_by"]


def test_a_wrong_draw_is_taken_back(loan: None, finance: APIClient) -> None:
    (draw,) = finance.get(f"{TRANCHE}/draws").json()["items"]
    run_jobs()
    address = f"/api/v1/funding/draws/{draw['id']}/reverse"
    assert finance.post(address, {}, format="json").json()["code"] == "missing_field"
    assert finance.post(address, {"reason": "never came"}, format="json").status_code == 200
    run_jobs()
    money = finance.get("/api/v1/funding").json()
    assert (money["interest_owed_usd"], money["cash_usd"]) == ("0.00", "0.00")


def test_a_statement_is_imported_compared_and_cleared(loan: None, finance: APIClient, doors: Doors) -> None:
    run_jobs()
    table = (
        "date,kind,amount_usd,principal_usd\n2026-03-01,opening,,0.00\n2026-03-01,draw,750000.00,750000.00\n"
        "2026-03-01,upfront_fee,5000.00,750000.00\n2026-04-01,interest,3100.01,750000.00\n"
        "2026-04-01,closing,,750000.00\n"
    )
    # The fee stands in our book on the day of the agreement, which was the second of April.
    table = table.replace("2026-03-01,upfront_fee,5000.00,750000.00\n", "")

    def send(address: str) -> tuple[int, dict[str, object]]:
        answer = finance.post(f"{TRANCHE}/{address}", data=table.encode(), content_type="text/csv")
        return answer.status_code, answer.json()

    status, preview = send("statements/preview")
    assert (status, preview["ties"], preview["statement_id"]) == (200, False, None)
    status, kept = send("statements")
    assert (status, kept["first_difference"]) == (
        201,
        {
            "row": 4,
            "date": "2026-04-01",
            "kind": "interest",
            "cause": "amount_differs",
            "lender_usd": "3100.01",
            "book_usd": "3100.00",
        },
    )
    assert send("statements") == (200, kept)

    (finding,) = doors.staff.get("/api/v1/funding/findings").json()["items"]
    cleared = finance.post(
        f"/api/v1/funding/findings/{finding['id']}/clear", {"reason": "agreed"}, format="json"
    )
    assert cleared.json()["cleared_reason"] == "agreed"
    assert doors.staff.get("/api/v1/funding/findings").json()["items"] == []
    assert len(doors.staff.get("/api/v1/funding/findings?state=all").json()["items"]) == 1
    again = finance.post(f"/api/v1/funding/statements/{kept['statement_id']}/compare", {}, format="json")
    assert (again.json()["ties"], again.json()["first_difference"]) == (False, None)
    (listed,) = doors.staff.get(f"{TRANCHE}/statements").json()["items"]
    assert (listed["id"], listed["open_findings"]) == (kept["statement_id"], 0)


def test_the_same_draw_sent_twice_with_one_key_is_one(loan: None, finance: APIClient) -> None:
    body = {"amount_usd": "1.00"}
    for _ in range(2):
        answer = finance.post(f"{TRANCHE}/draws", body, format="json", headers={"Idempotency-Key": "draw-1"})
        assert answer.status_code == 201
    assert len(finance.get(f"{TRANCHE}/draws").json()["items"]) == 2


@pytest.mark.parametrize(
    ("address", "body", "status", "code", "field"),
    [
        ("draws", {}, 400, "missing_field", "amount_usd"),
        ("draws", {"amount_usd": 5}, 400, "malformed_quantity", "amount_usd"),
        ("draws", {"amount_usd": "-5.00"}, 400, "quantity_out_of_range", "amount_usd"),
        ("draws", {"amount_usd": "0.00"}, 400, "quantity_not_positive", "amount_usd"),
        ("draws", {"amount_usd": "0.001"}, 400, "too_many_decimals", "amount_usd"),
        ("draws", {"amount_usd": "250000.01"}, 422, "funding_exceeded", None),
        ("draws", {"amount_usd": "1.00", "amount_kg": "1"}, 400, "unknown_field", "amount_kg"),
        (
            "draws",
            {"amount_usd": "1.00", "effective_at": "2026-02-28T12:00:00-05:00"},
            422,
            "draw_period_over",
            "effective_at",
        ),
        (
            "draws",
            {"amount_usd": "1.00", "effective_at": "2026-05-01T12:00:00-04:00"},
            422,
            "effective_in_future",
            "effective_at",
        ),
        ("payments", {"amount_usd": "1.00"}, 400, "missing_field", "purpose"),
        ("payments", {"amount_usd": "1.00", "purpose": "tips"}, 400, "unknown_choice", "purpose"),
        ("payments", {"amount_usd": "750000.01", "purpose": "principal"}, 422, "loan_overpaid", "amount_usd"),
        (
            "rates",
            {"kind": "interest", "starts_on": "2026-03-02"},
            400,
            "missing_field",
            "annual_rate_percent",
        ),
        (
            "rates",
            {"kind": "interest", "starts_on": "2026-03-02", "annual_rate_percent": "1.0000001"},
            400,
            "too_many_decimals",
            "annual_rate_percent",
        ),
        (
            "rates",
            {"kind": "interest", "starts_on": "2026-03-02", "annual_rate_percent": "100.5"},
            400,
            "percent_out_of_range",
            "annual_rate_percent",
        ),
        (
            "rates",
            {"kind": "interest", "starts_on": "2026-02-02", "annual_rate_percent": "1"},
            400,
            "dates_reversed",
            "starts_on",
        ),
    ],
)
def test_bad_input_is_refused_and_named(
    loan: None,
    finance: APIClient,
    address: str,
    body: dict[str, object],
    status: int,
    code: str,
    field: str | None,
) -> None:
    answer = finance.post(f"{TRANCHE}/{address}", body, format="json")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    if field is not None:
        assert problem["field"] == field


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "Loan A"}, "malformed_code"),
        ({"code": "loan-a"}, "code_taken"),
        ({"limit_usd": "0.00"}, "quantity_not_positive"),
        ({"currency": "EUR"}, "currency_not_supported"),
        ({"interest_period_months": 5}, "value_not_allowed"),
        ({"payment_due_days": -1}, "number_out_of_range"),
        ({"payment_due_days": 10**9}, "number_out_of_range"),
        ({"interest_period_months": 10**9}, "value_not_allowed"),
        ({"draw_order": -1}, "number_out_of_range"),
        ({"available_until": "2026-02-01"}, "dates_reversed"),
        ({"kind": "private"}, "value_not_allowed"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    loan: None, finance: APIClient, changes: dict[str, object], code: str
) -> None:
    body = LOAN | {"code": "loan-b"} | changes
    assert finance.post("/api/v1/funding/tranches", body, format="json").json()["code"] == code


def test_unknown_things_are_missing(loan: None, finance: APIClient, approver: User) -> None:
    unknown = str(create_user(username="nobody").person)
    for address in (
        f"draws/{unknown}/reverse",
        f"payments/{unknown}/reverse",
        f"statements/{unknown}/compare",
    ):
        assert finance.post(f"/api/v1/funding/{address}", {"reason": "x"}, format="json").status_code == 404
    assert finance.post("/api/v1/funding/findings/9/clear", {"reason": "x"}, format="json").status_code == 404
    for name in ("rates", "draws", "payments", "periods", "statements"):
        assert finance.get(f"/api/v1/funding/tranches/none/{name}").json()["code"] == "tranche_not_found"
