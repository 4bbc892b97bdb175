"""A round that can't or shouldn't be settled is voided by two people and grants nothing."""

import pytest

from allocations.errors import RoundingAbovePool, RoundUnsettled, RoundWrongState
from allocations.models import Drawdown, Round, RoundSnapshot
from allocations.selectors import list_awards_for, list_publications
from allocations.services import (
    compute_round,
    propose_disruption_end,
    propose_round_void,
    propose_settlement,
)
from allocations.services.round_voids import ACTION
from governance.approvals import approve_proposal, reject_proposal
from governance.errors import ProposalOpen, RoleRequired, SelfApproval
from governance.services import grant_role
from reserve.errors import ReasonMissing
from tests.allocations.standing import (
    House,
    awarded,
    close,
    declare,
    hold,
    open_window,
    position,
    request,
    run_round,
)
from tests.allocations.test_round_requests import set_policy

pytestmark = pytest.mark.django_db


def void(house: House, round_: Round) -> Round:
    """The administrator proposes, the approver approves."""
    proposal = propose_round_void(
        round_id=round_.id, actor=house.people.administrator, reason="example mistake"
    )
    approve_proposal(proposal_id=proposal.id, actor=house.people.approver)
    round_.refresh_from_db()
    return round_


def test_after_a_rejected_settlement_the_round_is_voided_and_the_next_divides_the_same_pool(
    house: House,
) -> None:
    hold(house.alder, 100)
    round_ = open_window(house)
    request(house, round_, house.alder, 100)
    close(house, round_)
    proposal = propose_settlement(round_id=round_.id, actor=house.people.administrator)
    with pytest.raises(ProposalOpen):
        propose_round_void(round_id=round_.id, actor=house.people.administrator, reason="example")
    reject_proposal(proposal_id=proposal.id, actor=house.people.approver, reason="wrong request")
    with pytest.raises(RoundUnsettled):
        open_window(house, round_.disruption)
    void(house, round_)
    assert (round_.state, round_.voided_by, round_.void_reason) == (
        "voided",
        house.people.approver,
        "example mistake",
    )
    assert (Drawdown.objects.count(), position(house.alder)) == (0, (100, 0))
    second = run_round(house, {house.alder: 60}, round_.disruption)
    assert (second.number, awarded(second, house.alder)) == (2, 60)


def test_members_learn_nothing_of_what_a_voided_round_had_computed(house: House) -> None:
    hold(house.alder, 100)
    round_ = open_window(house)
    for firm in (house.alder, house.birch, house.cedar):
        request(house, round_, firm, 100)
    close(house, round_)
    void(house, round_)
    assert list_publications(round_id=round_.id) == []
    assert list(list_awards_for(house.viewer(house.alder))) == []
    assert list_awards_for(house.people.finance).count() == 3


def test_an_open_round_is_voided_and_the_disruption_can_end(house: House) -> None:
    round_ = void(house, open_window(house))
    proposal = propose_disruption_end(disruption_id=round_.disruption_id, actor=house.people.administrator)
    approve_proposal(proposal_id=proposal.id, actor=house.people.approver)
    round_.disruption.refresh_from_db()
    assert round_.disruption.state == "ended"


def test_a_round_is_voided_before_its_job_ran_and_the_job_leaves_it(house: House) -> None:
    hold(house.alder, 100)
    round_ = open_window(house)
    request(house, round_, house.alder, 100)
    Round.objects.filter(id=round_.id).update(state="computing", snapshot_sha256="0" * 64)
    RoundSnapshot.objects.create(round=round_, text="{}")  # a snapshot that can't be computed
    void(house, round_)
    assert compute_round(round_id=round_.id).state == "voided"
    assert round_.awards.count() == 0


def test_voiding_takes_two_people_a_reason_and_the_right_state(house: House) -> None:
    round_ = open_window(house)
    with pytest.raises(ReasonMissing):
        propose_round_void(round_id=round_.id, actor=house.people.administrator, reason=" ")
    with pytest.raises(RoleRequired):
        propose_round_void(round_id=round_.id, actor=house.owner(house.alder), reason="example")
    grant_role(user=house.people.administrator, role="approver")
    proposal = propose_round_void(
        round_id=round_.id, actor=house.people.administrator, reason="example mistake"
    )
    assert proposal.action == ACTION
    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=house.people.administrator)
    approve_proposal(proposal_id=proposal.id, actor=house.people.approver)
    with pytest.raises(RoundWrongState):
        propose_round_void(round_id=round_.id, actor=house.people.administrator, reason="example")
    with pytest.raises(RoundWrongState):
        propose_settlement(round_id=round_.id, actor=house.people.administrator)


def test_a_single_shot_rounding_serves_again_after_a_voided_round(house: House) -> None:
    set_policy(house, rationing_rule="pro_rata_right", rounding="largest_remainder")
    round_ = void(house, open_window(house))
    assert open_window(house, round_.disruption).number == 2


def test_a_round_that_could_grant_more_than_the_pool_is_not_opened(house: House) -> None:
    set_policy(house, rationing_rule="pro_rata_right", rounding="up_to_multiple")
    disruption = declare(house)
    with pytest.raises(RoundingAbovePool):
        open_window(house, disruption)
    assert Round.objects.count() == 0
