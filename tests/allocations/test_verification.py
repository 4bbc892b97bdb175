"""Drawdowns, loans and awards tie to the ledger; a row changed behind its back is named."""

from collections.abc import Callable, Iterable

import pytest
from django.db import connections

from allocations.models import Drawdown
from allocations.verification import (
    check_awards,
    check_duties,
    check_loans,
    check_reservations,
    check_results,
)
from ledger.verification import Finding, verify_ledger
from tests.allocations.standing import House, award, deliver, draw, hold, run_round
from tests.allocations.test_replenishments import brought, replenish

CHECKS: list[Callable[[], Iterable[Finding]]] = [
    check_reservations,
    check_duties,
    check_loans,
    check_awards,
    check_results,
]


def _findings() -> list[Finding]:
    return [finding for check in CHECKS for finding in check()]


@pytest.mark.django_db
def test_the_checks_are_part_of_every_verification(house: House) -> None:
    names = [result.name for result in verify_ledger()]
    assert [name for name in names if name.startswith("allocations ")] == [
        "allocations reservations",
        "allocations duties",
        "allocations loans",
        "allocations settled awards",
        "allocations results",
    ]


@pytest.mark.django_db
def test_after_every_kind_of_step_everything_ties(house: House) -> None:
    assert _findings() == []
    hold(house.alder, 500)
    hold(house.birch, 300)
    hold(None, 100)
    drawn = draw(house, house.alder, 100)
    draw(house, house.birch, 50, mode="purchase")
    assert _findings() == []
    round_ = run_round(house, {house.alder: 600, house.cedar: 150})
    assert _findings() == []
    delivered = deliver(house, award(round_, house.cedar).drawdown)
    assert _findings() == []
    for drawdown, kg in ((drawn, 100), (delivered, 120)):
        replenish(house, drawdown, brought(house, drawdown, kg))
    assert _findings() == []
    ledgers = [result for result in verify_ledger() if not result.name.startswith("members ")]
    assert [finding for result in ledgers for finding in result.findings] == []


@pytest.mark.django_db
def test_a_drawdown_that_forgot_what_it_took_is_named(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    Drawdown.objects.filter(id=drawdown.id).update(replenished_g=1000)
    assert [finding.row for finding in check_duties()] == [f"account replenish/{house.alder.id}/antimony"]


@pytest.mark.django_db
def test_a_reservation_without_its_drawdown_is_named(house: House) -> None:
    hold(house.alder, 500)
    round_ = run_round(house, {house.alder: 200})
    Drawdown.objects.filter(id=award(round_, house.alder).drawdown.id).update(state="withdrawn")
    assert [finding.row for finding in check_reservations()] == ["material antimony"]


@pytest.mark.django_db
def test_a_loan_that_nobody_owes_is_named(house: House) -> None:
    hold(house.birch, 300)
    round_ = run_round(house, {house.alder: 200})
    drawdown = deliver(house, award(round_, house.alder).drawdown)
    Drawdown.objects.filter(id=drawdown.id).update(returned_to_lenders_g=200_000)
    assert [finding.row for finding in check_loans()] == ["material antimony"]


def test_an_award_or_snapshot_changed_by_the_owner_is_named(committed_house: House) -> None:
    house = committed_house
    hold(house.alder, 500)
    round_ = run_round(house, {house.alder: 200})
    own = award(round_, house.alder)
    with connections["owner"].cursor() as cursor:
        cursor.execute("update allocations_award set quantity_g = quantity_g - 1")
    assert [finding.row for finding in check_awards()] == [f"allocations_award {own.id}"]
    with connections["owner"].cursor() as cursor:
        cursor.execute("update allocations_roundsnapshot set text = replace(text, '200000', '100000')")
    assert [finding.row for finding in check_results()] == [f"allocations_round {round_.id}"]
