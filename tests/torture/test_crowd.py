"""Many threads against few accounts, a reader on one snapshot after the other: exact sums, no deadlock.

A few seconds in CI; `make torture` lets them at it for a minute.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import psycopg
import pytest
from django.db import connection, connections, transaction
from psycopg.conninfo import make_conninfo

from errors import Refusal
from ledger.models import Journal
from ledger.selectors import get_balance, list_pending
from ledger.services import (
    AccountSpec,
    PostedJournal,
    Resolution,
    TransferRequest,
    open_accounts,
    reverse_journal,
)
from tests.databases import SEES_THE_WHOLE
from tests.ledger.recount import list_differences, list_faults
from tests.ledger.standing import NOON, move, open_standing_accounts, own_findings, post, post_all
from tests.ledger.standing import hold as hold_transfer
from tests.ledger.standing import journal as journal_of

pytestmark = pytest.mark.external
THREADS = 64
SECONDS_IN_CI = 3
# What the threads may be told: each is a rule that held.
RULES = {
    "insufficient_balance",
    "limit_exceeded",
    "pending_already_resolved",
    "pending_amount_exceeded",
    "already_reversed",
}
PURSES = [*(f"purse/{number}" for number in range(4)), "credit/example", "income/storage"]


class Poster:
    """One thread's postings: what was acknowledged to it, what it was refused, what it moved."""

    def __init__(self, number: int) -> None:
        self._chance = random.Random(number)
        self._number = number
        self.acknowledged = 0
        self.refused: Counter[str] = Counter()
        self.moved: Counter[str] = Counter()
        self._known: list[tuple[PostedJournal, TransferRequest]] = []

    def run(self, crowd_ends: Event) -> "Poster":
        """Post until told to end. A refusal by a rule is counted; anything else ends the test."""
        try:
            while not crowd_ends.is_set():
                try:
                    self._step()
                except Refusal as refusal:
                    self.refused[refusal.code] += 1
        finally:
            connections.close_all()
        return self

    def _step(self) -> None:
        steps = (self._move, self._move, self._batch, self._hold, self._resolve, self._reverse)
        self._chance.choice(steps)()

    def _any_transfer(self) -> TransferRequest:
        source, target = self._chance.sample(PURSES, 2)
        return move(source, target, self._chance.randint(1, 50))

    def _move(self) -> None:
        asked = self._any_transfer()
        with transaction.atomic():
            posted = post(asked)
        self._count(asked.source, asked.target, asked.amount)
        self._known.append((posted, asked))

    def _batch(self) -> None:
        asked = [self._any_transfer() for _ in range(3)]
        with transaction.atomic():
            post_all([journal_of(transfer) for transfer in asked])
        for transfer in asked:
            self._count(transfer.source, transfer.target, transfer.amount)

    def _hold(self) -> None:
        asked = self._any_transfer()
        with transaction.atomic():
            post(hold_transfer(asked.source, asked.target, asked.amount))
        self.acknowledged += 1

    def _resolve(self) -> None:
        """Any that is open, of whichever thread: several go for the same one."""
        waiting = list_pending()
        if not waiting:
            return
        pending = self._chance.choice(waiting[:5])
        amount = self._chance.randint(1, pending.amount)
        if self._chance.random() < 0.5:
            with transaction.atomic():
                post(Resolution(pending.transfer_id, "void"))
            self.acknowledged += 1
        else:
            with transaction.atomic():
                post(Resolution(pending.transfer_id, "post", amount))
            self._count(pending.source, pending.target, amount)

    def _reverse(self) -> None:
        if not self._known:
            return
        posted, asked = self._known.pop()
        with transaction.atomic():
            reverse_journal(
                journal_id=posted.id, idempotency_key=f"reversal/{posted.id}", effective_at=NOON, reason="try"
            )
        self._count(asked.target, asked.source, asked.amount)

    def _count(self, source: str, target: str, amount: int) -> None:
        self.acknowledged += 1
        self.moved[source] -= amount
        self.moved[target] += amount


@pytest.fixture(autouse=True)
def _standing(committed_database: str) -> Iterator[None]:
    open_standing_accounts()
    open_accounts(accounts=[AccountSpec(path, "money:USD", True) for path in PURSES if "purse" in path])
    with transaction.atomic():
        post(*(move("loan/example", path, 500) for path in PURSES[:4]))
    yield
    connections.close_all()


def read_snapshots(crowd_ends: Event) -> list[int]:
    """How many journals each snapshot held; every one of them is in order by itself."""
    values = connections["default"].settings_dict
    url = make_conninfo(
        host=values["HOST"], port=values["PORT"] or None, user=values["USER"], password=values["PASSWORD"],
        dbname=values["NAME"],
    )  # fmt: skip
    seen: list[int] = []
    with psycopg.connect(url, options=SEES_THE_WHOLE) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        while not crowd_ends.is_set() or len(seen) < 2:
            with reader.transaction():
                cursor = reader.cursor()
                assert list_faults(cursor) == []
                (count,) = cursor.execute("select count(*) from ledger_journal").fetchone() or (0,)
                seen.append(count)
    return seen


def results_of(futures: Sequence[Future[Poster]]) -> list[Poster]:
    return [future.result(timeout=120) for future in futures]


def test_sixty_four_threads_on_few_accounts_end_in_exact_sums() -> None:
    seconds = float(os.environ.get("STRONGROOM_TORTURE_SECONDS", SECONDS_IN_CI))
    crowd_ends = Event()
    before = {path: get_balance(path=path).posted for path in PURSES}
    with ThreadPoolExecutor(THREADS + 1) as pool:
        reader = pool.submit(read_snapshots, crowd_ends)
        posters = [pool.submit(Poster(number).run, crowd_ends) for number in range(THREADS)]
        end = time.monotonic() + seconds
        while time.monotonic() < end and not reader.done() and not any(each.done() for each in posters):
            time.sleep(0.1)
        crowd_ends.set()
        done = results_of(posters)
        seen = reader.result(timeout=120)

    assert seen == sorted(seen)
    assert seen[0] < seen[-1], "the reader saw no posting come in"
    assert set().union(*(poster.refused for poster in done)) <= RULES
    sums = {path: sum(poster.moved[path] for poster in done) for path in PURSES}
    assert {path: get_balance(path=path).posted - before[path] for path in PURSES} == sums
    assert Journal.objects.count() == 1 + sum(poster.acknowledged for poster in done)
    with transaction.atomic(), connection.cursor() as cursor:
        assert list_faults(cursor) == []
        assert list_differences(cursor) == []
    assert own_findings() == []
