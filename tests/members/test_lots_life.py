"""Whatever happens to lots in whatever order, the books agree; what comes at once is done one by one."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from errors import Refusal
from governance.approvals import approve_proposal
from ledger.services import JournalRequest, TransferRequest, post_journals
from members.domain.bearers import Title
from members.selectors.bearers import get_free_title
from members.services import lots_in_hand, propose_lot_write_off, propose_stock_adjustment, stop_lot
from reserve.domain.requests import CapacitySpec, FacilitySpec
from reserve.models import Lot, LotMove, LotStop
from reserve.services import register_facilities, split_lot
from tests.members.lots_in_use import (
    adjust,
    arrive,
    assay,
    attribute,
    balance,
    count_stock,
    depart,
    findings,
    release,
    total,
    write_off,
    write_off_move,
)
from tests.members.standing import Member, commit, member, members
from tests.reserve.standing import TONNE, People, build_reserve, stock_up

STEP_NAMES = (
    "accept",
    "move",
    "arrive",
    "lose",
    "split",
    "assay",
    "fail",
    "stop",
    "release",
    "write_off",
    "count",
    "attribute",
    "draw",
    "commit",
)
STEPS = st.tuples(
    st.sampled_from(STEP_NAMES),
    st.integers(1, 1500),
)


def _draw(firm: str, grams: int) -> None:
    """What a delivered drawdown moves: custody of the east, and the firm's position."""
    free = min(grams, balance("custody/east/antimony"), balance(f"position/{firm}/antimony"))
    if free:
        post_journals(
            journals=[
                JournalRequest(
                    kind="test.drawn",
                    idempotency_key=f"draw:{firm}:{grams}:{free}:{total('custody')}:{total('position')}",
                    effective_at=timezone.now(),
                    transfers=[
                        TransferRequest("custody/east/antimony", "outside/antimony", free),
                        TransferRequest(f"position/{firm}/antimony", "issued/antimony", free),
                    ],
                )
            ]
        )


def _take(step: str, grams: int, people: People, firms: list[Member], number: int) -> None:
    accepted = list(Lot.objects.filter(state="accepted").select_related("facility").order_by("number"))
    lot = accepted[grams % len(accepted)] if accepted else None
    under_way, short = (LotMove.objects.filter(state=state).first() for state in ("departed", "short"))
    stop = LotStop.objects.filter(released_at=None, lot__state="stopped").first()
    steps: dict[str, tuple[object, Callable[[], object]]] = {
        "accept": (True, lambda: stock_up(people, grams=grams)),
        "commit": (True, lambda: commit(firms[number % 2].agreement, people, quantity_g=grams)),
        "attribute": (True, lambda: attribute(people, f"run-{number}")),
        "draw": (accepted, lambda: _draw(str(firms[number % 2].firm.id), grams)),
        "move": (lot, lambda: depart(people, lot, "east" if lot.facility.code == "west" else "west")),  # type: ignore[union-attr, arg-type]
        "arrive": (under_way, lambda: arrive(people, under_way, min(grams, under_way.departed_g))),  # type: ignore[union-attr, arg-type]
        "lose": (short, lambda: write_off_move(people, short)),  # type: ignore[arg-type]
        "split": (
            lot and lot.net_g > 1,
            lambda: split_lot(
                lot_number=lot.number,  # type: ignore[union-attr]
                parts_g=[lot.net_g // 2, lot.net_g - lot.net_g // 2],  # type: ignore[union-attr]
                actor=people.administrator,
            ),
        ),
        "assay": (lot, lambda: assay(people, lot)),  # type: ignore[arg-type]
        "fail": (lot, lambda: assay(people, lot, "90")),  # type: ignore[arg-type]
        "stop": (
            lot,
            lambda: stop_lot(lot_number=lot.number, actor=people.administrator, reason="wet"),  # type: ignore[union-attr]
        ),
        "release": (stop, lambda: _release(people, stop.lot)),  # type: ignore[union-attr]
        "write_off": (lot, lambda: write_off(people, lot, min(grams, lot.net_g))),  # type: ignore[union-attr, arg-type]
        "count": (True, lambda: adjust(people, count_stock(people, grams))),
    }
    is_possible, act = steps[step]
    if is_possible:
        try:
            with transaction.atomic():
                act()
        except Refusal as refusal:
            if refusal.code not in POSSIBLE:
                raise


POSSIBLE = {
    "stock_not_free",
    "stock_count_settled",
    "loss_above_lot",
    "split_not_possible",
    "attributed_before_accepted",
    "funding_exceeded",
}


def _release(people: People, lot: Lot) -> None:
    with transaction.atomic():
        release(people, lot)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=5, max_size=16))
def test_whatever_happens_to_lots_custody_is_title_and_duties_tie_out(
    people: People, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        firms = [member(people, f"Example {number}", committed_g=800) for number in range(2)]
        stock_up(people, grams=1000)
        attribute(people, "start")
        for number, (step, grams) in enumerate(steps):
            _take(step, grams, people, firms, number)

            assert total("custody") == total("position") + total("unattributed")
            assert total("transit") + total("quarantine") == total("withheld")
            assert findings() == []
        transaction.set_rollback(True)


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """Codes of the refusals when all are tried at the same time."""
    start, refused, broken = threading.Barrier(len(acts)), [], []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except Refusal as refusal:
            refused.append(refusal.code)
        except Exception as error:  # noqa: BLE001 - whatever it was, the test must see it
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    return refused


def test_two_moves_of_one_lot_at_once(committed_database: str) -> None:
    people = build_reserve()
    lot = stock_up(people, grams=1000)

    refused = _at_once(lambda: depart(people, lot), lambda: depart(people, lot))

    assert refused == ["lot_wrong_state"]
    assert (total("transit"), total("custody"), LotMove.objects.count()) == (1000, 0, 1)


def test_a_write_off_and_a_draw_at_once_take_the_last_grams_once(committed_database: str) -> None:
    people = build_reserve()
    (firm,) = members(people, [1000])
    lot = stock_up(people, grams=1000)
    attribute(people)
    proposal = propose_lot_write_off(
        lot_number=lot.number, quantity_g=700, actor=people.administrator, reason="spoilt"
    )

    def draw() -> None:
        with transaction.atomic():
            _draw(str(firm.firm.id), 700)

    refused = _at_once(lambda: approve_proposal(proposal_id=proposal.id, actor=people.approver), draw)

    # Both see the grams or only what the other left; the guards let no account fall below zero.
    assert set(refused) <= {"stock_not_free", "insufficient_balance"}
    assert total("custody") == total("position") + total("unattributed") >= 0
    assert total("custody") in (0, 300)
    assert findings() == []


def test_a_count_adjusted_while_its_stock_leaves(committed_database: str) -> None:
    people = build_reserve()
    lot = stock_up(people, grams=1000)
    stock_up(people, grams=500)
    count = count_stock(people, 900)
    proposal = propose_stock_adjustment(
        stock_count_id=count.id, actor=people.administrator, reason="counted twice"
    )

    refused = _at_once(
        lambda: approve_proposal(proposal_id=proposal.id, actor=people.approver), lambda: depart(people, lot)
    )

    # 600 are missing: with the lot gone only 500 are there to lose, without them the lot can't go whole.
    assert refused == ["stock_not_free"]
    assert total("custody") in (500, 900)
    assert total("custody") == total("unattributed")
    assert findings() == []


def _two_lots_of_which_part_was_drawn() -> tuple[People, list[Lot]]:
    people = build_reserve()
    (firm,) = members(people, [200])
    lots = [stock_up(people, grams=600), stock_up(people, grams=600)]
    attribute(people)
    with transaction.atomic():
        _draw(str(firm.firm.id), 200)
    return people, lots


def test_two_lots_that_leave_at_once_see_what_the_other_left(committed_database: str) -> None:
    people, (first, second) = _two_lots_of_which_part_was_drawn()

    refused = _at_once(lambda: depart(people, first), lambda: depart(people, second))

    assert refused == ["stock_not_free"]
    assert (total("transit"), total("custody")) == (600, 400)


def test_control_without_the_lock_both_reckon_with_the_same_grams(
    committed_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows the race that the material's lock closes: only the ledger's guard is left to refuse."""
    people, (first, second) = _two_lots_of_which_part_was_drawn()
    north = FacilitySpec(
        code="north",
        name="Example North",
        address="example address",
        capacities=[CapacitySpec(storage_class="warehouse", capacity_g=TONNE, load_out_g_per_day=TONNE)],
    )
    register_facilities(facilities=[north], actor=people.administrator)
    both_have_read = threading.Barrier(2)

    def read_together(*, material_code: str) -> Title:
        title = get_free_title(material_code=material_code)
        both_have_read.wait(timeout=30)
        return title

    monkeypatch.setattr(lots_in_hand, "lock_materials", lambda **_: {})
    monkeypatch.setattr(lots_in_hand, "get_free_title", read_together)
    # Two places, because lots that go to one place queue at its capacity.
    refused = _at_once(lambda: depart(people, first), lambda: depart(people, second, "north"))

    assert refused == ["insufficient_balance"]
