"""Strongroom's ledger at a size: filled by the bulk path, rolled up as its job does, read by selectors."""

import random
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from psycopg.conninfo import conninfo_to_dict

from benchmarks.contenders.contract import FUNDS, DoesNotAddUp
from benchmarks.contenders.strongroom import BOOK, KIND, OUTSIDE
from ledger.models import Account, Journal
from ledger.selectors import (
    find_settled_journal_id,
    get_balance,
    get_balance_as_of,
    get_rolled_up_journal_id,
    get_statement,
    list_trial_balance,
)
from ledger.services import (
    AccountSpec,
    BookSpec,
    JournalRequest,
    TransferRequest,
    open_accounts,
    open_books,
    post_journals,
    post_journals_alone,
    roll_up_totals,
)

JOURNALS_A_CALL = 10_000
SPAN = timedelta(days=5 * 365)
# All that a balance is, added up from every transfer: what the trial balance would cost without totals.
FULL_AGGREGATE = """
select account.path, coalesce(sum(moved) filter (where moved > 0), 0),
    coalesce(-sum(moved) filter (where moved < 0), 0)
from ledger_account account
left join (
    select source_id as account_id, -amount as moved from ledger_transfer where phase in ('posted', 'post')
    union all
    select target_id, amount from ledger_transfer where phase in ('posted', 'post')
) as effect on effect.account_id = account.id
group by account.path order by account.path
"""
# About a thousand moments at which something was recorded, spread over all journals.
RECORDING_TIMES = """
select recorded_at from ledger_journal where id in (
    select generate_series(1, ledger_last_journal_id(), greatest(ledger_last_journal_id() / 1000, 1))
)
"""
ONE_ROW = "select available, pending_in, pending_out from ledger_accountbalance where account_id = %s"

Figures = dict[str, float]


class Grown:
    """A ledger of guarded and open accounts, half of each, whose facts are spread over five years."""

    def __init__(self) -> None:
        self._end = datetime.now(UTC)
        self._guarded: list[str] = []
        self._open: list[str] = []
        self._ids: list[int] = []
        self._known: list[datetime] = []

    def use(self, *, url: str) -> None:
        """Work on another database from now on, threads that are yet to come as well."""
        fields = conninfo_to_dict(url)
        connection.close()
        connection.settings_dict.update(
            NAME=fields["dbname"], USER=fields["user"], PASSWORD=fields["password"]
        )

    def leave(self) -> None:
        """Have no connection."""
        connection.close()

    def prepare(self, *, accounts: int) -> int:
        """The accounts, the guarded ones with funds; nothing is done twice. How many transfers stand."""
        half = accounts // 2
        self._guarded = [f"account/{number:05d}" for number in range(half)]
        self._open = [f"open/{number:05d}" for number in range(half)]
        open_books(books=[BookSpec(BOOK, "cent")])
        open_accounts(accounts=[AccountSpec(path, BOOK) for path in (OUTSIDE, *self._open)])
        open_accounts(accounts=[AccountSpec(path, BOOK, is_guarded=True) for path in self._guarded])
        moment = datetime(2000, 1, 1, tzinfo=UTC)
        with transaction.atomic():
            post_journals(
                journals=[
                    JournalRequest("benchmark.funding", f"fund:{path}", moment,
                                   [TransferRequest(OUTSIDE, path, FUNDS * 1000)])
                    for path in self._guarded
                ]
            )  # fmt: skip
        self._ids = list(Account.objects.filter(is_guarded=True).values_list("id", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(RECORDING_TIMES)
            self._known = [moment for (moment,) in cursor.fetchall()]
        return Journal.objects.filter(kind=KIND).count()

    def grow(self, *, transfers: int, seed: int) -> None:
        """So many more transfers, then everything rolled up."""
        chance = random.Random(seed)
        left = transfers
        while left:
            count = min(left, JOURNALS_A_CALL)
            requests = [self._request(chance) for _ in range(count)]
            with transaction.atomic():
                post_journals(journals=requests)
            left -= count
        self.roll_up()

    def roll_up(self) -> None:
        """As the job does."""
        settled = find_settled_journal_id(patience_seconds=60)
        if settled is None:
            raise DoesNotAddUp("somebody posts all the time")
        while get_rolled_up_journal_id() < settled:
            roll_up_totals(until_journal_id=settled)

    def post_without_roll_up(self, *, transfers: int, seed: int) -> None:
        """What the totals do not have yet."""
        chance = random.Random(seed)
        with transaction.atomic():
            post_journals(journals=[self._request(chance) for _ in range(transfers)])

    def read(self, *, times: int, seed: int) -> dict[str, Figures]:
        """Milliseconds of each way to read, median and 99th percentile; the ways take turns at random."""
        chance = random.Random(seed)
        ways: dict[str, Callable[[], object]] = {
            "one row by primary key": lambda: self._one_row(chance.choice(self._ids)),
            "guarded account now": lambda: get_balance(path=chance.choice(self._guarded)),
            "open account now": lambda: get_balance(path=chance.choice(self._open)),
            "as of a past time": lambda: get_balance_as_of(
                path=chance.choice(self._both), effective_at=self._moment(chance)
            ),
            "as of, as known then": lambda: get_balance_as_of(
                path=chance.choice(self._both),
                effective_at=self._moment(chance),
                recorded_at=chance.choice(self._known),
            ),
            "a page of a statement": lambda: get_statement(
                path=chance.choice(self._both), since=self._moment(chance), until=None, limit=50
            ),
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(times + 20):
            for name, way in chance.sample(list(ways.items()), len(ways)):
                begin = time.perf_counter()
                way()
                if turn >= 20:
                    seconds[name].append(time.perf_counter() - begin)
        return {name: _figures(measured) for name, measured in seconds.items()}

    def balance_books(self, *, times: int) -> Figures:
        """Milliseconds of the trial balance and of the full aggregate, which have to agree."""
        seconds = []
        for _ in range(times):
            begin = time.perf_counter()
            lines = list_trial_balance()
            seconds.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        as_of = list_trial_balance(effective_at=self._end - SPAN / 2)
        as_of_seconds = time.perf_counter() - begin
        begin = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(FULL_AGGREGATE)
            rows = cursor.fetchall()
        full_seconds = time.perf_counter() - begin
        if [(line.path, line.received, line.given) for line in lines] != sorted(
            (path, int(received), int(given)) for path, received, given in rows
        ):
            raise DoesNotAddUp("the trial balance is not what the transfers add up to")
        if sum(line.balance for line in as_of):
            raise DoesNotAddUp("the trial balance as of a day does not add up to zero")
        return {
            "trial balance": sorted(seconds)[times // 2] * 1000,
            "trial balance as of a past time": as_of_seconds * 1000,
            "full aggregate": full_seconds * 1000,
        }

    def post(self, *, seconds: float, seed: int) -> float:
        """Journals of one transfer a second, one client, each in a transaction of its own."""
        chance = random.Random(seed)
        requests = [self._request(chance) for _ in range(100_000)]
        for request in requests[:50]:
            post_journals_alone(journals=[request])
        begin = time.perf_counter()
        count = 50
        while time.perf_counter() - begin < seconds:
            post_journals_alone(journals=[requests[count]])
            count += 1
        return (count - 50) / (time.perf_counter() - begin)

    @property
    def _both(self) -> list[str]:
        return self._guarded + self._open

    def _moment(self, chance: random.Random) -> datetime:
        return self._end - SPAN * chance.random()

    def _request(self, chance: random.Random) -> JournalRequest:
        source, target = chance.sample(self._both, 2)
        transfer = TransferRequest(source, target, chance.randrange(1, 1000))
        # A key of chance's own would be a replay when a run is repeated.
        return JournalRequest(KIND, uuid.uuid4().hex, self._moment(chance), [transfer])

    def _one_row(self, number: int) -> object:
        with connection.cursor() as cursor:
            cursor.execute(ONE_ROW, [number])
            return cursor.fetchone()


def _figures(seconds: list[float]) -> Figures:
    ordered = sorted(seconds)
    return {
        "median": ordered[len(ordered) // 2] * 1000,
        "p99": ordered[len(ordered) * 99 // 100] * 1000,
    }
