"""Reversal: a journal is undone by another that names it, once and exactly."""

from collections.abc import Sequence

import pytest
from django.db import transaction

from errors import Refusal
from ledger.models import Journal
from ledger.selectors import Balance, get_balance, list_pending
from ledger.services import PostedJournal, Resolution, TransferRequest, reverse_journal
from tests.ledger.standing import NOON, fund, hold, journal, move, post, post_all

pytestmark = pytest.mark.usefixtures("ledger")


def reverse(journal_id: int, key: str = "undo") -> PostedJournal:
    return reverse_journal(journal_id=journal_id, idempotency_key=key, effective_at=NOON, reason="wrong lot")


def refused(journal_id: int, key: str) -> str:
    with pytest.raises(Refusal) as caught, transaction.atomic():
        reverse(journal_id, key)
    return caught.value.code


def test_a_reversal_moves_everything_back_and_names_what_it_reverses() -> None:
    wrong = post(
        move("outside/antimony", "custody/east/antimony", 700),
        move("issued/antimony", "unattributed/antimony", 700),
    )
    undone = Journal.objects.get(id=reverse(wrong.id).id)
    assert (undone.reverses_id, undone.metadata) == (wrong.id, {"reason": "wrong lot"})
    assert get_balance(path="custody/east/antimony").posted == 0
    assert get_balance(path="issued/antimony").posted == 0


def test_a_journal_is_reversed_once() -> None:
    wrong = fund(5)
    reverse(wrong.id)
    assert refused(wrong.id, "undo again") == "already_reversed"


def test_the_database_knows_that_too() -> None:
    wrong = fund(5)
    back = [journal(move("cash/main", "loan/example", 1), reverses=wrong.id) for _ in range(2)]
    with pytest.raises(Refusal) as caught:
        post_all(back)
    assert caught.value.code == "already_reversed"


def test_the_same_reversal_again_is_a_replay() -> None:
    wrong = post(move("loan/example", "cash/main", 5), hold("loan/example", "cash/main", 2))
    first = reverse(wrong.id)
    again = reverse(wrong.id)
    assert again.is_replay
    assert again.id == first.id


def test_a_reversal_can_be_reversed() -> None:
    undone = reverse(fund(5).id)
    reverse(undone.id, "redo")
    assert get_balance(path="cash/main").posted == 5


def test_a_reversal_voids_what_is_still_pending() -> None:
    fund(100)
    wrong = post(hold("cash/main", "income/storage", 10), hold("cash/main", "income/storage", 20))
    post(Resolution(wrong.transfer_ids[0], "post"))
    reverse(wrong.id)
    assert list_pending() == []
    assert get_balance(path="cash/main") == Balance("cash/main", posted=90)


def test_a_journal_that_posted_part_of_a_pending_transfer_is_undone() -> None:
    fund(100)
    pending = post(hold("cash/main", "income/storage", 10)).transfer_ids[0]
    reverse(post(Resolution(pending, "post", 4)).id)
    assert get_balance(path="cash/main") == Balance("cash/main", posted=100)


def test_what_has_no_effect_cannot_be_undone() -> None:
    fund(100)
    held = post(hold("cash/main", "income/storage", 10))
    released = post(Resolution(held.transfer_ids[0], "void"))
    assert refused(held.id, "a") == "nothing_to_reverse"
    assert refused(released.id, "b") == "nothing_to_reverse"


def test_only_a_journal_that_is_there_can_be_reversed() -> None:
    assert refused(10**12, "a") == "unknown_journal"
    with pytest.raises(Refusal) as caught:
        post(move("loan/example", "cash/main", 1), reverses=10**12)
    assert caught.value.code == "unknown_journal"


def test_a_reversal_respects_the_guards() -> None:
    funded = fund(100)
    post(move("cash/main", "income/storage", 1))
    assert refused(funded.id, "a") == "insufficient_balance"


def reversing(journal_id: int, *transfers: TransferRequest | Resolution) -> str:
    """The code with which a journal made by hand is refused as the reverse of this one, or "posted"."""
    try:
        with transaction.atomic():
            post(*transfers, reverses=journal_id)
    except Refusal as refusal:
        return refusal.code
    return "posted"


BACK = move("cash/main", "loan/example", 30)
REST = move("income/storage", "cash/main", 5)


@pytest.mark.parametrize(
    "transfers",
    [
        [move("cash/main", "loan/example", 29), REST],
        [move("cash/main", "loan/example", 31), REST],
        [move("cash/main", "income/storage", 30), REST],
        [move("loan/example", "cash/main", 30), REST],
        [BACK],
        [BACK, REST, REST],
        [BACK, REST, move("cash/main", "loan/example", 1)],
        [move("cash/main", "loan/example", 10), move("cash/main", "loan/example", 20), REST],
        [hold("cash/main", "loan/example", 30), REST],
        [BACK, REST, hold("cash/main", "loan/example", 1)],
    ],
    ids=["less", "more", "other account", "same direction", "fewer", "twice", "one more", "in parts", "held",
         "held too"],
)  # fmt: skip
def test_a_reversal_is_exact(transfers: Sequence[TransferRequest]) -> None:
    fund(1_000)
    wrong = post(move("loan/example", "cash/main", 30), move("cash/main", "income/storage", 5))
    assert reversing(wrong.id, *transfers) == "reversal_differs"


def test_a_refused_reversal_says_which_transfer_differs() -> None:
    wrong = fund(5)
    with pytest.raises(Refusal) as caught, transaction.atomic():
        post(move("cash/main", "loan/example", 4), reverses=wrong.id)
    assert caught.value.details == {
        "journal_id": wrong.id,
        "phase": "posted",
        "source": "cash/main",
        "target": "loan/example",
        "amount": 4,
    }


def test_the_order_of_a_reversal_means_nothing() -> None:
    wrong = post(move("loan/example", "cash/main", 30), move("cash/main", "income/storage", 5))
    assert reversing(wrong.id, REST, BACK) == "posted"


def test_a_reversal_made_by_hand_voids_all_that_is_pending_and_nothing_else() -> None:
    fund(100)
    wrong = post(
        move("cash/main", "income/storage", 1),
        hold("cash/main", "income/storage", 10),
        hold("cash/main", "income/storage", 20),
        hold("cash/main", "income/storage", 30),
    )
    other = post(hold("cash/main", "income/storage", 10)).transfer_ids[0]
    _, resolved, first, second = wrong.transfer_ids
    post(Resolution(resolved, "post", 4))
    back = move("income/storage", "cash/main", 1)
    voids = [Resolution(first, "void"), Resolution(second, "void")]
    assert reversing(wrong.id, back) == "reversal_differs"
    assert reversing(wrong.id, back, voids[0]) == "reversal_differs"
    assert reversing(wrong.id, back, voids[0], Resolution(second, "post")) == "reversal_differs"
    assert reversing(wrong.id, back, voids[0], Resolution(other, "void")) == "reversal_differs"
    assert reversing(wrong.id, back, *voids, Resolution(other, "void")) == "reversal_differs"
    assert reversing(wrong.id, back, *voids, move("income/storage", "cash/main", 4)) == "reversal_differs"
    assert reversing(wrong.id, back, *voids) == "posted"


def test_what_a_journal_posted_of_a_pending_transfer_is_moved_back_and_no_more() -> None:
    fund(100)
    pending = post(hold("cash/main", "income/storage", 10)).transfer_ids[0]
    wrong = post(Resolution(pending, "post", 4))
    assert reversing(wrong.id, move("income/storage", "cash/main", 10)) == "reversal_differs"
    assert reversing(wrong.id, Resolution(pending, "void")) == "pending_already_resolved"
    assert reversing(wrong.id, move("income/storage", "cash/main", 4)) == "posted"


def test_one_wrong_reversal_refuses_the_whole_batch() -> None:
    first, second = fund(5), fund(7)
    right = journal(move("cash/main", "loan/example", 5), reverses=first.id)
    wrong = journal(move("cash/main", "loan/example", 5), reverses=second.id)
    with pytest.raises(Refusal) as caught, transaction.atomic():
        post_all([right, journal(move("loan/example", "cash/main", 1)), wrong])
    assert (caught.value.code, caught.value.details["journal_id"]) == ("reversal_differs", second.id)
    assert not Journal.objects.filter(reverses__isnull=False).exists()
