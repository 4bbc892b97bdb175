"""A journal of one transfer goes to a function of its own, which does what the other one does."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from errors import Refusal
from ledger.domain.canonical import JournalContent
from ledger.selectors import list_balances_under, transfers_of
from ledger.services import JournalRequest, PostedJournal, TransferRequest, journals, post_journals
from tests.ledger.standing import fund, hold, journal, move, own_findings, post

pytestmark = pytest.mark.usefixtures("ledger")

LATER = timezone.now() + timedelta(days=3)
# Each both ways between accounts that are guarded, limited, mirrored or none of it, and what is refused.
TRANSFERS = [
    make(source, target, amount)
    for make in (move, hold)
    for source, target, amount in (
        ("cash/main", "credit/example", 60),
        ("credit/example", "cash/main", 20),
        ("cash/main", "income/storage", 5),
        ("income/storage", "cash/main", 5),
        ("loan/example", "income/storage", 7),
        ("cash/main", "income/storage", 101),
        ("loan/example", "credit/example", 1_001),
        ("loan/example", "cash/main", 2**63 - 1),
        ("custody/east/antimony", "custody/west/antimony", 3),
        ("outside/antimony", "custody/east/antimony", 3),
        ("unattributed/antimony", "position/example/antimony", 3),
        ("cash/main", "cash/main", 1),
        ("cash/main", "nowhere", 1),
        ("nowhere/else", "elsewhere", 1),
        ("issued/antimony", "income/storage", 1),
    )
]


@pytest.fixture(autouse=True)
def _funded(ledger: None) -> None:
    fund(100)
    post(move("loan/example", "credit/example", 40))
    post(
        move("outside/antimony", "custody/east/antimony", 10),
        move("issued/antimony", "unattributed/antimony", 10),
    )


def answer_of(requests: Sequence[JournalRequest]) -> tuple[Any, ...]:
    """Everything that posting these one after the other does; undone again."""
    answers: list[object] = []
    with transaction.atomic():
        for request in requests:
            answers.append(_try(request))
        balances = list_balances_under(prefix="")
        assert own_findings() == []
        transaction.set_rollback(True)
    return answers, balances


def _try(request: JournalRequest) -> object:
    try:
        with transaction.atomic():
            posted: PostedJournal = post_journals(journals=[request])[0]
    except Refusal as refusal:
        return refusal.code, refusal.message, refusal.details
    rows = transfers_of(journal_ids=[posted.id]).values_list(
        "source_id", "target_id", "amount", "phase", "expires_at", "effective_at"
    )
    return posted.is_replay, posted.transfer_count, list(rows)


@pytest.fixture
def through_the_batch(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called, no journal goes to the function for one."""

    def arm() -> None:
        def never(_content: JournalContent) -> bool:
            return False

        monkeypatch.setattr(journals, "is_single", never)

    return arm


@pytest.mark.parametrize("transfer", TRANSFERS, ids=str)
def test_both_functions_answer_and_write_the_same(
    transfer: TransferRequest, through_the_batch: Callable[[], None]
) -> None:
    first = journal(transfer, key="one", metadata={"a": "b"}, reference_type="lot", reference_id="1")
    other = journal(transfer, transfer, key="one")
    requests = [first, first, journal(hold("loan/example", "cash/main", 1, LATER), key="two"), other]
    alone = answer_of(requests)
    through_the_batch()
    assert answer_of(requests) == alone
