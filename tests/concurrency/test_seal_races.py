"""Sealing while transactions overlap and commit out of order, with the control that shows the race."""

import pytest
from django.db.models import Max

from ledger.models import Journal, Seal
from ledger.selectors import find_settled_journal_id
from ledger.services import seal_next
from ledger.verification import run_checks
from tests.concurrency.test_settled_journals import open_transaction, post_and_commit
from tests.ledger.standing import fund, open_standing_accounts


@pytest.fixture(autouse=True)
def _standing(committed_database: str) -> None:
    open_standing_accounts()


def found_by_seals() -> list[str]:
    return [
        finding.row for result in run_checks() if result.name == "ledger seals" for finding in result.findings
    ]


def test_sealing_up_to_the_highest_number_lets_a_journal_slip_under() -> None:
    """The control: the second to draw a number commits, the seal is made, then the first commits."""
    with open_transaction(lambda: fund(1)):
        second = post_and_commit()
        assert seal_next(settled=Journal.objects.aggregate(highest=Max("id"))["highest"]) == 1
    slipped = Journal.objects.get(id__lt=second).id
    assert found_by_seals() == [f"ledger_journal {slipped}"]


def test_sealing_up_to_what_is_settled_waits_for_who_may_still_come_below() -> None:
    with open_transaction(lambda: fund(1)):
        second = post_and_commit()
        assert find_settled_journal_id(patience_seconds=0.2) is None
    settled = find_settled_journal_id(patience_seconds=120)
    assert settled == second
    assert seal_next(settled=settled) == 2
    assert Seal.objects.get().journal_count == 2
    assert found_by_seals() == []


def test_a_number_that_was_rolled_back_stays_a_gap_that_nobody_can_fill() -> None:
    with open_transaction(lambda: fund(1), rolls_back=True):
        last = post_and_commit()
    assert seal_next(settled=last) == 1
    assert (Seal.objects.get().first_journal, Seal.objects.get().last_journal) == (1, last)
    assert found_by_seals() == []
