"""A lot under way counts nowhere; it arrives with the weight measured there; two people write off a loss."""

from uuid import uuid4

import pytest

from governance.approvals import approve_proposal
from governance.errors import RoleRequired, SelfApproval
from governance.services.users import grant_role
from members.domain.bearers import Title, share_among_bearers
from members.models import PositionLoss
from members.services import propose_move_write_off, start_lot_move
from reserve.errors import (
    ArrivedAboveDeparted,
    CapacityExceeded,
    FacilityNotFound,
    LotNotFound,
    LotWrongState,
    MoveNotFound,
    MoveWithinFacility,
    MoveWrongState,
    NumberOutOfRange,
    StockNotFree,
    StorageClassNotTaken,
)
from reserve.models import FacilityCapacity, Lot, LotMove, StockLoss
from tests.members.lots_in_use import (
    arrive,
    attribute,
    balance,
    depart,
    findings,
    position,
    total,
    write_off_move,
)
from tests.members.standing import members
from tests.reserve.standing import USD, People, stock_up


def test_the_worked_table_of_the_bearers() -> None:
    """docs/algorithms/lots.md, "Who bears it"."""
    title = Title(100, {"a": 300, "b": 100, "c": 1})
    table = {
        60: Title(60, {}),
        100: Title(100, {}),
        200: Title(100, {"a": 75, "b": 25}),
        110: Title(100, {"a": 7, "b": 3}),
        501: title,
    }

    assert {lost: share_among_bearers(quantity_g=lost, title=title) for lost in table} == table
    with pytest.raises(ValueError, match="more than there is"):
        share_among_bearers(quantity_g=502, title=title)


def test_what_is_under_way_counts_nowhere_and_comes_back_to_whose_it_was(people: People) -> None:
    first, second = members(people, [600, 300])
    lot = stock_up(people, grams=1000)
    attribute(people)

    move = depart(people, lot)

    assert (balance("transit/antimony"), balance("custody/east/antimony")) == (1000, 0)
    assert (position(first), position(second), balance("unattributed/antimony")) == (0, 0, 0)
    assert balance(f"withheld/{first.firm.id}/antimony") == 600
    assert findings() == []

    arrive(people, move, 1000)

    assert (balance("transit/antimony"), balance("custody/west/antimony")) == (0, 1000)
    assert (position(first), position(second), balance("unattributed/antimony")) == (600, 300, 100)
    lot.refresh_from_db()
    assert (lot.state, lot.facility.code) == (Lot.State.ACCEPTED, "west")
    assert findings() == []


def test_what_is_missing_waits_in_transit_for_two_people(people: People) -> None:
    first, second = members(people, [600, 300])
    lot = stock_up(people, grams=1000)
    attribute(people)

    move = arrive(people, depart(people, lot), 810)

    # 190 are missing: 100 of nobody's, then 90 in proportion to 600 and 300.
    assert (position(first), position(second), balance("unattributed/antimony")) == (540, 270, 0)
    assert (move.state, move.lacking_g, balance("transit/antimony")) == (LotMove.State.SHORT, 190, 190)
    assert findings() == []

    write_off_move(people, move)

    loss = StockLoss.objects.get()
    # The lot cost 20.00 USD: 19 percent of it.
    assert (loss.quantity_g, loss.value_cents) == (190, 380)
    assert balance("expense/write-offs") == 380
    assert balance("inventory/antimony") == 20 * USD - 380
    assert list(PositionLoss.objects.order_by("-quantity_g").values_list("quantity_g", flat=True)) == [60, 30]
    assert balance(f"commitment/{first.firm.id}/antimony") == 60
    assert (balance("transit/antimony"), total("withheld")) == (0, 0)
    assert findings() == []


def test_a_lot_that_never_arrives_is_lost_whole(people: People) -> None:
    lot = stock_up(people, grams=1000)
    move = arrive(people, depart(people, lot), 0)

    write_off_move(people, move)

    lot.refresh_from_db()
    assert (lot.state, total("custody"), total("unattributed")) == (Lot.State.WRITTEN_OFF, 0, 0)
    assert balance("inventory/antimony") == 0
    assert findings() == []


def test_who_proposes_a_loss_cannot_approve_it(people: People) -> None:
    grant_role(user=people.administrator, role="approver")
    move = arrive(people, depart(people, stock_up(people, grams=10)), 9)
    proposal = propose_move_write_off(move_id=move.id, actor=people.administrator, reason="spilled")

    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=people.administrator)

    assert balance("transit/antimony") == 1


def test_a_lot_can_only_go_where_it_may_be_kept(people: People) -> None:
    lot, gallium = stock_up(people, grams=1000), stock_up(people, material_code="gallium", grams=10)

    with pytest.raises(StorageClassNotTaken):
        depart(people, gallium)
    FacilityCapacity.objects.filter(facility__code="west").update(capacity_g=999)
    with pytest.raises(CapacityExceeded):
        depart(people, lot)
    with pytest.raises(MoveWithinFacility):
        depart(people, lot, "east")
    with pytest.raises(FacilityNotFound):
        depart(people, lot, "nowhere")

    assert balance("custody/east/antimony") == 1000


def test_bad_requests_are_refused_and_leave_nothing(people: People) -> None:
    lot = stock_up(people, grams=1000)
    with pytest.raises(RoleRequired):
        start_lot_move(lot_number=lot.number, to_facility_code="west", actor=people.finance)
    with pytest.raises(LotNotFound):
        start_lot_move(lot_number="LOT-999999", to_facility_code="west", actor=people.administrator)
    move = depart(people, lot)
    with pytest.raises(LotWrongState):
        depart(people, lot)
    with pytest.raises(ArrivedAboveDeparted):
        arrive(people, move, 1001)
    with pytest.raises(NumberOutOfRange):
        arrive(people, move, -1)
    with pytest.raises(MoveWrongState):
        propose_move_write_off(move_id=move.id, actor=people.administrator, reason="spilled")
    with pytest.raises(MoveNotFound):
        propose_move_write_off(move_id=uuid4(), actor=people.administrator, reason="spilled")
    arrive(people, move, 1000)
    with pytest.raises(MoveWrongState):
        arrive(people, move, 1000)

    assert (total("custody"), total("transit")) == (1000, 0)


def test_what_draws_have_taken_cannot_move(people: People) -> None:
    lot = stock_up(people, grams=1000)
    part = stock_up(people, grams=10)
    # A stop takes grams of the place, as a draw does: no draw names a lot.
    Lot.objects.filter(id=part.id).update(net_g=500, gross_g=500)
    depart(people, part)

    with pytest.raises(StockNotFree) as refusal:
        depart(people, lot)

    assert refusal.value.details["free_kg"] == "0.51"
