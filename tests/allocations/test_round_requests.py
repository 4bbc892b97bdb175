"""Asking in a round: who may, for what, until when."""

import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from allocations.errors import (
    BelowAllocationUnit,
    CutOffInPast,
    CutOffPassed,
    DisruptionWrongState,
    FirmNotActive,
    MaterialNotDisrupted,
    MinimumAboveRequest,
    RoundingSingleShot,
    RoundNotFound,
    RoundRequestNotFound,
    RoundUnsettled,
    RoundWrongState,
    RuleNotForRounds,
    WindowStillOpen,
)
from allocations.models import Round, RoundRequest
from allocations.selectors import (
    get_round_for,
    get_round_request_for,
    list_round_requests_for,
    list_rounds_for,
)
from allocations.services import close_round, open_round, propose_disruption
from governance.approvals import approve_proposal
from governance.errors import RoleRequired
from governance.services import create_user, propose_policy_version
from members.errors import FirmNotFound, FirmRoleRequired
from members.services import suspend_firm
from reserve.errors import MaterialNotFound, NumberOutOfRange, QuantityNotPositive, TextMissing
from reserve.selectors import today
from tests.allocations.standing import (
    KG,
    House,
    close,
    declare,
    hold,
    open_window,
    request,
    run_round,
    settle,
)

pytestmark = pytest.mark.django_db


def set_policy(house: House, **values: object) -> None:
    """Another policy, in force from the next instant on."""
    begins = timezone.now() + timedelta(seconds=1)
    proposal = propose_policy_version(
        changes=values, effective_from=begins, reason="example", actor=house.people.administrator
    )
    approve_proposal(proposal_id=proposal.id, actor=house.people.approver)
    while timezone.now() < begins:
        time.sleep(0.01)


def test_a_round_takes_its_rule_from_the_policy_in_force(house: House) -> None:
    round_ = open_window(house)
    assert (round_.number, round_.state) == (1, "open")
    assert (round_.rule, round_.rounding, round_.minimum_policy) == (
        "position_first",
        "sainte_lague",
        "drop_and_recompute",
    )


def test_a_request_is_kept_with_its_justification(house: House) -> None:
    kept = request(house, open_window(house), house.alder, 400, minimum_g=100 * KG)
    assert (kept.quantity_g, kept.minimum_g, kept.event) == (400 * KG, 100 * KG, "example supplier stopped")
    assert kept.submitted_by == house.owner(house.alder)


def test_asking_again_replaces_and_counts_as_asked_then(house: House) -> None:
    round_ = open_window(house)
    first = request(house, round_, house.alder, 400)
    second = request(house, round_, house.alder, 300)
    assert RoundRequest.objects.get().quantity_g == 300 * KG
    assert second.id == first.id
    assert second.submitted_at > first.submitted_at
    assert second.amendment == 1


def test_the_cut_off_is_the_first_instant_that_is_too_late(house: House) -> None:
    round_ = open_window(house)
    with time_machine.travel(round_.closes_at - timedelta(microseconds=1), tick=False):
        request(house, round_, house.alder, 400)
    with time_machine.travel(round_.closes_at, tick=False), pytest.raises(CutOffPassed):
        request(house, round_, house.birch, 100)


def test_after_the_close_nothing_is_taken(house: House) -> None:
    hold(house.alder, 500)
    round_ = open_window(house)
    request(house, round_, house.alder, 400)
    close(house, round_)
    with pytest.raises(RoundWrongState):
        request(house, round_, house.alder, 500)


def test_more_than_the_right_may_be_asked_for_and_counts_up_to_it(house: House) -> None:
    hold(house.birch, 1000)
    round_ = run_round(house, {house.birch: 9_000})
    award = round_.awards.get()
    assert (award.requested_g, award.claimed_g, award.reason) == (9_000 * KG, 300 * KG, "right_cap")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"quantity_g": 0}, QuantityNotPositive),
        ({"quantity_g": 999}, BelowAllocationUnit),
        ({"minimum_g": 401 * KG}, MinimumAboveRequest),
        ({"minimum_g": -1}, QuantityNotPositive),
        ({"material_code": "unobtainium"}, MaterialNotFound),
        ({"material_code": "gallium"}, MaterialNotDisrupted),
        ({"event": ""}, TextMissing),
        ({"impact": " "}, TextMissing),
        ({"other_sources": ""}, TextMissing),
        ({"expected_duration_days": 0}, NumberOutOfRange),
        ({"expected_duration_days": 10**9}, NumberOutOfRange),
        ({"round_id": "no-key"}, RoundNotFound),
    ],
)
def test_bad_input_is_refused_and_nothing_kept(
    house: House, changes: dict[str, object], refusal: type[Exception]
) -> None:
    round_ = open_window(house)
    with pytest.raises(refusal):
        request(house, round_, house.alder, 400, **changes)
    assert RoundRequest.objects.count() == 0


def test_only_owner_and_operator_of_an_active_firm_may_ask(house: House) -> None:
    round_ = open_window(house)
    with pytest.raises(FirmRoleRequired):
        request(house, round_, house.alder, 10, actor=house.viewer(house.alder))
    with pytest.raises(FirmNotFound):
        request(house, round_, house.alder, 10, actor=house.owner(house.birch))
    suspend_firm(firm_id=house.alder.id, actor=house.people.administrator, reason="example")
    with pytest.raises(FirmNotActive):
        request(house, round_, house.alder, 10)


def test_a_firm_suspended_before_the_close_takes_no_part(house: House) -> None:
    hold(house.alder, 500)
    round_ = open_window(house)
    request(house, round_, house.alder, 100)
    request(house, round_, house.birch, 100)
    suspend_firm(firm_id=house.alder.id, actor=house.people.administrator, reason="example")
    close(house, round_)
    assert [award.firm for award in round_.awards.all()] == [house.birch]


def test_a_member_sees_its_own_requests_only(house: House) -> None:
    round_ = open_window(house)
    own, other = (request(house, round_, firm, 100) for firm in (house.alder, house.birch))
    assert list(list_round_requests_for(house.viewer(house.alder), round_.id)) == [own]
    assert set(list_round_requests_for(house.people.finance)) == {own, other}
    for key in (other.id, "00000000-0000-0000-0000-000000000000", "no-key"):
        with pytest.raises(RoundRequestNotFound):
            get_round_request_for(house.viewer(house.alder), key)


def test_every_member_knows_of_a_round_and_nobody_else(house: House) -> None:
    round_ = open_window(house)
    assert list(list_rounds_for(house.viewer(house.cedar))) == [round_]
    assert get_round_for(house.viewer(house.cedar), round_.id) == round_
    with pytest.raises(RoundNotFound):
        get_round_for(create_user(username="nobody"), round_.id)


def test_a_round_needs_an_open_disruption_and_a_cut_off_ahead(house: House) -> None:
    proposed, _ = propose_disruption(
        material_codes=["antimony"],
        cause="example",
        authority="example",
        review_on=today(),
        actor=house.people.administrator,
    )
    values: dict[str, Any] = {
        "closes_at": timezone.now() + timedelta(days=1),
        "actor": house.people.administrator,
    }
    with pytest.raises(DisruptionWrongState):
        open_round(disruption_id=proposed.id, **values)
    with pytest.raises(CutOffInPast):
        open_round(disruption_id=declare(house, "gallium").id, **values | {"closes_at": timezone.now()})
    with pytest.raises(RoleRequired):
        open_round(disruption_id=proposed.id, **values | {"actor": house.owner(house.alder)})


def test_a_round_begins_from_settled_figures(house: House) -> None:
    disruption = declare(house)
    first = open_window(house, disruption)
    with pytest.raises(RoundUnsettled):
        open_window(house, disruption)
    settle(house, close(house, first))
    assert open_window(house, disruption).number == 2


def test_closing_before_the_cut_off_needs_a_reason(house: House) -> None:
    round_ = open_window(house)
    with pytest.raises(WindowStillOpen):
        close_round(round_id=round_.id, actor=house.people.administrator)
    assert close_round(
        round_id=round_.id, actor=house.people.administrator, reason="example"
    ).early_close_reason == ("example")
    with pytest.raises(RoundWrongState):
        close_round(round_id=round_.id, actor=house.people.administrator, reason="example")


def test_after_the_cut_off_no_reason_is_needed(house: House) -> None:
    round_ = open_window(house)
    with time_machine.travel(round_.closes_at, tick=False):
        closed = close_round(round_id=round_.id, actor=house.people.administrator)
    assert (closed.state, closed.early_close_reason) == ("computing", "")


def test_a_rule_that_needs_more_than_a_round_knows_is_refused(house: House) -> None:
    disruption = declare(house)
    set_policy(house, rationing_rule="priority")
    with pytest.raises(RuleNotForRounds):
        open_window(house, disruption)
    assert Round.objects.count() == 0


def test_largest_remainder_serves_one_round_only(house: House) -> None:
    set_policy(house, rounding="largest_remainder")
    disruption = declare(house)
    settle(house, close(house, open_window(house, disruption)))
    with pytest.raises(RoundingSingleShot):
        open_window(house, disruption)
