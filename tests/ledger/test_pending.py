"""Two phases: a pending transfer reserves, and is posted whole or in part, voided, or expires; once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from errors import Refusal
from ledger.models import Transfer
from ledger.selectors import Balance, get_balance, list_pending
from ledger.services import JournalRequest, Resolution, post_journals, void_expired
from tests.ledger.standing import NOON, fund, hold, journal, move, post

pytestmark = pytest.mark.usefixtures("ledger")


def reserve(cents: int = 60, **fields: Any) -> int:
    """A pending transfer out of a cash account that holds 100; its number."""
    fund(100)
    return post(hold("cash/main", "credit/example", cents, **fields)).transfer_ids[0]


def refused(*journals: JournalRequest) -> Refusal:
    with pytest.raises(Refusal) as caught, transaction.atomic():
        post_journals(journals=journals)
    return caught.value


def test_a_pending_transfer_reserves_without_moving() -> None:
    reserve(60)
    assert get_balance(path="cash/main") == Balance("cash/main", posted=100, pending_out=60)
    assert get_balance(path="cash/main").available == 40
    assert get_balance(path="credit/example") == Balance("credit/example", pending_in=60)


def test_what_is_reserved_cannot_be_taken_twice() -> None:
    reserve(60)
    bad = refused(journal(move("cash/main", "income/storage", 41)))
    assert (bad.code, bad.details["available"], bad.details["needed"]) == ("insufficient_balance", 40, 41)
    assert refused(journal(hold("cash/main", "income/storage", 41))).code == "insufficient_balance"


def test_what_is_awaited_counts_to_the_limit() -> None:
    fund(10_000)
    post(hold("cash/main", "credit/example", 900))
    bad = refused(journal(move("cash/main", "credit/example", 101)))
    assert (bad.code, bad.details["balance"]) == ("limit_exceeded", 900)


def test_what_is_awaited_cannot_be_spent() -> None:
    post(hold("loan/example", "cash/main", 100))
    assert refused(journal(move("cash/main", "income/storage", 1))).code == "insufficient_balance"


@pytest.mark.parametrize(
    ("resolution", "cash", "credit"),
    [
        ({"action": "post"}, 40, 60),
        ({"action": "post", "amount": 60}, 40, 60),
        ({"action": "post", "amount": 25}, 75, 25),
        ({"action": "void"}, 100, 0),
    ],
)
def test_a_resolution_moves_its_part_and_releases_the_rest(
    resolution: dict[str, Any], cash: int, credit: int
) -> None:
    pending = reserve(60)
    post(Resolution(pending, **resolution))
    assert get_balance(path="cash/main") == Balance("cash/main", posted=cash)
    assert get_balance(path="credit/example") == Balance("credit/example", posted=credit)


def test_a_resolution_has_an_effective_time_of_its_own() -> None:
    pending = reserve(60)
    later = NOON + timedelta(days=3)
    resolved = post(Resolution(pending, "post"), effective_at=later)
    assert Transfer.objects.get(id=resolved.transfer_ids[0]).effective_at == later
    assert Transfer.objects.get(id=pending).effective_at == NOON


@pytest.mark.parametrize("first", ["post", "void"])
@pytest.mark.parametrize("second", ["post", "void"])
def test_a_pending_transfer_is_resolved_once(first: Any, second: Any) -> None:
    pending = reserve(60)
    post(Resolution(pending, first))
    bad = refused(journal(Resolution(pending, second)))
    assert (bad.code, bad.details) == ("pending_already_resolved", {"pending_transfer": pending})


def test_one_batch_cannot_resolve_it_twice_either() -> None:
    pending = reserve(60)
    bad = refused(journal(Resolution(pending, "void")), journal(Resolution(pending, "void")))
    assert bad.code == "pending_already_resolved"


def test_the_same_resolution_again_is_a_replay() -> None:
    pending = reserve(60)
    first = post(Resolution(pending, "post"), key="settle")
    again = post(Resolution(pending, "post", 60), key="settle")
    assert again.is_replay
    assert again.transfer_ids == first.transfer_ids
    assert refused(journal(Resolution(pending, "post", 59), key="settle")).code == "idempotency_conflict"


def test_no_more_can_be_posted_than_was_reserved() -> None:
    pending = reserve(60)
    bad = refused(journal(Resolution(pending, "post", 61)))
    assert (bad.code, bad.details) == (
        "pending_amount_exceeded",
        {"pending_transfer": pending, "pending": 60, "needed": 61},
    )


def test_only_a_pending_transfer_can_be_resolved() -> None:
    posted = fund(100).transfer_ids[0]
    for number in (posted, posted + 1_000, 2**62):
        bad = refused(journal(Resolution(number, "post")))
        assert (bad.code, bad.details) == ("pending_unknown", {"pending_transfer": number})


@pytest.mark.parametrize(
    ("resolution", "code"),
    [
        ({"action": "delete"}, "malformed_journal"),
        ({"action": "void", "amount": 1}, "malformed_journal"),
        ({"action": "post", "amount": 0}, "amount_out_of_range"),
    ],
)
def test_a_malformed_resolution_is_refused(resolution: dict[str, Any], code: str) -> None:
    assert refused(journal(Resolution(reserve(), **resolution))).code == code


def test_a_pending_mirror_is_balanced_when_it_is_posted() -> None:
    """A delivery reserves both sides; only what is posted has to be equal."""
    post(
        move("outside/antimony", "custody/east/antimony", 700),
        move("issued/antimony", "position/example/antimony", 700),
    )
    material, title = post(
        hold("custody/east/antimony", "outside/antimony", 500),
        hold("position/example/antimony", "issued/antimony", 500),
    ).transfer_ids
    assert refused(journal(Resolution(material, "post"))).code == "mirror_broken"
    uneven = journal(Resolution(material, "post", 400), Resolution(title, "post", 300))
    assert refused(uneven).code == "mirror_broken"
    post(Resolution(material, "post", 400), Resolution(title, "post", 400))
    assert get_balance(path="position/example/antimony") == Balance("position/example/antimony", posted=300)


def test_an_unguarded_account_tells_what_is_pending_too() -> None:
    first, second = post(
        hold("loan/example", "income/storage", 5), hold("income/storage", "loan/example", 3)
    ).transfer_ids
    assert get_balance(path="income/storage") == Balance("income/storage", pending_in=5, pending_out=3)
    post(Resolution(first, "post", 4), Resolution(second, "void"))
    assert get_balance(path="income/storage") == Balance("income/storage", posted=4)


# Expiry

SOON = datetime(2026, 3, 5, tzinfo=UTC)


def test_an_expired_transfer_gives_back_what_it_reserves() -> None:
    pending = reserve(60, expires_at=SOON)
    assert void_expired(now=SOON - timedelta(microseconds=1)) == 0
    assert void_expired(now=SOON) == 1
    assert void_expired(now=SOON) == 0
    assert get_balance(path="cash/main") == Balance("cash/main", posted=100)
    resolution = Transfer.objects.get(resolves_id=pending)
    assert (resolution.phase, resolution.effective_at) == ("void", SOON)


def test_a_transfer_without_an_end_never_expires() -> None:
    reserve(60)
    assert void_expired(now=datetime(2100, 1, 1, tzinfo=UTC)) == 0


def test_an_expired_transfer_can_be_voided_but_not_posted() -> None:
    pending = reserve(60, expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(journal(Resolution(pending, "post"))).code == "pending_expired"
    post(Resolution(pending, "void"))
    assert get_balance(path="cash/main").available == 100


def test_only_a_pending_transfer_expires() -> None:
    fund(1)
    timed = move("cash/main", "income/storage", 1)
    late = journal(type(timed)(timed.source, timed.target, timed.amount, False, SOON))
    assert (refused(late).code, refused(late).field) == ("malformed_journal", "expires_at")


def test_expiring_takes_no_more_than_asked_at_a_time() -> None:
    fund(100)
    post(*(hold("cash/main", "income/storage", 1, expires_at=SOON) for _ in range(5)))
    assert [void_expired(now=SOON, limit=2) for _ in range(4)] == [2, 2, 1, 0]


# Listing


def test_open_pending_transfers_are_listed_by_either_account_or_expiry() -> None:
    first = reserve(10, expires_at=SOON)
    posted = post(hold("loan/example", "income/storage", 5), hold("income/storage", "cash/main", 6))
    second, third = posted.transfer_ids
    post(Resolution(third, "void"))
    assert [pending.transfer_id for pending in list_pending()] == [first, second]
    assert [pending.transfer_id for pending in list_pending(prefix="credit/")] == [first]
    assert [pending.transfer_id for pending in list_pending(prefix="loan/")] == [second]
    assert list_pending(prefix="custody/") == []
    assert [pending.transfer_id for pending in list_pending(expired_at=SOON)] == [first]
    only = list_pending(prefix="income/")[0]
    assert (only.source, only.target, only.amount, only.expires_at) == (
        "loan/example",
        "income/storage",
        5,
        None,
    )
    assert (only.journal_id, only.kind, only.effective_at) == (posted.id, "test", NOON)
