"""Normal drawdowns: from the request to the delivery, and everything that stands in the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allocations.errors import (
    BelowAllocationUnit,
    CapExceeded,
    DisruptionOpen,
    DrawdownNotFound,
    DrawdownWrongState,
    FirmNotActive,
    MinimumAboveRequest,
    NeededInPast,
    PositionExceeded,
    ReplenishmentOverdue,
    StockShort,
)
from allocations.models import Drawdown
from allocations.selectors import get_drawdown_for, list_drawdowns_for
from allocations.services import (
    approve_drawdown,
    deliver_drawdowns,
    refuse_drawdown,
    release_drawdowns,
    withdraw_drawdown,
)
from governance.errors import RoleRequired, SelfApproval
from ledger.selectors import get_balance
from members.errors import FirmNotFound, FirmRoleRequired
from members.services import suspend_firm
from reserve.errors import (
    FacilityNotFound,
    MaterialNotFound,
    QuantityNotPositive,
    ReasonMissing,
    ValueNotAllowed,
)
from reserve.selectors import today
from tests.allocations.standing import (
    KG,
    House,
    ask,
    declare,
    deliver,
    draw,
    duty,
    held,
    hold,
    position,
    reserve_custody,
)
from tests.reserve.standing import NOON

pytestmark = pytest.mark.django_db


def test_a_request_reserves_nothing(house: House) -> None:
    hold(house.alder, 500)
    drawdown = ask(house, house.alder, 200)
    assert drawdown.state == "submitted"
    assert position(house.alder) == (500, 0)


def test_an_approval_reserves_position_and_custody(house: House) -> None:
    hold(house.alder, 500)
    drawdown = approve_drawdown(drawdown_id=ask(house, house.alder, 200).id, actor=house.people.approver)
    assert (drawdown.state, drawdown.granted_g) == ("reserved", 200 * KG)
    assert position(house.alder) == (500, 200)
    assert held("custody/east/antimony") == (500, 200)
    assert duty(house.alder) == 0


def test_a_delivery_posts_what_was_reserved_and_the_duty_begins(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    assert drawdown.state == "delivered"
    assert drawdown.due_on == today() + timedelta(days=90)
    assert position(house.alder) == (300, 0)
    assert held("custody/east/antimony") == (300, 0)
    assert duty(house.alder) == 200


def test_every_step_is_on_record_with_who_took_it(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    steps = [(step.from_state, step.to_state, step.actor.username) for step in drawdown.transitions.all()]
    assert steps == [
        ("", "submitted", "alder-owner"),
        ("submitted", "reserved", "approver"),
        ("reserved", "released", "administrator"),
        ("released", "delivered", "administrator"),
    ]


def test_the_policy_in_force_is_stamped_on_the_decision(house: House) -> None:
    hold(house.alder, 500)
    drawdown = approve_drawdown(drawdown_id=ask(house, house.alder, 200).id, actor=house.people.approver)
    assert drawdown.policy_version.number == 1


def test_a_purchase_is_sold_at_the_fixed_price_and_must_be_bought_again(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200, mode="purchase")
    assert drawdown.price_cents == 200 * 39_00
    assert get_balance(path="income/sales").posted == -200 * 39_00
    assert (duty(house.alder), duty(house.alder, "rebuy")) == (0, 200)
    assert drawdown.due_on is None


def test_a_purchase_that_is_only_reserved_costs_nothing_yet(house: House) -> None:
    hold(house.alder, 500)
    owed_before = get_balance(path=f"receivable/{house.alder.id}").posted
    approve_drawdown(
        drawdown_id=ask(house, house.alder, 200, mode="purchase").id, actor=house.people.approver
    )
    assert get_balance(path=f"receivable/{house.alder.id}").posted == owed_before


def test_more_than_the_cap_is_refused_with_what_is_possible(house: House) -> None:
    hold(house.alder, 500)
    with pytest.raises(CapExceeded) as refused:
        ask(house, house.alder, 251)
    assert refused.value.details["possible_kg"] == "250"
    assert Drawdown.objects.count() == 0


def test_what_is_out_counts_against_the_cap(house: House) -> None:
    """Half of 500 kg may be out at a time; 200 are, so 50 remain."""
    hold(house.alder, 500)
    draw(house, house.alder, 200)
    with pytest.raises(CapExceeded) as refused:
        ask(house, house.alder, 51)
    assert refused.value.details["possible_kg"] == "50"
    ask(house, house.alder, 50)


def test_two_requests_can_not_be_approved_beyond_the_cap_together(house: House) -> None:
    hold(house.alder, 500)
    first, second = ask(house, house.alder, 200), ask(house, house.alder, 200)
    approve_drawdown(drawdown_id=first.id, actor=house.people.approver)
    with pytest.raises(CapExceeded):
        approve_drawdown(drawdown_id=second.id, actor=house.people.approver)


def test_a_part_that_meets_the_minimum_is_reserved_instead(house: House) -> None:
    hold(house.alder, 500)
    first = ask(house, house.alder, 200)
    second = ask(house, house.alder, 200, minimum_g=30 * KG)
    approve_drawdown(drawdown_id=first.id, actor=house.people.approver)
    partly = approve_drawdown(drawdown_id=second.id, actor=house.people.approver)
    assert partly.granted_g == 50 * KG


def test_more_than_the_position_is_refused(house: House) -> None:
    hold(house.birch, 500)
    with pytest.raises(PositionExceeded) as refused:
        ask(house, house.alder, 10)
    assert refused.value.details["possible_kg"] == "0"


def test_custody_that_others_have_reserved_is_not_there(house: House) -> None:
    """The books say 500 kg for Alder, but of the custody all but 100 kg are promised already."""
    hold(house.alder, 500)
    reserve_custody(400)
    with pytest.raises(StockShort) as refused:
        ask(house, house.alder, 101)
    assert refused.value.details["possible_kg"] == "100"


def test_the_wished_facility_comes_first_and_the_fullest_next(house: House) -> None:
    hold(house.alder, 100, facility="west")
    hold(house.alder, 400, facility="east")
    drawdown = approve_drawdown(
        drawdown_id=ask(house, house.alder, 150, facility_code="west").id, actor=house.people.approver
    )
    assert drawdown.facilities == [["west", str(100 * KG)], ["east", str(50 * KG)]]
    assert held("custody/west/antimony") == (100, 100)
    assert held("custody/east/antimony") == (400, 50)


def test_without_a_wish_the_fullest_facility_serves(house: House) -> None:
    hold(house.alder, 100, facility="west")
    hold(house.alder, 400, facility="east")
    drawdown = approve_drawdown(drawdown_id=ask(house, house.alder, 150).id, actor=house.people.approver)
    assert drawdown.facilities == [["east", str(150 * KG)]]


def test_normal_drawdowns_stop_while_a_disruption_is_open(house: House) -> None:
    hold(house.alder, 500)
    waiting = ask(house, house.alder, 100)
    declare(house)
    with pytest.raises(DisruptionOpen):
        ask(house, house.alder, 100)
    with pytest.raises(DisruptionOpen):
        approve_drawdown(drawdown_id=waiting.id, actor=house.people.approver)


def test_what_was_reserved_before_a_disruption_is_still_delivered(house: House) -> None:
    hold(house.alder, 500)
    reserved = approve_drawdown(drawdown_id=ask(house, house.alder, 100).id, actor=house.people.approver)
    declare(house)
    assert deliver(house, reserved).state == "delivered"


def test_who_is_overdue_draws_nothing_new(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 100)
    Drawdown.objects.filter(id=drawdown.id).update(due_on=today())
    ask(house, house.alder, 10)
    Drawdown.objects.filter(id=drawdown.id).update(due_on=today() - timedelta(days=1))
    with pytest.raises(ReplenishmentOverdue):
        ask(house, house.alder, 10)


def test_a_suspended_firm_draws_nothing(house: House) -> None:
    hold(house.alder, 500)
    suspend_firm(firm_id=house.alder.id, actor=house.people.administrator, reason="example")
    with pytest.raises(FirmNotActive):
        ask(house, house.alder, 10)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"quantity_g": 0}, QuantityNotPositive),
        ({"quantity_g": -1}, QuantityNotPositive),
        ({"quantity_g": 999}, BelowAllocationUnit),
        ({"minimum_g": 201 * KG}, MinimumAboveRequest),
        ({"minimum_g": -1}, QuantityNotPositive),
        ({"mode": "gift"}, ValueNotAllowed),
        ({"material_code": "unobtainium"}, MaterialNotFound),
        ({"facility_code": "north"}, FacilityNotFound),
        ({"firm_id": "no-key"}, FirmNotFound),
    ],
)
def test_bad_input_is_refused_and_nothing_kept(
    house: House, changes: dict[str, object], refusal: type[Exception]
) -> None:
    hold(house.alder, 500)
    with pytest.raises(refusal):
        ask(house, house.alder, 200, **changes)
    assert Drawdown.objects.count() == 0


def test_a_day_that_has_passed_is_refused(house: House) -> None:
    hold(house.alder, 500)
    with pytest.raises(NeededInPast):
        ask(house, house.alder, 200, needed_on=today() - timedelta(days=1))


def test_only_owner_and_operator_of_the_firm_may_ask(house: House) -> None:
    hold(house.alder, 500)
    with pytest.raises(FirmRoleRequired):
        ask(house, house.alder, 10, actor=house.viewer(house.alder))
    with pytest.raises(FirmNotFound):
        ask(house, house.alder, 10, actor=house.owner(house.birch))


def test_who_asked_can_not_approve(house: House) -> None:
    hold(house.alder, 500)
    drawdown = ask(house, house.alder, 10, actor=house.people.administrator)
    with pytest.raises(SelfApproval):
        approve_drawdown(drawdown_id=drawdown.id, actor=house.people.administrator)
    with pytest.raises(RoleRequired):
        approve_drawdown(drawdown_id=drawdown.id, actor=house.owner(house.alder))


def test_a_refusal_needs_its_reason(house: House) -> None:
    hold(house.alder, 500)
    drawdown = ask(house, house.alder, 10)
    with pytest.raises(ReasonMissing):
        refuse_drawdown(drawdown_id=drawdown.id, actor=house.people.approver, reason=" ")
    refused = refuse_drawdown(drawdown_id=drawdown.id, actor=house.people.approver, reason="example")
    reasons = [step.reason for step in refused.transitions.all()]
    assert (refused.state, reasons) == ("refused", ["", "example"])


def test_a_firm_that_was_suspended_after_the_approval_gets_nothing(house: House) -> None:
    hold(house.alder, 500)
    drawdown = approve_drawdown(drawdown_id=ask(house, house.alder, 200).id, actor=house.people.approver)
    suspend_firm(firm_id=house.alder.id, actor=house.people.administrator, reason="example")
    with pytest.raises(FirmNotActive):
        release_drawdowns(drawdown_ids=[drawdown.id], actor=house.people.administrator)
    withdraw_drawdown(drawdown_id=drawdown.id, actor=house.people.administrator)
    assert position(house.alder) == (500, 0)


def _locked_tables(step: Callable[[], object]) -> list[str]:
    """The tables a step locks rows of, in order."""
    with CaptureQueriesContext(connection) as queries:
        step()
    statements = [
        query["sql"] for query in queries if " FOR UPDATE" in query["sql"] or " FOR NO KEY" in query["sql"]
    ]
    return [statement.split(' FROM "', 1)[1].split('"', 1)[0] for statement in statements]


def test_every_step_locks_the_material_before_the_drawdown(house: House) -> None:
    """One order for all, as rounds and the ends of disruptions take it: nobody waits in a circle."""
    hold(house.alder, 500)
    people = house.people
    refused, withdrawn, kept = (ask(house, house.alder, 10).id for _ in range(3))
    steps: list[Callable[[], object]] = [
        lambda: refuse_drawdown(drawdown_id=refused, actor=people.approver, reason="example"),
        lambda: withdraw_drawdown(drawdown_id=withdrawn, actor=people.administrator),
        lambda: approve_drawdown(drawdown_id=kept, actor=people.approver),
        lambda: release_drawdowns(drawdown_ids=[kept], actor=people.administrator),
        lambda: deliver_drawdowns(
            drawdown_ids=[kept], actor=people.administrator, effective_at=timezone.now()
        ),
    ]
    for step in steps:
        assert _locked_tables(step)[:2] == ["reserve_material", "allocations_drawdown"]


def test_a_withdrawal_gives_back_what_was_reserved(house: House) -> None:
    hold(house.alder, 500)
    drawdown = approve_drawdown(drawdown_id=ask(house, house.alder, 200).id, actor=house.people.approver)
    withdraw_drawdown(drawdown_id=drawdown.id, actor=house.owner(house.alder))
    assert position(house.alder) == (500, 0)
    assert held("custody/east/antimony") == (500, 0)


def test_after_the_release_only_the_reserve_can_withdraw(house: House) -> None:
    hold(house.alder, 500)
    drawdown = approve_drawdown(drawdown_id=ask(house, house.alder, 200).id, actor=house.people.approver)
    release_drawdowns(drawdown_ids=[drawdown.id], actor=house.people.administrator)
    with pytest.raises(DrawdownWrongState):
        withdraw_drawdown(drawdown_id=drawdown.id, actor=house.owner(house.alder))
    withdraw_drawdown(drawdown_id=drawdown.id, actor=house.people.administrator)
    assert position(house.alder) == (500, 0)


def test_no_step_is_taken_twice_or_out_of_turn(house: House) -> None:
    hold(house.alder, 500)
    drawdown = ask(house, house.alder, 100)
    with pytest.raises(DrawdownWrongState) as refused:
        release_drawdowns(drawdown_ids=[drawdown.id], actor=house.people.administrator)
    assert refused.value.details["allowed"] == ["reserved"]
    delivered = draw(house, house.alder, 100)
    with pytest.raises(DrawdownWrongState):
        deliver_drawdowns(drawdown_ids=[delivered.id], actor=house.people.administrator, effective_at=NOON)
    with pytest.raises(DrawdownWrongState):
        withdraw_drawdown(drawdown_id=delivered.id, actor=house.people.administrator)


def test_a_member_sees_its_own_drawdowns_and_staff_sees_all(house: House) -> None:
    hold(house.alder, 500)
    hold(house.birch, 300)
    own, other = ask(house, house.alder, 10), ask(house, house.birch, 10)
    assert list(list_drawdowns_for(house.viewer(house.alder))) == [own]
    assert set(list_drawdowns_for(house.people.finance)) == {own, other}
    assert list(list_drawdowns_for(house.people.finance, firm_id=house.birch.id)) == [other]
    assert list(list_drawdowns_for(house.people.finance, firm_id="no-key")) == []


def test_anothers_drawdown_looks_exactly_like_none(house: House) -> None:
    hold(house.birch, 300)
    other = ask(house, house.birch, 10)
    actor = house.owner(house.alder)
    refusals = set()
    for key in (other.id, "00000000-0000-0000-0000-000000000000", "no-key"):
        with pytest.raises(DrawdownNotFound) as unseen:
            get_drawdown_for(actor, key)
        with pytest.raises(DrawdownNotFound) as untouched:
            withdraw_drawdown(drawdown_id=key, actor=actor)
        for refused in (unseen.value, untouched.value):
            refusals.add((refused.code, refused.message, refused.field, str(refused.details)))
    assert len(refusals) == 1
