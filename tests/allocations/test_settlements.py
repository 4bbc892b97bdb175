"""Settling: two people, one journal per award, own position before free stock before lenders."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allocations.errors import FirmNotActive, RoundWrongState, StockShort
from allocations.models import Drawdown
from allocations.services import propose_settlement, release_drawdowns, withdraw_drawdown
from allocations.services.settlements import ACTION
from governance.approvals import approve_proposal
from governance.errors import ProposalNotOpen, ProposalOpen, RoleRequired, SelfApproval
from governance.services import grant_role
from ledger.models import Journal
from members.services import suspend_firm
from tests.allocations.standing import (
    KG,
    House,
    award,
    close,
    declare,
    deliver,
    duty,
    held,
    hold,
    lent,
    open_window,
    position,
    request,
    reserve_custody,
    run_round,
    settle,
)

pytestmark = pytest.mark.django_db


def test_example_d_takes_own_position_then_nobodys_then_anothers(example_d: House) -> None:
    round_ = run_round(example_d, {example_d.alder: 700, example_d.birch: 100})
    drawdown = award(round_, example_d.alder).drawdown
    assert (drawdown.own_g, drawdown.unattributed_g, drawdown.borrowed_g) == (500 * KG, 100 * KG, 100 * KG)
    assert (position(example_d.alder), position(example_d.birch)) == ((500, 500), (300, 200))
    assert held("unattributed/antimony") == (100, 100)
    assert held("custody/east/antimony") == (900, 800)


def test_example_d_delivered_the_lender_is_owed_and_the_borrower_owes_all(example_d: House) -> None:
    round_ = run_round(example_d, {example_d.alder: 700, example_d.birch: 100})
    deliver(example_d, award(round_, example_d.alder).drawdown)
    assert (duty(example_d.alder), lent(example_d.birch)) == (700, 100)
    assert (position(example_d.alder), position(example_d.birch)) == ((0, 0), (200, 100))
    assert held("custody/east/antimony") == (200, 100)


def test_a_settlement_posts_one_journal_for_each_award(example_d: House) -> None:
    before = Journal.objects.count()
    run_round(example_d, {example_d.alder: 700, example_d.birch: 100})
    assert Journal.objects.count() - before == 2


def test_a_round_in_which_nobody_asks_can_be_settled(example_d: House) -> None:
    round_ = run_round(example_d, {})
    assert (round_.state, round_.awards.count()) == ("settled", 0)


def test_several_lenders_lend_in_proportion_to_what_they_have_left(house: House) -> None:
    hold(house.birch, 200)
    hold(house.cedar, 100)
    round_ = run_round(house, {house.alder: 30})
    deliver(house, award(round_, house.alder).drawdown)
    assert (lent(house.birch), lent(house.cedar)) == (20, 10)


def test_more_firms_cost_no_more_queries(house: House) -> None:
    """Closing, computing and settling read and write all firms together."""
    disruption = declare(house)
    counts = []
    for firms in ([house.alder], [house.alder, house.birch, house.cedar]):
        hold(house.alder, 100)
        hold(house.birch, 100)
        round_ = open_window(house, disruption)
        for firm in firms:
            request(house, round_, firm, 30)
        with CaptureQueriesContext(connection) as closing:
            close(house, round_)
        with CaptureQueriesContext(connection) as settling:
            settle(house, round_)
        counts.append((len(closing), len(settling)))
    assert counts[0] == counts[1]


def test_settling_takes_two_people(example_d: House) -> None:
    round_ = open_window(example_d)
    request(example_d, round_, example_d.alder, 700)
    close(example_d, round_)
    grant_role(user=example_d.people.administrator, role="approver")
    with pytest.raises(RoleRequired):
        propose_settlement(round_id=round_.id, actor=example_d.owner(example_d.alder))
    proposal = propose_settlement(round_id=round_.id, actor=example_d.people.administrator)
    assert (proposal.action, proposal.payload["granted_kg"]) == (ACTION, {"antimony": "700"})
    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=example_d.people.administrator)
    with pytest.raises(ProposalOpen):
        propose_settlement(round_id=round_.id, actor=example_d.people.second_administrator)
    assert Drawdown.objects.count() == 0


def test_a_round_is_settled_once(example_d: House) -> None:
    round_ = open_window(example_d)
    request(example_d, round_, example_d.alder, 700)
    close(example_d, round_)
    proposal = propose_settlement(round_id=round_.id, actor=example_d.people.administrator)
    approve_proposal(proposal_id=proposal.id, actor=example_d.people.approver)
    with pytest.raises(ProposalNotOpen):
        approve_proposal(proposal_id=proposal.id, actor=example_d.people.approver)
    with pytest.raises(RoundWrongState):
        propose_settlement(round_id=round_.id, actor=example_d.people.administrator)
    assert Drawdown.objects.count() == 1


def test_a_round_that_is_not_computed_can_not_be_settled(example_d: House) -> None:
    round_ = open_window(example_d)
    with pytest.raises(RoundWrongState):
        propose_settlement(round_id=round_.id, actor=example_d.people.administrator)


def test_stock_that_vanished_since_the_snapshot_settles_nothing(example_d: House) -> None:
    round_ = open_window(example_d)
    request(example_d, round_, example_d.alder, 700)
    close(example_d, round_)
    reserve_custody(300)
    proposal = propose_settlement(round_id=round_.id, actor=example_d.people.administrator)
    with pytest.raises(StockShort) as refused:
        approve_proposal(proposal_id=proposal.id, actor=example_d.people.approver)
    assert refused.value.details["possible_kg"] == "600"
    round_.refresh_from_db()
    assert (round_.state, Drawdown.objects.count(), position(example_d.alder)) == ("computed", 0, (500, 0))


def test_a_firm_suspended_after_the_close_gets_nothing(example_d: House) -> None:
    """Its award is reserved like all others, and goes back to the pool when the reserve withdraws it."""
    round_ = open_window(example_d)
    request(example_d, round_, example_d.alder, 700)
    close(example_d, round_)
    suspend_firm(firm_id=example_d.alder.id, actor=example_d.people.administrator, reason="example")
    settle(example_d, round_)
    drawdown = award(round_, example_d.alder).drawdown
    with pytest.raises(FirmNotActive):
        release_drawdowns(drawdown_ids=[drawdown.id], actor=example_d.people.administrator)
    withdraw_drawdown(drawdown_id=drawdown.id, actor=example_d.people.administrator)
    assert (position(example_d.alder), held("custody/east/antimony")) == ((500, 0), (900, 0))


def test_an_award_that_is_given_up_frees_everything_it_reserved(example_d: House) -> None:
    round_ = run_round(example_d, {example_d.alder: 700})
    withdraw_drawdown(
        drawdown_id=award(round_, example_d.alder).drawdown.id, actor=example_d.owner(example_d.alder)
    )
    assert (position(example_d.alder), position(example_d.birch)) == ((500, 0), (300, 0))
    assert (held("unattributed/antimony"), held("custody/east/antimony")) == ((100, 0), (900, 0))
