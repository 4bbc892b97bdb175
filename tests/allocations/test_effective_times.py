"""A step takes effect no earlier than what it follows from, and never in the future."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from allocations.errors import EffectiveAtOutOfRange
from allocations.services import (
    approve_drawdown,
    deliver_drawdowns,
    release_drawdowns,
    withdraw_drawdown,
)
from tests.allocations.standing import House, ask, hold
from tests.reserve.standing import NOON

pytestmark = pytest.mark.django_db


def test_no_step_takes_effect_before_what_it_follows_from_or_in_the_future(house: House) -> None:
    """Asked for at the start, approved from five minutes on, delivered from ten minutes on."""
    hold(house.alder, 500)
    start = timezone.now()
    drawdown = ask(house, house.alder, 100)
    minutes = [start + timedelta(minutes=count) for count in range(20)]
    with time_machine.travel(minutes[5], tick=False):
        for wrong in (NOON, minutes[6]):
            with pytest.raises(EffectiveAtOutOfRange):
                approve_drawdown(drawdown_id=drawdown.id, actor=house.people.approver, effective_at=wrong)
        reserved = approve_drawdown(
            drawdown_id=drawdown.id, actor=house.people.approver, effective_at=minutes[3]
        )
        assert reserved.reserved_at == minutes[3]
        release_drawdowns(drawdown_ids=[drawdown.id], actor=house.people.administrator)
        for wrong in (NOON, minutes[2], minutes[6]):
            with pytest.raises(EffectiveAtOutOfRange) as refused:
                deliver_drawdowns(
                    drawdown_ids=[drawdown.id], actor=house.people.administrator, effective_at=wrong
                )
            assert (refused.value.field, refused.value.details["earliest"]) == (
                "delivered_at",
                minutes[3].isoformat(),
            )
            with pytest.raises(EffectiveAtOutOfRange):
                withdraw_drawdown(
                    drawdown_id=drawdown.id, actor=house.people.administrator, effective_at=wrong
                )
        (delivered,) = deliver_drawdowns(
            drawdown_ids=[drawdown.id], actor=house.people.administrator, effective_at=minutes[3]
        )
    assert delivered.delivered_at == minutes[3]
