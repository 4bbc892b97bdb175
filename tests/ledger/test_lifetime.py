"""Whole lifetimes of a ledger, step by step at random, beside a plain Python model of it.

The model predicts every answer and every refusal by its exact code. What the ledger keeps is compared
after every step, what its rows add up to (tests/ledger/recount.py) and what it knew when at the end.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from errors import Refusal
from ledger.selectors import Balance, list_balances_under
from ledger.services import (
    BookSpec,
    JournalRequest,
    PostedJournal,
    Resolution,
    TransferRequest,
    close_accounts,
    close_period,
    open_accounts,
    open_books,
    post_journals,
    reverse_journal,
    void_expired,
)
from tests.ledger.looking_back import ACCOUNTS, DAYS, FIRST_DAY, PATHS, PLACES, TEXTS, LookingBack
from tests.ledger.model import Model
from tests.ledger.recount import list_differences, list_faults
from tests.ledger.standing import own_findings

SAME_BOOK = [
    (one.path, other.path)
    for one in ACCOUNTS for other in ACCOUNTS if one.book == other.book and one != other
]  # fmt: skip
ANY_TWO = [(one, other) for one in [*PATHS, "nowhere"] for other in PATHS if one != other]

AMOUNTS = st.integers(min_value=1, max_value=12)
# Long past, or further ahead than the test runs but not than the ledger accepts.
AHEAD = datetime.now(UTC) + timedelta(days=100)
EXPIRIES = st.sampled_from([None, FIRST_DAY, AHEAD])


def _both_sides(is_in: bool, amount: int, is_pending: bool, title: str) -> list[TransferRequest]:
    pairs = [("outside", "custody"), ("issued", title)]
    return [
        TransferRequest(*((one, other) if is_in else (other, one)), amount, is_pending)
        for one, other in pairs
    ]


def _some(pairs: list[tuple[str, str]], most: int) -> st.SearchStrategy[list[TransferRequest]]:
    one = st.builds(
        lambda pair, amount, is_pending, expires_at: TransferRequest(
            pair[0], pair[1], amount, is_pending, expires_at if is_pending else None
        ),
        st.sampled_from(pairs), AMOUNTS, st.booleans(), EXPIRIES,
    )  # fmt: skip
    return st.lists(one, min_size=1, max_size=most)


# What keeps the sides of the mirror equal, what often doesn't, and now and then what nothing could take.
TRANSFERS = st.one_of(
    st.builds(_both_sides, st.booleans(), AMOUNTS, st.booleans(), st.sampled_from(["position", "other"])),
    _some(SAME_BOOK, 2),
    _some(SAME_BOOK, 3),
    _some(ANY_TWO, 1),
)
ACTIONS = st.one_of(st.tuples(st.just("void"), st.none()), st.tuples(st.just("post"), st.none() | AMOUNTS))


class Lifetime(LookingBack):
    """One ledger from its first journal on; undone at the end, so that all share one database."""

    def __init__(self) -> None:
        super().__init__()
        self._example = transaction.atomic()
        self._example.__enter__()
        self.model = Model({spec.path: spec for spec in ACCOUNTS}, closed={"closed"})
        self.pending_numbers: list[int] = []
        self.journal_ids: dict[str, int] = {}
        self.recorded_ats: list[datetime] = []
        self.keys = map(str, count())
        self._post([self._request(_both_sides(True, 10, False, "position"), FIRST_DAY)])

    def teardown(self) -> None:
        """Ask a second and a third opinion, then undo everything."""
        try:
            if not connection.needs_rollback:
                with connection.cursor() as cursor:
                    assert list_faults(cursor) == []
                    assert list_differences(cursor) == []
                assert own_findings() == []
        finally:
            transaction.set_rollback(True)
            self._example.__exit__(None, None, None)

    @rule(transfers=TRANSFERS, day=DAYS, reference=TEXTS, metadata=st.dictionaries(TEXTS.filter(bool), TEXTS))
    def post(self, transfers: Any, day: datetime, reference: str, metadata: dict[str, str]) -> None:
        self._post([self._request(transfers, day, reference_id=reference, metadata=metadata)])

    @rule(batch=st.lists(st.tuples(TRANSFERS, DAYS), min_size=2, max_size=4))
    def post_a_batch(self, batch: Any) -> None:
        self._post([self._request(*one) for one in batch])

    @precondition(lambda self: self.model.holds)
    @rule(place=PLACES, how=ACTIONS, day=DAYS, many=st.integers(min_value=1, max_value=2))
    def resolve(self, place: int, how: Any, day: datetime, many: int) -> None:
        """One pending transfer, or two that were often made as the two sides of a mirror."""
        self._post([self._request([self._resolution(place + n, *how) for n in range(many)], day)])

    @precondition(lambda self: self.model.holds)
    @rule(place=PLACES, transfers=TRANSFERS, day=DAYS)
    def resolve_beside_others(self, place: int, transfers: Any, day: datetime) -> None:
        self._post([self._request([self._resolution(place, "void", None), *transfers], day)])

    @rule(day=DAYS)
    def resolve_what_is_not_pending(self, day: datetime) -> None:
        self._post([self._request([Resolution(-1, "post", 1)], day)])

    @rule(now=st.sampled_from([FIRST_DAY - timedelta(days=1), FIRST_DAY, AHEAD]))
    def expire(self, now: datetime) -> None:
        batch = [
            JournalRequest(
                "ledger.expiry", f"ledger.expiry:{self.pending_numbers[place]}",
                max(held.expires_at, self.model.open_from), [Resolution(place, "void", held.amount)],
            )
            for place, held in enumerate(self.model.holds)
            if held.resolved_by is None and held.expires_at is not None and held.expires_at <= now
        ]  # fmt: skip
        assert void_expired(now=now) == len(batch)
        if batch:
            self.model.post(batch)
            self.recorded_ats.append(self._recorded_last())

    @rule(place=PLACES, day=DAYS)
    def reverse(self, place: int, day: datetime) -> None:
        self._reverse(self._posted_at(place), next(self.keys), day)

    @precondition(lambda self: any(request.reverses for request in self.model.journals.values()))
    @rule(place=PLACES, day=DAYS, is_same_day=st.booleans())
    def reverse_again_under_the_same_key(self, place: int, day: datetime, is_same_day: bool) -> None:
        reversals = [request for request in self.model.journals.values() if request.reverses]
        standing = reversals[place % len(reversals)]
        undone = next(key for key, number in self.journal_ids.items() if number == standing.reverses)
        self._reverse(undone, standing.idempotency_key, standing.effective_at if is_same_day else day)

    @rule(place=PLACES, other=PLACES, day=DAYS)
    def reverse_under_a_key_in_use(self, place: int, other: int, day: datetime) -> None:
        self._reverse(self._posted_at(place), self._posted_at(other), day)

    @rule(places=st.lists(PLACES, min_size=1, max_size=3), transfers=TRANSFERS, day=DAYS)
    def replay(self, places: list[int], transfers: Any, day: datetime) -> None:
        """Beside something new; what stands is answered as it was, whatever was closed since."""
        again = [self.model.journals[self._posted_at(place)] for place in places]
        self._post([*again, self._request(transfers, day)])

    @rule(
        place=PLACES,
        change=st.sampled_from([
            {"kind": "other"}, {"effective_at": FIRST_DAY + timedelta(microseconds=1)},
            {"reference_type": "other"}, {"reference_id": "other"}, {"metadata": {"other": ""}},
            {"transfers": [TransferRequest("outside", "quarantine", 1)]},
        ]),
    )  # fmt: skip
    def reuse_a_key(self, place: int, change: dict[str, Any]) -> None:
        standing = self.model.journals[self._posted_at(place)]
        self._post([standing._replace(**change)])

    @rule(path=st.sampled_from(PATHS), day=DAYS)
    def drain(self, path: str, day: datetime) -> None:
        """Move all of it to where it came from, so that accounts become empty and can be closed."""
        held = self.model.balances(path)
        contra = "outside" if self.model.accounts[path].book == "c" else "issued"
        if held.posted > 0 and path != contra:
            self._post([self._request([TransferRequest(path, contra, held.posted)], day)])

    @rule(paths=st.lists(st.sampled_from([*PATHS, "nowhere"]), min_size=1, max_size=2))
    def close_account(self, paths: list[str]) -> None:
        code = None
        if "nowhere" in paths:
            code = "unknown_account"
        elif any(any(self.model.balances(path)) for path in paths):
            code = "account_not_empty"
        self._answers(code, lambda: close_accounts(paths=paths))
        if code is None:
            self.model.closed |= set(paths)

    @rule(day=DAYS)
    def close_until(self, day: datetime) -> None:
        code = "period_already_closed" if day <= self.model.open_from else None
        self._answers(code, lambda: close_period(closed_until=day, reason="the month is reported"))
        if code is None:
            self.model.open_from = day

    @invariant()
    def both_hold_the_same(self) -> None:
        assert list_balances_under(prefix="") == [
            Balance(path, *self.model.balances(path)) for path in sorted(PATHS)
        ]

    def _answers(self, code: str | None, action: Callable[[], Any]) -> Any:
        """Both say the same; whatever was refused has changed nothing."""
        event(code or "done")
        if code is None:
            with transaction.atomic():
                return action()
        with pytest.raises(Refusal) as caught, transaction.atomic():
            action()
        assert caught.value.code == code
        return None

    def _post(self, batch: list[JournalRequest]) -> None:
        code = self.model.code_against(batch, now=datetime.now(UTC))
        posted = self._answers(code, lambda: post_journals(journals=[self._real(one) for one in batch]))
        if posted is not None:
            self._keep(batch, posted)

    def _reverse(self, undone: str, key: str, day: datetime) -> None:
        number = self.journal_ids[undone]
        transfers = [self._with_amount(one) for one in self.model.undoing(undone, key)]
        request = JournalRequest(
            "ledger.reversal", key, day, transfers, metadata={"reason": "wrong"}, reverses=number
        )
        reversals = {
            standing.idempotency_key
            for standing in self.model.journals.values()
            if standing.reverses == number
        }
        if reversals - {key}:
            code: str | None = "already_reversed"
        elif not transfers:
            code = "nothing_to_reverse"
        else:
            code = self.model.code_against([request], now=datetime.now(UTC))
        posted = self._answers(
            code,
            lambda: reverse_journal(journal_id=number, idempotency_key=key, effective_at=day, reason="wrong"),
        )
        if posted is not None:
            self._keep([request], [posted])

    def _keep(self, batch: list[JournalRequest], posted: list[PostedJournal]) -> None:
        """What the ledger numbered, and when."""
        for request, journal in zip(batch, posted, strict=True):
            key = request.idempotency_key
            assert journal.idempotency_key == key
            assert journal.is_replay == (key in self.model.journals)
            assert self.journal_ids.setdefault(key, journal.id) == journal.id
            assert len(journal.transfer_ids) == len(request.transfers)
            if not journal.is_replay:
                self.pending_numbers += [
                    number
                    for transfer, number in zip(request.transfers, journal.transfer_ids, strict=True)
                    if isinstance(transfer, TransferRequest) and transfer.is_pending
                ]
        self.model.post(batch)
        self.recorded_ats += {journal.recorded_at for journal in posted if not journal.is_replay}
        assert sorted(set(self.recorded_ats)) == self.recorded_ats
        assert len(self.recorded_ats) == self.model.recordings

    def _request(self, transfers: list[Any], day: datetime, **fields: Any) -> JournalRequest:
        return JournalRequest("test", next(self.keys), day, transfers, **fields)

    def _resolution(self, place: int, action: Any, amount: int | None) -> Resolution:
        place %= len(self.model.holds)
        return Resolution(place, action, self.model.holds[place].amount if amount is None else amount)

    def _with_amount(self, transfer: Any) -> Any:
        """The model compares contents: the amount of a resolution is part of it even where none is given."""
        if isinstance(transfer, TransferRequest) or transfer.amount is not None:
            return transfer
        return transfer._replace(amount=self.model.holds[transfer.pending_transfer].amount)

    def _real(self, request: JournalRequest) -> JournalRequest:
        """As the ledger wants it: pending transfers by their numbers, no amount to void."""
        return request._replace(
            transfers=[
                transfer
                if isinstance(transfer, TransferRequest)
                else transfer._replace(
                    pending_transfer=self._number(transfer.pending_transfer),
                    amount=None if transfer.action == "void" else transfer.amount,
                )
                for transfer in request.transfers
            ],
        )

    def _number(self, place: int) -> int:
        return 0 if place < 0 else self.pending_numbers[place]

    def _recorded_last(self) -> datetime:
        with connection.cursor() as cursor:
            cursor.execute("select max(recorded_at) from ledger_journal")
            recorded_at: datetime = cursor.fetchone()[0]
        return recorded_at


@pytest.mark.parametrize(
    ("lifetimes", "steps"),
    [
        pytest.param(10, 40, id="hundreds of steps"),
        pytest.param(50, 80, id="thousands of steps", marks=pytest.mark.external),
    ],
)
@pytest.mark.usefixtures("db")
def test_the_ledger_lives_as_the_model_does(lifetimes: int, steps: int) -> None:
    # A transaction that has posted can't close anything unless it did so before: this one is all there is.
    open_books(books=[BookSpec("c", "g"), BookSpec("t", "g")])
    open_accounts(accounts=ACCOUNTS)
    close_accounts(paths=["closed"])
    run_state_machine_as_test(
        Lifetime,
        settings=settings(
            max_examples=lifetimes,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
