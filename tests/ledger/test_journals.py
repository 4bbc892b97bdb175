"""Posting: a journal is posted whole or not at all, once per key, and never past a guard."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from errors import Refusal
from ledger.domain.quantities import LARGEST_AMOUNT
from ledger.models import Journal, Transfer
from ledger.selectors import get_balance, get_balances, transfers_of
from ledger.services import (
    AccountSpec,
    JournalRequest,
    TransferRequest,
    open_accounts,
    post_journals,
)
from tests.ledger.standing import NOON, fund, hold, journal, move, own_findings, post, post_all

pytestmark = pytest.mark.usefixtures("ledger")

ACCEPT = (
    move("outside/antimony", "custody/east/antimony", 700),
    move("issued/antimony", "unattributed/antimony", 700),
)


def refused(*journals: JournalRequest) -> Refusal:
    """The refusal of this batch, and proof that nothing of it was posted."""
    before = Journal.objects.count(), Transfer.objects.count()
    with pytest.raises(Refusal) as caught, transaction.atomic():
        post_journals(journals=journals)
    assert (Journal.objects.count(), Transfer.objects.count()) == before
    return caught.value


def test_a_transfer_moves_an_amount_from_source_to_target() -> None:
    fund(1_000)
    balances = get_balances(paths=["cash/main", "loan/example"])
    assert balances["cash/main"].posted == 1_000
    assert balances["loan/example"].posted == -1_000


def test_a_journal_keeps_everything_it_was_given() -> None:
    posted = post(
        *ACCEPT,
        move("loan/example", "cash/main", 5),
        key="lot:1",
        kind="lot_accepted",
        reference_type="lot",
        reference_id="L-1",
        metadata={"reason": "assay agreed", "größe": "§"},
    )
    row = Journal.objects.get(id=posted.id)
    assert (row.kind, row.idempotency_key, row.effective_at) == ("lot_accepted", "lot:1", NOON)
    assert (row.reference_type, row.reference_id) == ("lot", "L-1")
    assert row.metadata == {"reason": "assay agreed", "größe": "§"}
    assert row.recorded_at == posted.recorded_at
    transfers = row.transfers.order_by("id").values_list(
        "id", "source__path", "target__path", "amount", "phase", "source__book__code"
    )
    assert list(transfers) == [
        (
            posted.transfer_ids[0],
            "outside/antimony",
            "custody/east/antimony",
            700,
            "posted",
            "custody:antimony",
        ),
        (posted.transfer_ids[1], "issued/antimony", "unattributed/antimony", 700, "posted", "title:antimony"),
        (posted.transfer_ids[2], "loan/example", "cash/main", 5, "posted", "money:USD"),
    ]


def test_a_journal_tells_which_transaction_wrote_it() -> None:
    posted = fund()
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text")
        assert Journal.objects.get(id=posted.id).transaction_id == int(cursor.fetchone()[0])


def test_a_batch_is_answered_in_the_order_it_was_asked() -> None:
    fund(100)
    keys = ["c", "a", "b"]
    posted = post_all(
        [
            journal(move("cash/main", "loan/example", n), move("loan/example", "cash/main", n), key=key)
            for n, key in enumerate(keys, start=1)
        ]
    )
    assert [answer.idempotency_key for answer in posted] == keys
    for n, answer in enumerate(posted, start=1):
        rows = transfers_of(journal_ids=[answer.id]).values_list("id", "amount")
        assert list(rows) == [(transfer_id, n) for transfer_id in answer.transfer_ids]


def test_an_empty_batch_posts_nothing() -> None:
    assert post_journals(journals=[]) == []


@pytest.mark.parametrize("size", [1, 300])
def test_a_batch_of_any_size_is_one_round_trip(size: int, django_assert_num_queries: Any) -> None:
    batch = [journal(move("loan/example", "cash/main", 1), key=str(number)) for number in range(size)]
    with django_assert_num_queries(1):
        post_journals(journals=batch)
    assert get_balance(path="cash/main").posted == size


def test_a_batch_counts_as_one_event_whatever_its_order() -> None:
    post_all(
        [
            journal(move("cash/main", "income/storage", 900)),
            journal(move("loan/example", "cash/main", 1_000)),
        ]
    )
    assert get_balance(path="cash/main").posted == 100


def test_one_bad_journal_keeps_the_whole_batch_out() -> None:
    bad = refused(
        journal(move("loan/example", "cash/main", 100)),
        journal(move("cash/main", "income/storage", 101)),
    )
    assert bad.code == "insufficient_balance"
    assert get_balance(path="cash/main").posted == 0


# Replays


def test_the_same_key_and_content_is_a_replay_and_posts_nothing() -> None:
    request = journal(*ACCEPT, key="lot:1")
    first = post_all([request])[0]
    again = post_all([request])[0]
    assert (again.id, again.recorded_at, again.transfer_ids) == (
        first.id,
        first.recorded_at,
        first.transfer_ids,
    )
    assert (first.is_replay, again.is_replay) == (False, True)
    assert get_balance(path="custody/east/antimony").posted == 700


def test_a_batch_may_mix_new_journals_and_replays() -> None:
    old = [journal(move("loan/example", "cash/main", n), key=f"old:{n}") for n in (1, 2)]
    first = post_all(old)
    new = journal(move("loan/example", "cash/main", 10), move("loan/example", "cash/main", 20), key="new")
    mixed = post_all([old[1], new, old[0]])
    assert [answer.is_replay for answer in mixed] == [True, False, True]
    assert [answer.id for answer in mixed][::2] == [first[1].id, first[0].id]
    assert mixed[0].transfer_ids == first[1].transfer_ids
    assert len(mixed[1].transfer_ids) == 2
    assert get_balance(path="cash/main").posted == 33


def test_the_same_journal_twice_in_one_batch_is_posted_once() -> None:
    request = journal(move("loan/example", "cash/main", 7))
    one, other = post_all([request, request])
    assert one == other
    assert get_balance(path="cash/main").posted == 7


def test_a_replay_asks_no_guard_again() -> None:
    fund(100)
    request = journal(move("cash/main", "income/storage", 100))
    post_all([request])
    assert post_all([request])[0].is_replay


CONTENT: dict[str, Any] = {"key": "k", "reference_type": "lot", "reference_id": "1", "metadata": {"a": "b"}}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "other"},
        {"effective_at": NOON + timedelta(microseconds=1)},
        {"reference_type": "lo"},
        {"reference_id": "2"},
        {"metadata": {"a": "c"}},
        {"metadata": {}},
    ],
)
def test_the_same_key_with_other_content_is_a_conflict(change: dict[str, Any]) -> None:
    post(move("loan/example", "cash/main", 7), **CONTENT)
    bad = refused(journal(move("loan/example", "cash/main", 7), **{**CONTENT, **change}))
    assert (bad.code, bad.details) == ("idempotency_conflict", {"idempotency_key": "k"})


@pytest.mark.parametrize(
    "transfers",
    [
        [move("loan/example", "cash/main", 8)],
        [move("income/storage", "cash/main", 7)],
        [hold("loan/example", "cash/main", 7)],
        [move("loan/example", "cash/main", 7), move("loan/example", "cash/main", 7)],
    ],
)
def test_the_same_key_with_other_transfers_is_a_conflict(transfers: list[TransferRequest]) -> None:
    post(move("loan/example", "cash/main", 7), **CONTENT)
    assert refused(journal(*transfers, **CONTENT)).code == "idempotency_conflict"


def test_one_key_with_two_contents_in_one_batch_is_a_conflict() -> None:
    bad = refused(
        journal(move("loan/example", "cash/main", 7), key="k"),
        journal(move("loan/example", "cash/main", 8), key="k"),
    )
    assert bad.code == "idempotency_conflict"


# Guards


def test_a_guarded_account_never_falls_below_zero() -> None:
    fund(100)
    bad = refused(journal(move("cash/main", "income/storage", 60), move("cash/main", "loan/example", 41)))
    assert bad.code == "insufficient_balance"
    assert bad.details == {"account": "cash/main", "unit": "cent", "available": 100, "needed": 101}


def test_an_account_never_rises_above_its_limit() -> None:
    post(move("loan/example", "credit/example", 900))
    bad = refused(journal(move("loan/example", "credit/example", 101)))
    assert bad.code == "limit_exceeded"
    assert bad.details == {
        "account": "credit/example",
        "unit": "cent",
        "limit": 1_000,
        "balance": 900,
        "added": 101,
    }
    post(move("loan/example", "credit/example", 100))


def test_a_contra_account_may_be_as_low_as_it_gets() -> None:
    fund(LARGEST_AMOUNT)
    post(move("loan/example", "income/storage", LARGEST_AMOUNT))
    assert get_balance(path="loan/example").posted == -2 * LARGEST_AMOUNT


def test_a_kept_balance_larger_than_64_bits_is_refused() -> None:
    fund(LARGEST_AMOUNT)
    assert refused(journal(move("loan/example", "cash/main", 1))).code == "amount_out_of_range"


# Mirrors


def test_both_sides_of_a_mirror_move_together() -> None:
    post(*ACCEPT)
    post(move("unattributed/antimony", "position/example/antimony", 300))
    assert get_balance(path="position/example/antimony").posted == 300


@pytest.mark.parametrize(
    ("transfers", "difference"),
    [
        ([ACCEPT[0]], 700),
        ([ACCEPT[1]], -700),
        ([ACCEPT[0], move("issued/antimony", "unattributed/antimony", 699)], 1),
    ],
)
def test_one_side_of_a_mirror_alone_is_refused(transfers: list[TransferRequest], difference: int) -> None:
    bad = refused(journal(*transfers))
    assert (bad.code, bad.details) == ("mirror_broken", {"mirror": "antimony", "difference": difference})


def test_two_journals_cannot_lend_each_other_a_mirror_side() -> None:
    assert refused(journal(ACCEPT[0]), journal(ACCEPT[1])).code == "mirror_broken"


# Malformed requests


@pytest.mark.parametrize(
    "text",
    ["NULL", "null", "{a,b}", '"', "\\", '\\"', "a,b", "'", " ", "%s", "%", "\n", "é\U0001f600", "\\x00"],
)
def test_a_text_is_kept_as_it_is_whatever_its_characters(text: str) -> None:
    open_accounts(accounts=[AccountSpec(f"odd/{text}", "money:USD")])
    posted = post(
        move("loan/example", f"odd/{text}", 1), key=text, kind=text, reference_type=text, reference_id=text,
        metadata={text: text},
    )  # fmt: skip
    row = Journal.objects.get(id=posted.id)
    assert (row.idempotency_key, row.kind, row.reference_type, row.reference_id) == (text,) * 4
    assert row.metadata == {text: text}
    assert row.transfers.get().target.path == f"odd/{text}"
    assert post(
        move("loan/example", f"odd/{text}", 1), key=text, kind=text, reference_type=text, reference_id=text,
        metadata={text: text},
    ).is_replay  # fmt: skip
    assert own_findings() == []


@pytest.mark.parametrize(
    "moment", [datetime(1, 1, 1, 0, 0, 0, 1, tzinfo=UTC), datetime(1969, 12, 31, tzinfo=UTC)]
)
def test_a_time_is_kept_to_the_microsecond_however_long_ago(moment: datetime) -> None:
    posted = post(move("loan/example", "cash/main", 1), effective_at=moment)
    assert Journal.objects.get(id=posted.id).effective_at == moment


@pytest.mark.parametrize("amount", [0, -1, LARGEST_AMOUNT + 1, True, 1.0, "1", None])
def test_an_amount_is_a_whole_number_above_zero(amount: Any) -> None:
    assert refused(journal(move("loan/example", "cash/main", amount))).code == "amount_out_of_range"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "x" * 101}, "kind"),
        ({"key": "x" * 201}, "idempotency_key"),
        ({"key": "a\0b"}, "idempotency_key"),
        ({"reference_id": "x" * 201}, "reference_id"),
        ({"reference_type": "\ud800"}, "reference_type"),
        ({"metadata": {"a": 1}}, "metadata"),
        ({"metadata": {"": "a"}}, "metadata"),
        ({"metadata": {"a": "b\0"}}, "metadata"),
        ({"effective_at": datetime(2026, 3, 2)}, "effective_at"),  # noqa: DTZ001 - naive on purpose
    ],
)
def test_what_cannot_be_stored_is_refused_by_name(fields: dict[str, Any], field: str) -> None:
    bad = refused(journal(move("loan/example", "cash/main", 1), **fields))
    assert (bad.code, bad.field) == ("malformed_journal", field)


def test_a_path_with_a_null_character_is_refused() -> None:
    bad = refused(journal(move("loan/example", "cash\0", 1)))
    assert (bad.code, bad.field) == ("malformed_journal", "target")


def test_a_journal_needs_a_transfer() -> None:
    assert refused(journal()).code == "empty_journal"


def test_a_transfer_needs_two_accounts() -> None:
    assert refused(journal(move("cash/main", "cash/main", 1))).code == "same_account"


def test_an_unknown_account_is_named() -> None:
    bad = refused(journal(move("cash/main", "cash/second", 1)))
    assert (bad.code, bad.details) == ("unknown_account", {"account": "cash/second"})


def test_accounts_of_two_books_cannot_exchange() -> None:
    post(*ACCEPT)
    bad = refused(journal(move("custody/east/antimony", "unattributed/antimony", 1)))
    assert bad.code == "wrong_book"
    assert refused(journal(move("issued/antimony", "income/storage", 1))).code == "wrong_book"


def test_an_effective_time_too_far_ahead_is_refused(settings: Any) -> None:
    settings.LEDGER_EFFECTIVE_AHEAD_DAYS = 2
    move_one = move("loan/example", "cash/main", 1)
    post(move_one, effective_at=timezone.now() + timedelta(days=1))
    bad = refused(journal(move_one, effective_at=timezone.now() + timedelta(days=3)))
    assert (bad.code, bad.field) == ("effective_too_far_ahead", "effective_at")
    assert refused(journal(move_one, effective_at=datetime.max.replace(tzinfo=UTC))).code == bad.code


def test_a_journal_has_no_more_transfers_than_its_number_has_room_for() -> None:
    one = move("loan/example", "cash/main", 1)
    bad = refused(journal(*[one] * 65_536))
    assert (bad.code, bad.field, bad.details) == ("too_many_transfers", "transfers", {"most": 65_535})
    posted = post(*[one] * 65_535)
    assert transfers_of(journal_ids=[posted.id]).count() == 65_535
    assert transfers_of(journal_ids=[posted.id + 1]).count() == 0


@pytest.mark.parametrize(
    "month",
    [date(2026, 2, 2), date(2026, 3, 1), date(2026, 4, 1), datetime(2026, 2, 1, tzinfo=UTC), "2026-02"],
)
def test_only_an_earlier_whole_month_is_adjusted(month: Any) -> None:
    effective_at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    bad = refused(
        journal(move("loan/example", "cash/main", 1), effective_at=effective_at, adjusts_month=month)
    )
    assert (bad.code, bad.field) == ("malformed_journal", "adjusts_month")


def test_an_adjustment_names_the_month_it_belongs_to() -> None:
    one = move("loan/example", "cash/main", 1)
    posted = post(one, key="k", adjusts_month=date(2026, 2, 1))
    assert Journal.objects.get(id=posted.id).adjusts_month == date(2026, 2, 1)
    assert refused(journal(one, key="k")).code == "idempotency_conflict"
    assert own_findings() == []
