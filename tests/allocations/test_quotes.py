"""A quote answers what a drawdown would give, from where, at what price and what must come back."""

from datetime import timedelta

import pytest

from allocations.errors import CapExceeded
from allocations.models import Drawdown
from allocations.selectors import Quote, quote_drawdown
from members.errors import FirmNotFound
from members.models import Firm
from reserve.errors import QuantityNotPositive, ValueNotAllowed
from reserve.selectors import today
from tests.allocations.standing import (
    ANTIMONY,
    KG,
    House,
    ask,
    declare,
    draw,
    hold,
    position,
    reserve_custody,
)

pytestmark = pytest.mark.django_db


def _quote(house: House, firm: Firm, kg: int, **changes: str) -> Quote:
    mode = changes.pop("mode", "exchange")
    return quote_drawdown(
        actor=house.viewer(house.alder),
        firm_id=firm.id,
        material_code=ANTIMONY,
        quantity_g=kg * KG,
        mode=mode,
        **changes,
    )


def test_a_loan(house: House) -> None:
    hold(house.alder, 100, facility="west")
    hold(house.alder, 400, facility="east")
    quote = _quote(house, house.alder, 150, facility_code="west")
    assert (quote.obtainable_g, quote.limit) == (150 * KG, None)
    assert quote.facilities == (("west", 100 * KG), ("east", 50 * KG))
    assert (quote.replenish_g, quote.rebuy_g, quote.price_cents) == (150 * KG, 0, None)
    assert quote.due_on == today() + timedelta(days=90)


def test_a_purchase(house: House) -> None:
    hold(house.alder, 500)
    quote = _quote(house, house.alder, 150, mode="purchase")
    assert (quote.price_cents, quote.rebuy_g, quote.replenish_g) == (150 * 39_00, 150 * KG, 0)
    assert quote.due_on is None


def test_what_stands_in_the_way_and_what_is_possible(house: House) -> None:
    hold(house.alder, 500)
    draw(house, house.alder, 200)
    quote = _quote(house, house.alder, 100)
    assert (quote.obtainable_g, quote.limit) == (50 * KG, "cap_exceeded")
    assert dict(quote.bounds) == {
        "position_exceeded": 100 * KG,
        "cap_exceeded": 50 * KG,
    }


def test_in_a_disruption_nothing_is_obtainable(house: House) -> None:
    hold(house.alder, 500)
    declare(house)
    quote = _quote(house, house.alder, 100)
    assert (quote.obtainable_g, quote.limit, quote.facilities) == (0, "disruption_open", ())


def test_nothing_is_kept_and_nothing_reserved(house: House) -> None:
    hold(house.alder, 500)
    _quote(house, house.alder, 100)
    assert Drawdown.objects.count() == 0
    assert position(house.alder) == (500, 0)


def test_whatever_one_asks_for_the_stock_of_others_does_not_show(house: House) -> None:
    hold(house.alder, 1)
    hold(house.birch, 237)
    quote = _quote(house, house.alder, 10**9)
    assert dict(quote.bounds) == {"position_exceeded": 1 * KG, "cap_exceeded": 500}
    with pytest.raises(CapExceeded) as refused:
        ask(house, house.alder, 10**9)
    assert refused.value.details["bounds_kg"] == {"position_exceeded": "1", "cap_exceeded": "0.5"}
    draw(house, house.birch, 50)
    assert _quote(house, house.alder, 10**9) == quote


def test_where_stock_binds_it_tells_what_can_be_had(house: House) -> None:
    hold(house.alder, 500)
    reserve_custody(480)
    quote = _quote(house, house.alder, 100)
    assert (quote.limit, quote.obtainable_g) == ("stock_short", 20 * KG)
    assert dict(quote.bounds)["stock_short"] == 20 * KG


def test_another_firm_can_not_be_quoted_for(house: House) -> None:
    with pytest.raises(FirmNotFound):
        _quote(house, house.birch, 10)


def test_bad_input_is_refused(house: House) -> None:
    with pytest.raises(QuantityNotPositive):
        _quote(house, house.alder, 0)
    with pytest.raises(ValueNotAllowed):
        _quote(house, house.alder, 1, mode="gift")
