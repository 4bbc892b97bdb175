"""The life of a lot over REST: received with papers, accepted, moved, assayed again, written off, counted."""

import base64
from typing import Any

import pytest
from rest_framework.test import APIClient

from reserve.models import Lot, PurchaseOrder
from reserve.services import place_purchase_orders
from tests.api.conftest import ClientOf
from tests.reserve.conftest import people, standing_people  # noqa: F401 - fixtures of the reserve
from tests.reserve.standing import NOON, People, documents, order, stock_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(people: People, client_of: ClientOf) -> APIClient:  # noqa: F811 - the fixture
    return client_of(people.administrator)


@pytest.fixture
def second(people: People, client_of: ClientOf) -> APIClient:  # noqa: F811 - the fixture
    return client_of(people.approver)


def send(client: APIClient, address: str, status: int = 201, /, **body: Any) -> Any:
    answer = client.post(f"/api/v1/{address}", body, format="json")
    assert answer.status_code == status, answer.content
    return answer.json()


def decide(client: APIClient, proposal: Any) -> None:
    send(client, f"proposals/{proposal['id']}/approve", 200)


def papers() -> list[dict[str, object]]:
    return [
        {
            "kind": paper.kind,
            "filename": paper.filename,
            "content": base64.b64encode(paper.content).decode(),
        }
        for paper in documents()
    ]


def delivery(placed: PurchaseOrder, **changes: object) -> dict[str, Any]:
    body: dict[str, Any] = {
        "purchase_order": placed.number,
        "gross_kg": "5100",
        "net_kg": "5000",
        "assay_element": "Sb",
        "assay_percent": "99.7",
        "origin_mining": "BO",
        "origin_refining": "KR",
        "stage": "metal",
        "producer": "Example Producer",
        "declared_goods": "Antimony metal ingots",
        "documents": papers(),
    }
    return body | changes


@pytest.fixture
def placed(people: People) -> PurchaseOrder:  # noqa: F811 - the fixture
    return place_purchase_orders(orders=[order()], actor=people.administrator, effective_at=NOON)[0]


def test_a_lot_is_received_with_its_papers_and_accepted_by_another(
    people: People,  # noqa: F811 - the fixture
    staff: APIClient,
    second: APIClient,
    placed: PurchaseOrder,
    client_of: ClientOf,
) -> None:
    lot = send(staff, "lots", **delivery(placed))
    assert (lot["state"], lot["net_kg"], len(lot["documents"])) == ("quarantined", "5000", 4)
    proposer = client_of(people.second_administrator)

    decide(second, send(proposer, f"lots/{lot['number']}/acceptance", reason="papers agree"))

    read = staff.get(f"/api/v1/lots/{lot['number']}").json()
    assert (read["state"], read["value_usd"]) == ("accepted", "100000.00")
    assert len(staff.get("/api/v1/lots?state=accepted&material=antimony").json()["items"]) == 1
    assert staff.get("/api/v1/lots?facility=west").json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"net_kg": "5100.5"}, 400, "net_above_gross"),
        ({"net_kg": "10000.001", "gross_kg": "10001"}, 422, "lot_beyond_order"),
        ({"net_kg": 5000}, 400, "malformed_quantity"),
        ({"net_kg": "0"}, 400, "quantity_not_positive"),
        ({"assay_percent": "100.1"}, 400, "percent_out_of_range"),
        ({"origin_mining": "Bo"}, 400, "malformed_country"),
        ({"stage": "dust"}, 400, "unknown_choice"),
        ({"purchase_order": "PO-999999"}, 404, "purchase_order_not_found"),
        ({"documents": [papers()[0] | {"content": "?"}]}, 400, "malformed_base64"),
        ({"documents": [papers()[0] | {"content": ""}]}, 400, "document_empty"),
        ({"documents": [papers()[1] | {"kind": "letter"}]}, 400, "unknown_choice"),
    ],
)
def test_a_bad_receipt_is_refused_and_leaves_nothing(
    staff: APIClient, placed: PurchaseOrder, changes: dict[str, object], status: int, code: str
) -> None:
    problem = send(staff, "lots", status, **delivery(placed, **changes))

    assert problem["code"] == code
    assert not Lot.objects.exists()


def test_the_same_certificate_for_a_second_lot_is_refused(staff: APIClient, placed: PurchaseOrder) -> None:
    shared = papers()
    send(staff, "lots", **delivery(placed, documents=shared))

    problem = send(staff, "lots", 409, **delivery(placed, documents=[shared[0], *papers()[1:]]))

    assert problem["code"] == "document_already_used"
    assert Lot.objects.count() == 1


def test_a_lot_moves_and_what_is_missing_is_written_off_by_two(
    people: People,  # noqa: F811 - the fixture
    staff: APIClient,
    second: APIClient,
) -> None:
    lot = stock_up(people, grams=1000)
    move = send(staff, f"lots/{lot.number}/moves", to_facility="west")
    assert (move["state"], move["lacking_kg"]) == ("departed", "1")

    arrived = send(staff, f"lot-moves/{move['id']}/arrive", 200, arrived_kg="0.9")
    assert (arrived["state"], arrived["lacking_kg"]) == ("short", "0.1")
    decide(second, send(staff, f"lot-moves/{move['id']}/write-off", reason="spilled"))

    (item,) = staff.get("/api/v1/lot-moves").json()["items"]
    assert (item["state"], item["arrived_kg"], item["lacking_kg"]) == ("closed", "0.9", "0")
    assert send(staff, f"lot-moves/{move['id']}/arrive", 409, arrived_kg="1")["code"] == "move_wrong_state"


def test_a_lot_is_split_assayed_stopped_released_and_written_off(
    people: People,  # noqa: F811 - the fixture
    staff: APIClient,
    second: APIClient,
    client_of: ClientOf,
) -> None:
    lot = stock_up(people, grams=1000)
    parts = send(staff, f"lots/{lot.number}/split", parts_kg=["0.4", "0.6"])["items"]
    assert [(part["net_kg"], part["split_from"]) for part in parts] == [
        ("0.4", lot.number),
        ("0.6", lot.number),
    ]
    number = parts[0]["number"]
    day = "2026-03-02"
    assay = send(
        staff,
        f"lots/{number}/assays",
        assay_element="Sb",
        assay_percent="90.5",
        assayed_on=day,
        certificate=papers()[0],
    )
    assert (assay["replaced_percent"], assay["is_within_tolerance"]) == ("99.7", False)
    assert staff.get(f"/api/v1/lots/{number}").json()["state"] == "stopped"
    assert [item["lot"] for item in staff.get("/api/v1/lots/mismatches").json()["items"]] == [number]

    proposal = send(client_of(people.second_administrator), f"lots/{number}/release", reason="assay repeated")
    decide(second, proposal)
    stop = send(staff, f"lots/{number}/stop", reason="seal broken")
    assert stop["quantity_kg"] == "0.4"
    decide(second, send(staff, f"lots/{number}/write-off", quantity_kg="0.4", reason="not antimony"))

    assert staff.get(f"/api/v1/lots/{number}").json()["state"] == "written_off"


def test_a_lot_in_doubt_is_in_the_report(staff: APIClient, placed: PurchaseOrder) -> None:
    lot = send(staff, "lots", **delivery(placed, declared_goods="tile adhesive"))

    (item,) = staff.get("/api/v1/lots/mismatches").json()["items"]

    assert (item["lot"], item["declared_goods"]) == (lot["number"], "tile adhesive")
    assert item["findings"][0]["code"] == "declared_goods_mismatch"


def test_stock_is_counted_and_adjusted(
    people: People,  # noqa: F811 - the fixture
    staff: APIClient,
    second: APIClient,
) -> None:
    lot = stock_up(people, grams=1000)
    sheet = staff.get("/api/v1/stock-counts/sheet?facility=east&material=antimony").json()
    assert (sheet["book_kg"], sheet["lots"][0]["number"]) == ("1", lot.number)
    body = {"facility": "east", "material": "antimony", "counted_kg": "0.9"}

    count = send(staff, "stock-counts", **body, counted_at="2026-03-02T12:00:00Z")
    assert (count["state"], count["difference_kg"]) == ("differs", "-0.1")
    decide(second, send(staff, f"stock-counts/{count['id']}/adjustment", reason="counted twice"))

    (item,) = staff.get("/api/v1/stock-counts").json()["items"]
    assert item["state"] == "adjusted"
    sheet = staff.get("/api/v1/stock-counts/sheet?facility=east&material=antimony").json()
    assert sheet["book_kg"] == "0.9"


def test_provenance_is_measured_by_a_list_of_two_people(
    people: People,  # noqa: F811 - the fixture
    staff: APIClient,
    second: APIClient,
) -> None:
    stock_up(people, grams=1000)
    proposal = send(
        staff, "allied-countries", countries=["KR"], effective_from="2100-01-01", reason="example list"
    )
    decide(second, proposal)

    now = staff.get("/api/v1/provenance").json()
    then = staff.get("/api/v1/provenance?at=2100-01-01").json()

    assert (now["countries"], now["target_percent"], now["target_year"]) == (["US"], "90", 2030)
    assert (now["items"][0]["refined_percent"], now["items"][0]["is_target_met"]) == ("0.00", False)
    assert then["countries"] == ["KR", "US"]
    assert (then["items"][0]["refined_percent"], then["items"][0]["is_target_met"]) == ("100.00", True)


def test_unknown_lots_are_not_found(staff: APIClient) -> None:
    assert staff.get("/api/v1/lots/LOT-999999").status_code == 404
    assert send(staff, "lots/LOT-999999/stop", 404, reason="lost")["code"] == "lot_not_found"
