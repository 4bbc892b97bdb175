"""Accepted stock becomes positions by the policy's rule, once per run key, in one batch of journals."""

import threading

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.approvals import approve_proposal
from governance.errors import RoleRequired
from ledger.selectors import get_balance, list_balances_under
from members.domain.requests import RightsTransferRequest
from members.errors import AttributionKeyConflict
from members.models import AttributionLine, AttributionRun, Commitment
from members.services import attribute_stock, propose_rights_transfer, suspend_firm
from members.verification import check_duties, check_positions, check_rights_transfers, check_upfront_fees
from reserve.errors import MaterialNotFound, TextMissing, ValueNotAllowed
from reserve.services import place_purchase_orders, receive_lots, reject_lot
from reserve.verification import (
    check_accepted_lots,
    check_funded_purchases,
    check_open_orders,
    check_payables,
    check_quarantine,
    check_tranches,
)
from tests.members.standing import Member, commit, member, members
from tests.reserve.standing import NOON, TONNE, People, accept, build_reserve, lot, order, stock_up


def _attribute(people: People, run_key: str = "run-1", **changes: object) -> AttributionRun:
    values: dict[str, object] = {"material_codes": ["antimony"]}
    return attribute_stock(
        actor=people.administrator,
        effective_at=NOON,
        run_key=run_key,
        **(values | changes),  # type: ignore[arg-type]
    )


def _positions(firms: list[Member]) -> list[int]:
    return [get_balance(path=f"position/{item.firm.id}/antimony").posted for item in firms]


def test_stock_is_shared_in_proportion_to_what_is_unfilled(people: People) -> None:
    firms = members(people, [600, 300, 300])
    stock_up(people, grams=1000)

    run = _attribute(people)

    assert _positions(firms) == [500, 250, 250]
    assert get_balance(path="unattributed/antimony").posted == 0
    assert get_balance(path=f"commitment/{firms[0].firm.id}/antimony").posted == 100
    assert (run.rule, run.policy_version.number) == ("pro_rata_unfilled", 1)
    assert sorted(run.lines.values_list("quantity_g", flat=True)) == [250, 250, 500]


def test_what_nobody_wants_stays_unattributed(people: People) -> None:
    firms = members(people, [600, 300])
    stock_up(people, grams=1000)

    _attribute(people)

    assert _positions(firms) == [600, 300]
    assert get_balance(path="unattributed/antimony").posted == 100


def test_oldest_first_fills_in_order(people: People) -> None:
    firms = members(people, [600, 300, 300])
    stock_up(people, grams=1000)

    _attribute(people, rule="oldest_first")

    assert _positions(firms) == [600, 300, 100]


def test_a_second_delivery_goes_on_from_the_first(people: People) -> None:
    firms = members(people, [600, 300])
    stock_up(people, grams=300)
    _attribute(people, "march")
    commit(firms[1].agreement, people, quantity_g=200)
    stock_up(people, grams=400)

    _attribute(people, "april")

    # 200 and 100 first; then 400 over 400 and 400 unfilled.
    assert _positions(firms) == [400, 300]


def test_the_same_run_key_moves_nothing_twice(people: People) -> None:
    firms = members(people, [600])
    stock_up(people, grams=300)
    first = _attribute(people)
    stock_up(people, grams=300)

    assert _attribute(people) == first
    assert _positions(firms) == [300]
    with pytest.raises(AttributionKeyConflict):
        _attribute(people, material_codes=["antimony", "gallium"])


def test_only_active_firms_get_stock(people: People) -> None:
    firms = members(people, [600, 300])
    suspend_firm(firm_id=firms[0].firm.id, actor=people.administrator, reason="overdue")
    stock_up(people, grams=1000)

    _attribute(people)

    assert _positions(firms) == [0, 300]


def test_quarantined_stock_is_not_shared(people: People) -> None:
    firms = members(people, [600])
    placed = place_purchase_orders(orders=[order()], actor=people.administrator, effective_at=NOON)[0]
    receive_lots(lots=[lot(placed)], actor=people.administrator, effective_at=NOON)

    assert not _attribute(people).lines.exists()
    assert _positions(firms) == [0]


def test_a_bad_request_is_refused(people: People) -> None:
    with pytest.raises(MaterialNotFound):
        _attribute(people, material_codes=["antimony", "nothing"])
    with pytest.raises(ValueNotAllowed):
        _attribute(people, rule="youngest_first")
    with pytest.raises(TextMissing):
        _attribute(people, run_key="")
    with pytest.raises(RoleRequired):
        attribute_stock(material_codes=["antimony"], actor=people.finance, effective_at=NOON, run_key="run-1")


def test_any_number_of_firms_costs_the_same_queries(people: People) -> None:
    counts = []
    for round_number, more in enumerate((2, 20)):
        for number in range(more):
            member(people, f"Example {round_number}-{number}", committed_g=1000)
        stock_up(people, grams=more)
        with CaptureQueriesContext(connection) as queries:
            _attribute(people, f"run-{round_number}")
        counts.append(len(queries))

    assert AttributionLine.objects.count() > 20
    assert counts[0] == counts[1] <= 16


def test_two_attributions_at_once_share_the_stock_once(committed_database: str) -> None:
    people = build_reserve()
    firms = members(people, [600, 300])
    stock_up(people, grams=450)
    start, failures = threading.Barrier(2), []

    def run(key: str) -> None:
        start.wait()
        try:
            _attribute(people, key)
        except Exception as error:  # noqa: BLE001 - whatever it was, the test must see it
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(key,)) for key in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert _positions(firms) == [300, 150]
    assert AttributionRun.objects.count() == 2


STEPS = st.one_of(
    st.tuples(st.just("accept"), st.integers(1, 2000)),
    st.tuples(st.just("wait"), st.integers(1, 2000)),
    st.tuples(st.just("reject"), st.integers(1, 2000)),
    st.tuples(st.just("commit"), st.integers(1, 1500)),
    st.tuples(st.just("sell"), st.integers(1, 1500)),
    st.tuples(st.just("pro_rata_unfilled"), st.just(0)),
    st.tuples(st.just("oldest_first"), st.just(0)),
)
CHECKS = (
    check_positions,
    check_duties,
    check_rights_transfers,
    check_upfront_fees,
    check_quarantine,
    check_accepted_lots,
    check_open_orders,
    check_payables,
    check_tranches,
    check_funded_purchases,
)


def _take(step: str, grams: int, people: People, firms: list[Member], number: int) -> None:
    if step == "accept":
        stock_up(people, grams=grams, facility_code=("east", "west")[number % 2])
    elif step == "commit":
        commit(firms[number % len(firms)].agreement, people, quantity_g=grams)
    elif step in ("wait", "reject"):
        placed = place_purchase_orders(
            orders=[order(quantity_g=grams)], actor=people.administrator, effective_at=NOON
        )[0]
        received = receive_lots(
            lots=[lot(placed, gross_g=grams, net_g=grams)], actor=people.administrator, effective_at=NOON
        )
        if step == "reject":
            reject_lot(lot_number=received[0].number, actor=people.approver, reason="wet", effective_at=NOON)
    elif step == "sell":
        _sell(grams, people, firms[number % len(firms)], firms[(number + 1) % len(firms)])
    else:
        _attribute(people, f"run-{number}", rule=step)


def _sell(grams: int, people: People, seller: Member, buyer: Member) -> None:
    """As much of the seller's oldest commitment as is asked for and there, out of the position first."""
    sold = Commitment.objects.filter(firm=seller.firm, state="open").order_by("ordinal").first()
    if sold is None:
        return
    free, unfilled = (
        get_balance(path=f"{kind}/{seller.firm.id}/antimony").available for kind in ("position", "commitment")
    )
    quantity = min(grams, sold.open_g, free + unfilled)
    wish = RightsTransferRequest(
        commitment_id=sold.id,
        to_agreement_id=buyer.agreement.id,
        quantity_g=quantity,
        position_g=min(quantity, free),
    )
    proposal = propose_rights_transfer(wish=wish, actor=people.administrator, reason="example")
    approve_proposal(proposal_id=proposal.id, actor=people.approver)


def _sum_under(prefix: str) -> int:
    return sum(balance.posted for balance in list_balances_under(prefix=prefix))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=10))
def test_whatever_happens_custody_is_title_and_no_position_exceeds_its_commitment(
    people: People, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        firms = [member(people, f"Example {number}") for number in range(3)]
        for number, (step, grams) in enumerate(steps):
            _take(step, grams, people, firms, number)

            assert _sum_under("custody/") == _sum_under("position/") + _sum_under("unattributed/")
            assert [list(check()) for check in CHECKS] == [[]] * len(CHECKS)
        transaction.set_rollback(True)


def test_the_same_sequence_with_a_lot_accepted_late(people: People) -> None:
    """One sequence written out, so that a failure of the random one can be told from one of its tools."""
    firms = members(people, [TONNE, 3 * TONNE])
    placed = place_purchase_orders(orders=[order()], actor=people.administrator, effective_at=NOON)[0]
    received = receive_lots(lots=[lot(placed), lot(placed)], actor=people.administrator, effective_at=NOON)
    accept(received[:1], people, NOON)
    _attribute(people, "first")
    assert _positions(firms) == [TONNE, 3 * TONNE]

    commit(firms[0].agreement, people, quantity_g=6 * TONNE)
    accept(received[1:], people, NOON)
    _attribute(people, "second")
    assert _positions(firms) == [7 * TONNE, 3 * TONNE]
    assert _sum_under("custody/") == 10 * TONNE
    assert [list(check()) for check in CHECKS] == [[]] * len(CHECKS)
