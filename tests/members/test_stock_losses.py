"""Two people write off a lot or a part of it, on both books; the reserve bears the money."""

import pytest

from governance.approvals import approve_proposal
from governance.errors import ProposalStale, RoleRequired
from members.services import propose_lot_write_off
from reserve.errors import LossAboveLot, LotWrongState, QuantityNotPositive, ReasonMissing
from reserve.models import Lot, StockLoss
from reserve.services import split_lot
from tests.members.lots_in_use import attribute, balance, findings, position, total, write_off
from tests.members.standing import members
from tests.reserve.standing import USD, People, stock_up


def test_nobodys_stock_bears_a_loss_first_then_positions_in_proportion(people: People) -> None:
    first, second = members(people, [600, 300])
    lot = stock_up(people, grams=1000)
    attribute(people)

    write_off(people, lot, 100)
    assert (position(first), position(second), balance("unattributed/antimony")) == (600, 300, 0)
    write_off(people, lot, 100)

    # 100 in proportion to 600 and 300: 66.67 and 33.33.
    assert (position(first), position(second)) == (533, 267)
    assert balance(f"commitment/{first.firm.id}/antimony") == 67
    assert findings() == []


def test_what_was_lost_can_be_replaced_by_later_stock(people: People) -> None:
    (firm,) = members(people, [600])
    lot = stock_up(people, grams=600)
    attribute(people, "first")
    write_off(people, lot, 200)
    stock_up(people, grams=500)

    attribute(people, "second")

    assert (position(firm), balance("unattributed/antimony")) == (600, 300)
    assert findings() == []


def test_losses_of_one_lot_cost_together_what_it_cost(people: People) -> None:
    lot = stock_up(people, grams=1000)
    for grams in (333, 333, 334):
        write_off(people, lot, grams)

    lot.refresh_from_db()
    assert sum(StockLoss.objects.values_list("value_cents", flat=True)) == 20 * USD
    assert (lot.state, total("custody"), balance("inventory/antimony")) == (Lot.State.WRITTEN_OFF, 0, 0)
    assert findings() == []


def test_a_loss_is_of_the_lot_as_it_was_proposed(people: People) -> None:
    lot = stock_up(people, grams=1000)
    proposal = propose_lot_write_off(
        lot_number=lot.number, quantity_g=500, actor=people.administrator, reason="spoilt"
    )
    Lot.objects.filter(id=lot.id).update(net_g=900)

    with pytest.raises(ProposalStale):
        approve_proposal(proposal_id=proposal.id, actor=people.approver)

    assert total("custody") == 1000


def test_bad_losses_are_refused(people: People) -> None:
    lot = stock_up(people, grams=1000)

    def propose(grams: int, reason: str = "spoilt") -> None:
        propose_lot_write_off(
            lot_number=lot.number, quantity_g=grams, actor=people.administrator, reason=reason
        )

    with pytest.raises(LossAboveLot):
        propose(1001)
    with pytest.raises(QuantityNotPositive):
        propose(0)
    with pytest.raises(ReasonMissing):
        propose(1, " ")
    with pytest.raises(RoleRequired):
        propose_lot_write_off(lot_number=lot.number, quantity_g=1, actor=people.approver, reason="spoilt")
    split_lot(lot_number=lot.number, parts_g=[400, 600], actor=people.administrator)
    with pytest.raises(LotWrongState):
        propose(1)

    assert not StockLoss.objects.exists()
