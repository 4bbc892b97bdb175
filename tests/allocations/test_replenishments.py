"""Bringing back: an accepted lot, received for the drawdown, restores the position and ends the duty."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from allocations.domain.replenishing import (
    Debt,
    Restoration,
    clock_stop_days,
    share_among_lenders,
    split_replenishment,
)
from allocations.errors import (
    DrawdownNotFound,
    EffectiveAtOutOfRange,
    LotAlreadyReplenished,
    LotNotForDrawdown,
    NothingToReplenish,
)
from allocations.models import Drawdown
from allocations.selectors import list_replenishments_for
from allocations.services import replenish_drawdown
from allocations.services.replenishments import in_kind_reference
from governance.errors import RoleRequired
from reserve.domain.requests import InKindDelivery
from reserve.errors import LotNotFound
from reserve.models import Lot
from reserve.services import receive_lots
from tests.allocations.standing import (
    ANTIMONY,
    KG,
    House,
    award,
    deliver,
    draw,
    duty,
    held,
    hold,
    lent,
    position,
    run_round,
)
from tests.reserve.standing import NOON, accept, lot

pytestmark = pytest.mark.django_db


def brought(
    house: House, drawdown: Drawdown, kg: int, *, is_accepted: bool = True, reference: str = ""
) -> Lot:
    """A lot received in kind for the drawdown, and accepted by a second person."""
    received = receive_lots(
        lots=[
            lot(
                "",
                gross_g=kg * KG,
                net_g=kg * KG,
                in_kind=InKindDelivery(
                    reference=reference or in_kind_reference(drawdown.id),
                    material_code=ANTIMONY,
                    facility_code="east",
                    assay_element="Sb",
                    assay_percent=Decimal("99.65"),
                ),
            )
        ],
        actor=house.people.administrator,
        effective_at=NOON,
    )
    return accept(received, house.people, NOON)[0] if is_accepted else received[0]


def replenish(house: House, drawdown: Drawdown, returned: Lot) -> Drawdown:
    """Let the lot bring back what it can."""
    replenish_drawdown(
        drawdown_id=drawdown.id,
        lot_number=returned.number,
        actor=house.people.administrator,
        effective_at=timezone.now(),
    )
    drawdown.refresh_from_db()
    return drawdown


def test_a_lot_restores_the_position_and_ends_the_duty(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    drawdown = replenish(house, drawdown, brought(house, drawdown, 200))
    assert (position(house.alder), duty(house.alder)) == ((500, 0), 0)
    assert (drawdown.replenished_g, drawdown.outstanding_g) == (200 * KG, 0)
    assert held("unattributed/antimony") == (0, 0)


def test_a_part_lowers_the_duty_by_the_part(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    drawdown = replenish(house, drawdown, brought(house, drawdown, 50))
    assert (position(house.alder), duty(house.alder)) == ((350, 0), 150)
    replenish(house, drawdown, brought(house, drawdown, 150))
    assert (position(house.alder), duty(house.alder)) == ((500, 0), 0)


def test_what_a_lot_holds_beyond_the_duty_belongs_to_nobody(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    replenish(house, drawdown, brought(house, drawdown, 260))
    assert (position(house.alder), duty(house.alder)) == ((500, 0), 0)
    assert held("unattributed/antimony") == (60, 0)


def test_what_was_lent_goes_back_to_the_lender_first(house: House) -> None:
    """Example D: of 700 kg drawn, 500 own, 100 nobody's, 100 lent by the second."""
    hold(house.alder, 500)
    hold(house.birch, 300)
    hold(None, 100)
    round_ = run_round(house, {house.alder: 700, house.birch: 100})
    drawdown = deliver(house, award(round_, house.alder).drawdown)
    assert (lent(house.birch), duty(house.alder)) == (100, 700)
    replenish(house, drawdown, brought(house, drawdown, 60))
    assert (lent(house.birch), duty(house.alder), position(house.alder)) == (40, 640, (0, 0))
    assert position(house.birch) == (160 + 100, 100)
    replenish(house, drawdown, brought(house, drawdown, 240))
    assert (lent(house.birch), duty(house.alder)) == (0, 400)
    assert (held("unattributed/antimony"), position(house.alder)) == ((100, 0), (100, 0))


def test_a_lot_brings_back_once(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    returned = brought(house, drawdown, 50)
    replenish(house, drawdown, returned)
    with pytest.raises(LotAlreadyReplenished):
        replenish(house, drawdown, returned)


def test_a_lot_that_waits_or_answers_something_else_brings_nothing_back(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    waiting = brought(house, drawdown, 50, is_accepted=False)
    with pytest.raises(LotNotForDrawdown):
        replenish(house, drawdown, waiting)
    elsewhere = brought(house, drawdown, 50, reference="drawdown:another")
    with pytest.raises(LotNotForDrawdown):
        replenish(house, drawdown, elsewhere)
    assert duty(house.alder) == 200


def test_there_must_be_something_to_bring_back(house: House) -> None:
    hold(house.alder, 500)
    bought = draw(house, house.alder, 100, mode="purchase")
    with pytest.raises(NothingToReplenish):
        replenish(house, bought, brought(house, bought, 100))


def test_it_is_back_no_earlier_than_it_was_accepted_and_delivered(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    returned = brought(house, drawdown, 50)
    for wrong in (NOON, timezone.now() + timedelta(minutes=1)):
        with pytest.raises(EffectiveAtOutOfRange):
            replenish_drawdown(
                drawdown_id=drawdown.id,
                lot_number=returned.number,
                actor=house.people.administrator,
                effective_at=wrong,
            )
    assert duty(house.alder) == 200


def test_unknown_drawdown_lot_or_actor(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    values: dict[str, Any] = {"drawdown_id": drawdown.id, "lot_number": "LOT-0", "effective_at": NOON}
    with pytest.raises(LotNotFound):
        replenish_drawdown(**values, actor=house.people.administrator)
    with pytest.raises(DrawdownNotFound):
        replenish_drawdown(**values | {"drawdown_id": "no-key"}, actor=house.people.administrator)
    with pytest.raises(RoleRequired):
        replenish_drawdown(**values, actor=house.owner(house.alder))


def test_a_member_sees_what_was_brought_back_for_its_own_drawdowns(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    replenish(house, drawdown, brought(house, drawdown, 50))
    assert [row.quantity_g for row in list_replenishments_for(house.viewer(house.alder), drawdown.id)] == [
        50 * KG
    ]
    with pytest.raises(DrawdownNotFound):
        list_replenishments_for(house.viewer(house.birch), drawdown.id)


@pytest.mark.parametrize(
    ("replenished", "to_lenders", "quantity", "expected"),
    [
        (0, 0, 60, Restoration(60, 0, 0)),
        (60, 60, 60, Restoration(40, 20, 0)),
        (120, 100, 200, Restoration(0, 80, 120)),
        (0, 0, 700, Restoration(100, 100, 500)),
        (690, 100, 10, Restoration(0, 0, 10)),
    ],
)
def test_lenders_come_first_then_free_stock_then_the_own_position(
    replenished: int, to_lenders: int, quantity: int, expected: Restoration
) -> None:
    debt = Debt(500, 100, 100, replenished_g=replenished, returned_to_lenders_g=to_lenders)
    assert split_replenishment(debt=debt, quantity_g=quantity) == expected


def test_lenders_share_in_proportion_to_what_they_are_owed() -> None:
    assert share_among_lenders(quantity_g=10, lent_g={"b": 50, "a": 25, "c": 25}) == {"a": 3, "b": 5, "c": 2}


def test_the_clock_stands_from_the_later_of_delivery_and_declaration() -> None:
    days = {"disruption_from": date(2026, 3, 10), "disruption_until": date(2026, 3, 30)}
    assert clock_stop_days(delivered_on=date(2026, 3, 1), **days) == 20
    assert clock_stop_days(delivered_on=date(2026, 3, 25), **days) == 5
    assert clock_stop_days(delivered_on=date(2026, 4, 1), **days) == 0
