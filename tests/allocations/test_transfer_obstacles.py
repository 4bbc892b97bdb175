"""No transfer of rights while either side is overdue, or a disruption of the material is open."""

from datetime import timedelta

import pytest

from allocations.models import Drawdown
from members.domain.requests import RightsTransferRequest
from members.errors import TransferBlocked
from members.models import Agreement, Commitment, Firm
from members.services import propose_rights_transfer
from reserve.selectors import today
from tests.allocations.standing import ANTIMONY, House, declare, draw, hold


def sell(house: House, seller: Firm, buyer: Firm) -> None:
    """A gram of what the seller holds."""
    wish = RightsTransferRequest(
        commitment_id=Commitment.objects.filter(firm=seller, material__code=ANTIMONY)[0].id,
        to_agreement_id=Agreement.objects.filter(firm=buyer)[0].id,
        quantity_g=1,
        position_g=1,
    )
    propose_rights_transfer(wish=wish, actor=house.people.administrator, reason="example")


@pytest.mark.parametrize("side", ["alder", "birch"])
def test_who_is_overdue_neither_sells_nor_buys(house: House, side: str) -> None:
    for firm in (house.alder, house.birch):
        hold(firm, 500)
    overdue: Firm = getattr(house, side)
    drawdown = draw(house, overdue, 100)
    Drawdown.objects.filter(id=drawdown.id).update(due_on=today() - timedelta(days=1))

    with pytest.raises(TransferBlocked) as refused:
        sell(house, house.alder, house.birch)
    assert refused.value.details["obstacles"] == [
        {"obstacle": "replenishment_overdue", "firm": str(overdue.id)}
    ]


def test_on_the_day_it_is_due_nobody_is_overdue(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 100)
    Drawdown.objects.filter(id=drawdown.id).update(due_on=today())

    sell(house, house.alder, house.birch)


def test_in_a_disruption_of_the_material_rights_stand_still(house: House) -> None:
    hold(house.alder, 500)
    declare(house)

    with pytest.raises(TransferBlocked) as refused:
        sell(house, house.alder, house.birch)
    assert refused.value.details["obstacles"] == [
        {"obstacle": "disruption_open", "firm": str(firm)}
        for firm in sorted([house.alder.id, house.birch.id])
    ]


def test_a_disruption_of_another_material_stops_nothing(house: House) -> None:
    hold(house.alder, 500)
    declare(house, "gallium")

    sell(house, house.alder, house.birch)
