"""A member sells a part of a commitment to another: by two people, as of now, never below zero."""

import threading
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from errors import Refusal
from governance.approvals import approve_proposal
from governance.errors import ProposalOpen, ProposalStale, RoleRequired, SelfApproval
from governance.models import Proposal
from governance.services import create_user
from ledger.models import Journal
from ledger.selectors import get_balance
from members import obstacles
from members.domain.requests import RightsTransferRequest
from members.errors import (
    AgreementNotFound,
    CommitmentEnded,
    CommitmentNotFound,
    CommitmentOutsideAgreement,
    RightsExceeded,
    TransferBlocked,
    TransferWithinFirm,
    WrongState,
)
from members.models import Commitment, RightsTransfer
from members.selectors import committed_quantities, drawdown_right, get_position
from members.services import attribute_stock, propose_rights_transfer, suspend_firm
from members.verification import check_duties, check_positions, check_rights_transfers, check_upfront_fees
from reserve.errors import NumberOutOfRange, QuantityNotPositive, ReasonMissing
from tests.members.standing import Member, commit, member, sign, use
from tests.reserve.standing import NOON, People, build_reserve, stock_up
from tests.standing_databases import standing_fixture


@dataclass(frozen=True)
class Market:
    """A seller with 600 g committed and 400 of them in position, and a buyer with nothing."""

    people: People
    seller: Member
    buyer: Member
    sold: Commitment

    def wish(self, **changes: object) -> RightsTransferRequest:
        values: dict[str, object] = {
            "commitment_id": self.sold.id,
            "to_agreement_id": self.buyer.agreement.id,
            "quantity_g": 300,
            "position_g": 250,
        }
        return RightsTransferRequest(**(values | changes))  # type: ignore[arg-type]

    def propose(self, **changes: object) -> Proposal:
        return propose_rights_transfer(
            wish=self.wish(**changes), actor=self.people.administrator, reason="contract of 1 March"
        )

    def transfer(self, **changes: object) -> RightsTransfer:
        approve_proposal(proposal_id=self.propose(**changes).id, actor=self.people.approver)
        return RightsTransfer.objects.latest("effective_at")


def build_market() -> Market:
    people = build_reserve()
    seller = member(people, "Example Seller", committed_g=600)
    buyer = member(people, "Example Buyer")
    stock_up(people, grams=400)
    attribute_stock(
        material_codes=["antimony"], actor=people.administrator, effective_at=NOON, run_key="march"
    )
    return Market(people, seller, buyer, Commitment.objects.get(firm=seller.firm))


market = standing_fixture("market", build_market)


def held(of: Member) -> tuple[int, int]:
    """Grams in the firm's position and still to be bought by it."""
    paths = [f"{kind}/{of.firm.id}/antimony" for kind in ("position", "commitment")]
    position, duty = (get_balance(path=path).posted for path in paths)
    return position, duty


def findings() -> list[object]:
    return [*check_positions(), *check_duties(), *check_rights_transfers(), *check_upfront_fees()]


def test_position_and_duty_move_in_one_journal_as_of_the_approval(market: Market) -> None:
    before = timezone.now()
    row = market.transfer()

    assert held(market.seller) == (150, 150)
    assert held(market.buyer) == (250, 50)
    assert before <= row.effective_at <= timezone.now()
    journal = Journal.objects.get(id=row.journal_id)
    assert (journal.kind, journal.reference_id) == ("members.rights_transferred", str(row.id))
    assert journal.effective_at == row.effective_at
    assert findings() == []


def test_the_buyer_takes_over_price_and_conditions_and_pays_no_second_fee(market: Market) -> None:
    bought = market.transfer().taken_over_as
    sold = Commitment.objects.get(id=market.sold.id)

    assert (sold.quantity_g, sold.open_g, sold.state) == (600, 300, "open")
    assert (bought.quantity_g, bought.open_g, bought.firm) == (300, 300, market.buyer.firm)
    assert bought.agreement == market.buyer.agreement
    for same in ("fixed_price_usd_per_kg", "currency", "rebuy_rule", "ends_on", "material_id"):
        assert getattr(bought, same) == getattr(sold, same)
    assert (bought.upfront_fee_cents, bought.starts_on) == (0, timezone.localdate())


def test_rights_follow_the_commitment(market: Market) -> None:
    for side in (market.seller, market.buyer):
        use(side.firm, market.people, quantity_g=3_650_000)
    market.transfer()

    rights = [
        drawdown_right(firm_id=side.firm.id, material_code="antimony")
        for side in (market.seller, market.buyer)
    ]
    assert rights == [300, 300]
    assert sorted(committed_quantities().values()) == [300, 300]
    assert get_position(firm_id=market.buyer.firm.id, material_code="antimony").held_g == 250


def test_all_of_it_closes_the_commitment(market: Market) -> None:
    market.transfer(quantity_g=600, position_g=400)

    market.sold.refresh_from_db()
    assert (market.sold.open_g, market.sold.state) == (0, "closed")
    assert held(market.seller) == (0, 0)
    assert held(market.buyer) == (400, 200)
    assert findings() == []
    with pytest.raises(RightsExceeded):
        market.propose(quantity_g=1, position_g=0)


@pytest.mark.parametrize(("quantity", "position"), [(200, 0), (400, 400), (1, 1)])
def test_only_what_was_bought_or_only_what_was_not(market: Market, quantity: int, position: int) -> None:
    market.transfer(quantity_g=quantity, position_g=position)

    assert held(market.seller) == (400 - position, 200 - (quantity - position))
    assert held(market.buyer) == (position, quantity - position)
    assert findings() == []


def test_it_can_be_sold_back_and_attributed_to(market: Market) -> None:
    bought = market.transfer().taken_over_as
    back = replace(market, seller=market.buyer, buyer=market.seller, sold=bought)
    back.transfer(quantity_g=100, position_g=100)
    stock_up(market.people, grams=200)
    attribute_stock(
        material_codes=["antimony"], actor=market.people.administrator, effective_at=NOON, run_key="april"
    )

    # What came before today can be attributed as of its day only to who was bound to buy it then.
    assert sum(held(market.seller) + held(market.buyer)) == 600
    assert findings() == []


def test_somebody_else_must_approve_it(market: Market) -> None:
    both = create_user(username="both", roles=["administrator", "approver"])
    proposal = propose_rights_transfer(wish=market.wish(), actor=both, reason="example")

    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=both)
    with pytest.raises(ProposalOpen):
        market.propose()
    with pytest.raises(RoleRequired):
        propose_rights_transfer(wish=market.wish(), actor=market.people.finance, reason="example")
    assert held(market.buyer) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"quantity_g": 0, "position_g": 0}, QuantityNotPositive),
        ({"quantity_g": -1, "position_g": 0}, QuantityNotPositive),
        ({"quantity_g": 2**63, "position_g": 0}, Refusal),
        ({"position_g": -1}, NumberOutOfRange),
        ({"position_g": 301}, RightsExceeded),
        ({"quantity_g": 601, "position_g": 400}, RightsExceeded),
        ({"quantity_g": 500, "position_g": 401}, RightsExceeded),
        ({"quantity_g": 300, "position_g": 99}, RightsExceeded),
        ({"commitment_id": uuid4()}, CommitmentNotFound),
        ({"to_agreement_id": uuid4()}, AgreementNotFound),
    ],
)
def test_what_is_not_there_can_not_be_sold(
    market: Market, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        market.propose(**changes)


def test_the_refusal_says_what_would_be_possible(market: Market) -> None:
    with pytest.raises(RightsExceeded) as refused:
        market.propose(quantity_g=601, position_g=0)

    assert refused.value.details == {"open_g": 600, "free_position_g": 400, "unfilled_g": 200}


def test_a_reason_is_needed(market: Market) -> None:
    with pytest.raises(ReasonMissing):
        propose_rights_transfer(wish=market.wish(), actor=market.people.administrator, reason=" ")


def test_nobody_sells_to_itself_and_only_active_members_trade(market: Market) -> None:
    with pytest.raises(TransferWithinFirm):
        market.propose(to_agreement_id=market.seller.agreement.id)
    suspend_firm(firm_id=market.buyer.firm.id, actor=market.people.administrator, reason="example")
    with pytest.raises(WrongState):
        market.propose()


def test_the_term_must_fit_into_the_buyers_agreement(market: Market) -> None:
    short = sign(market.buyer.firm, market.people, ends_on=date(2030, 12, 31))
    with pytest.raises(CommitmentOutsideAgreement):
        market.propose(to_agreement_id=short.id)

    ended = commit(market.seller.agreement, market.people, ends_on=date(2026, 3, 31))
    with pytest.raises(CommitmentEnded):
        market.propose(commitment_id=ended.id, quantity_g=1, position_g=0)


def test_the_last_day_of_a_commitment_is_still_its_own(market: Market) -> None:
    last = commit(market.seller.agreement, market.people, quantity_g=500, ends_on=timezone.localdate())
    market.transfer(commitment_id=last.id, quantity_g=500, position_g=0)

    assert Commitment.objects.get(firm=market.buyer.firm).ends_on == timezone.localdate()
    assert findings() == []


def test_a_part_sold_meanwhile_makes_a_proposal_stale(market: Market) -> None:
    proposal = market.propose(quantity_g=100, position_g=100)
    Commitment.objects.filter(id=market.sold.id).update(transferred_g=1)

    with pytest.raises(ProposalStale):
        approve_proposal(proposal_id=proposal.id, actor=market.people.approver)


def test_a_buyer_suspended_meanwhile_stops_it(market: Market) -> None:
    proposal = market.propose()
    suspend_firm(firm_id=market.buyer.firm.id, actor=market.people.administrator, reason="example")

    with pytest.raises(WrongState):
        approve_proposal(proposal_id=proposal.id, actor=market.people.approver)
    proposal.refresh_from_db()
    assert (proposal.state, held(market.buyer)) == ("open", (0, 0))


@pytest.fixture
def in_the_way(monkeypatch: pytest.MonkeyPatch, market: Market) -> set[object]:
    """The firms that an app above the members names."""
    firms: set[object] = set()
    monkeypatch.setattr(obstacles, "_OBSTACLES", {})
    obstacles.register_transfer_obstacle(
        name="example", firms_in_the_way=lambda ids, material: [firm for firm in ids if firm in firms]
    )
    return firms


@pytest.mark.parametrize("side", ["seller", "buyer"])
def test_an_obstacle_of_either_side_blocks_it_then_and_at_the_approval(
    market: Market, in_the_way: set[object], side: str
) -> None:
    proposal = market.propose()
    in_the_way.add(getattr(market, side).firm.id)

    with pytest.raises(TransferBlocked) as refused:
        approve_proposal(proposal_id=proposal.id, actor=market.people.approver)
    assert refused.value.details == {
        "obstacles": [{"obstacle": "example", "firm": str(getattr(market, side).firm.id)}]
    }


def test_a_transfer_that_was_not_recorded_is_named(market: Market) -> None:
    market.transfer()
    Commitment.objects.filter(id=market.sold.id).update(transferred_g=299)

    assert [finding.row for finding in check_rights_transfers()] == [f"commitment {market.sold.id}"]


def test_the_day_is_the_reserves_own(market: Market) -> None:
    """A few minutes before midnight in New York it is the next day already in Greenwich."""
    with time_machine.travel("2026-12-31T23:55:00-05:00", tick=False):
        bought = market.transfer().taken_over_as

    assert bought.starts_on == date(2026, 12, 31)


def test_two_at_once_never_sell_the_same_grams(committed_database: str) -> None:
    market = build_market()
    other = commit(market.seller.agreement, market.people, quantity_g=400)
    proposals = [
        market.propose(quantity_g=400, position_g=400),
        market.propose(commitment_id=other.id, quantity_g=400, position_g=400),
    ]
    start, refused = threading.Barrier(2), []

    def approve(proposal: Proposal) -> None:
        start.wait()
        try:
            approve_proposal(proposal_id=proposal.id, actor=market.people.approver)
        except Refusal as refusal:
            refused.append(type(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=approve, args=(proposal,)) for proposal in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == [RightsExceeded]
    assert held(market.seller)[0] == 0
    assert held(market.buyer) == (400, 0)
    assert findings() == []


def test_what_was_proposed_expires(market: Market) -> None:
    proposal = market.propose()

    assert proposal.expires_at - proposal.proposed_at > timedelta(0)
    assert proposal.before == {"open_g": 600, "state": "open"}
