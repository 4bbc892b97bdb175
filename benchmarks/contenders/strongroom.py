"""Strongroom through its own services, with its own settings and as the service role."""

import itertools
import os
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import django
from django.db import connection, transaction

from benchmarks.contenders.contract import FUNDS, DoesNotAddUp, Move

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from tenancy import work_for_the_reserve

work_for_the_reserve()

from ledger.models import Journal
from ledger.selectors import list_trial_balance
from ledger.services import (
    AccountSpec,
    BookSpec,
    JournalRequest,
    TransferRequest,
    open_accounts,
    open_books,
    post_journals,
    post_journals_alone,
)
from ledger.verification.fingerprints import check_fingerprints
from ledger.verification.rows import ROW_CHECKS

BOOK = "money:USD"
OUTSIDE = "funds/outside"
HOT = "income/hot"
KIND = "benchmark.transfer"
FUNDING = "benchmark.funding"


class PostsInTransaction:
    """`post_journals` inside the transaction of the caller, as the other apps use it."""

    def __init__(self) -> None:
        self._paths = [HOT]
        self._keys = _keys()

    def prepare(self, *, accounts: int) -> None:
        """Every account is guarded, the hot one is income: it has no limit, so nobody locks it."""
        self._paths = [HOT, *(f"account/{number:05d}" for number in range(1, accounts + 1))]
        open_books(books=[BookSpec(BOOK, "cent")])
        open_accounts(accounts=[AccountSpec(OUTSIDE, BOOK), AccountSpec(HOT, BOOK)])
        open_accounts(accounts=[AccountSpec(path, BOOK, is_guarded=True) for path in self._paths[1:]])
        moment = datetime(2020, 1, 1, tzinfo=UTC)
        funding = [
            JournalRequest(FUNDING, f"fund:{path}", moment, [TransferRequest(OUTSIDE, path, FUNDS)])
            for path in self._paths[1:]
        ]
        with transaction.atomic():
            post_journals(journals=funding)

    def connect(self) -> None:
        """A new connection, and keys of this process's own."""
        connection.close()
        connection.ensure_connection()
        self._keys = _keys()

    def post(self, move: Move) -> None:
        """One journal of one transfer, effective now."""
        with transaction.atomic():
            post_journals(journals=[self._journal(move, datetime.now(UTC))])

    def post_many(self, moves: Sequence[Move]) -> None:
        """One call."""
        moment = datetime.now(UTC)
        with transaction.atomic():
            post_journals(journals=[self._journal(move, moment) for move in moves])

    def check(self) -> int:
        """The ledger's own verification: rows, kept balances, fingerprints; and the book adds up to zero."""
        findings = [finding for check in (*ROW_CHECKS, check_fingerprints) for finding in check()]
        total = sum(line.balance for line in list_trial_balance(book=BOOK))
        if findings or total:
            raise DoesNotAddUp(f"Strongroom: {total}, {findings[:3]}")
        return Journal.objects.filter(kind=KIND).count()

    def _journal(self, move: Move, moment: datetime) -> JournalRequest:
        transfer = TransferRequest(self._paths[move.source], self._paths[move.target], move.amount)
        return JournalRequest(KIND, next(self._keys), moment, [transfer])


class PostsAlone(PostsInTransaction):
    """`post_journals_alone`: a transaction of its own in one round trip."""

    def post(self, move: Move) -> None:
        """One journal of one transfer, effective now."""
        post_journals_alone(journals=[self._journal(move, datetime.now(UTC))])


def _keys() -> Iterator[str]:
    prefix = uuid.uuid4().hex
    return (f"{prefix}:{number}" for number in itertools.count())
