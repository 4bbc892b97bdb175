"""Two at once: a round is settled once, a cap is not passed twice, a request meets the cut-off or not."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from allocations.errors import CapExceeded, RoundWrongState
from allocations.models import Award, Drawdown, Round, RoundRequest
from allocations.selectors.limits import drawdown_facts
from allocations.services import approve_drawdown, close_round, propose_settlement
from errors import Refusal
from governance.approvals import approve_proposal
from governance.errors import ProposalNotOpen
from governance.services import create_user
from jobs.runner import run_ready_jobs
from ledger.models import Journal
from tests.allocations.standing import (
    KG,
    House,
    ask,
    close,
    hold,
    open_window,
    position,
    request,
)

ROUNDS_OF_A_RACE = 3
DECISIONS = "allocations.services.drawdown_decisions"


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """Run the steps in threads of their own that start together; answers results or refusals in order."""
    outcomes: list[Any] = [None] * len(steps)
    gate = threading.Barrier(len(steps))

    def run(place: int, step: Callable[[], Any]) -> None:
        gate.wait()
        try:
            outcomes[place] = step()
        except Refusal as refusal:
            outcomes[place] = refusal
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=entry) for entry in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def test_two_sessions_settle_the_same_round_and_it_is_settled_once(committed_house: House) -> None:
    house = committed_house
    second = create_user(username="second-approver", roles=["approver"])
    hold(house.alder, 500)
    hold(house.birch, 300)
    round_ = open_window(house)
    request(house, round_, house.alder, 700)
    request(house, round_, house.birch, 100)
    close(house, round_)
    proposal = propose_settlement(round_id=round_.id, actor=house.people.administrator)
    before = Journal.objects.count()
    outcomes = at_once(
        *(
            lambda actor=actor: approve_proposal(proposal_id=proposal.id, actor=actor)
            for actor in (house.people.approver, second)
        )
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert [type(refusal) for refusal in refused] == [ProposalNotOpen]
    assert Journal.objects.count() - before == 2
    assert Drawdown.objects.count() == Award.objects.filter(quantity_g__gt=0).count() == 2
    assert position(house.alder) == (500, 500)


def test_two_workers_compute_the_same_round_and_there_is_one_set_of_awards(committed_house: House) -> None:
    house = committed_house
    hold(house.alder, 500)
    round_ = open_window(house)
    request(house, round_, house.alder, 200)
    close_round(round_id=round_.id, actor=house.people.administrator, reason="example")
    at_once(*(lambda name=name: run_ready_jobs(worker=name) for name in ("one", "two")))
    round_.refresh_from_db()
    assert (round_.state, Award.objects.count()) == ("computed", 1)


@pytest.mark.parametrize("number", range(ROUNDS_OF_A_RACE))
def test_two_approvals_can_not_pass_the_cap_together(committed_house: House, number: int) -> None:
    house = committed_house
    hold(house.alder, 500)
    first, second = ask(house, house.alder, 200), ask(house, house.alder, 200)
    outcomes = at_once(
        *(
            lambda key=key: approve_drawdown(drawdown_id=key, actor=house.people.approver)
            for key in (first.id, second.id)
        )
    )
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Refusal)] == [CapExceeded]
    assert position(house.alder) == (500, 200)


def test_without_the_material_lock_the_cap_would_be_passed(
    committed_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same race with the locks taken out reserves twice."""
    house = committed_house
    hold(house.alder, 500)
    first, second = ask(house, house.alder, 200), ask(house, house.alder, 200)
    read = threading.Barrier(2)

    def slowly(**values: Any) -> Any:
        facts = drawdown_facts(**values)
        read.wait(timeout=30)
        return facts

    monkeypatch.setattr("allocations.services.drawdown_steps.lock_materials", lambda **_: {})
    monkeypatch.setattr(f"{DECISIONS}.lock_firms", lambda **_: {house.alder.id: house.alder})
    monkeypatch.setattr(f"{DECISIONS}.drawdown_facts", slowly)
    outcomes = at_once(
        *(
            lambda key=key: approve_drawdown(drawdown_id=key, actor=house.people.approver)
            for key in (first.id, second.id)
        )
    )
    assert not any(isinstance(outcome, Refusal) for outcome in outcomes)
    assert position(house.alder) == (500, 400)


@pytest.mark.parametrize("number", range(ROUNDS_OF_A_RACE))
def test_a_request_at_the_close_is_in_the_snapshot_or_refused(committed_house: House, number: int) -> None:
    house = committed_house
    hold(house.alder, 500)
    round_ = open_window(house)
    asked, _ = at_once(
        lambda: request(house, round_, house.alder, 200),
        lambda: close_round(round_id=round_.id, actor=house.people.administrator, reason="example"),
    )
    stored = Round.objects.get(id=round_.id)
    is_in = str(house.alder.id) in stored.snapshot
    if isinstance(asked, Refusal):
        assert isinstance(asked, RoundWrongState)
        assert not is_in
    else:
        assert is_in
    assert RoundRequest.objects.count() == int(is_in)


def test_a_drawdown_arriving_during_the_close_is_in_the_pool_or_out_of_it(committed_house: House) -> None:
    """Reserved before the snapshot it is not in the pool. Both lock the material: there is no third way."""
    house = committed_house
    hold(house.alder, 500)
    drawdown = ask(house, house.alder, 200)
    outcomes = at_once(
        lambda: approve_drawdown(drawdown_id=drawdown.id, actor=house.people.approver),
        lambda: close_round(
            round_id=open_window(house).id, actor=house.people.administrator, reason="example"
        ),
    )
    round_ = Round.objects.get()
    pool = 300 if not isinstance(outcomes[0], Refusal) else 500
    assert f'"pool_g":{pool * KG}' in round_.snapshot
