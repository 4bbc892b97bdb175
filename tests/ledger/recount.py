"""A second opinion on the ledger: every row is read and added up here, in Python.

It shares no query and no code with the ledger's selectors and its `verify`, so that a fault in those
can't hide behind itself. Give it a cursor of a transaction that sees one state (a test's transaction,
or repeatable read).
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from ledger.selectors import Balance, list_balances_under, list_trial_balance


class Cursor(Protocol):
    """What Django's cursors and psycopg's have in common."""

    def execute(self, query: Any, params: Any = None, /) -> Any:
        """Run a statement."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All its rows."""


@dataclass
class Recount:
    """What the transfers add up to, by path, and what is wrong with them."""

    posted: Counter[str] = field(default_factory=Counter)
    pending_in: Counter[str] = field(default_factory=Counter)
    pending_out: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Transfer:
    number: int
    journal_id: int
    source: str
    target: str
    amount: int
    phase: str
    resolves: int | None


def recount(cursor: Cursor) -> Recount:
    """Add up every transfer there is."""
    counted = Recount()
    transfers = _transfers(cursor)
    pendings = {transfer.number: transfer for transfer in transfers if transfer.phase == "pending"}
    resolved: set[int] = set()
    for transfer in transfers:
        if transfer.phase in ("posted", "post"):
            _move(counted, transfer)
        if transfer.phase == "pending":
            _reserve(counted, transfer, transfer.amount)
        elif transfer.resolves is not None:
            pending = pendings.get(transfer.resolves)
            if pending is None or transfer.resolves in resolved or transfer.amount > pending.amount:
                counted.faults.append(f"transfer {transfer.number} resolves what it may not")
            else:
                resolved.add(transfer.resolves)
                _reserve(counted, pending, -pending.amount)
    return counted


def list_faults(cursor: Cursor) -> list[str]:
    """Everything that must never be seen, on the state the cursor sees; empty if all is well."""
    counted = recount(cursor)
    faults = counted.faults
    accounts = _accounts(cursor)
    kept = _kept(cursor)
    guarded = {path for path, (_, is_guarded, _, _) in accounts.items() if is_guarded}
    if guarded != set(kept):
        faults.append(f"kept balances of the wrong accounts: {sorted(guarded ^ set(kept))}")
    for path, (posted, pending_in, pending_out, limit) in kept.items():
        added_up = (counted.posted[path], counted.pending_in[path], counted.pending_out[path])
        if (posted, pending_in, pending_out) != added_up:
            faults.append(f"{path} keeps {(posted, pending_in, pending_out)}, its transfers say {added_up}")
        if posted < pending_out or (limit is not None and posted + pending_in > limit):
            faults.append(
                f"{path} holds {posted}, reserved {pending_out}, coming {pending_in}, limit {limit}"
            )
    sums: Counter[str] = Counter()
    for path, (book, _, mirror, side) in accounts.items():
        sums[f"book {book}"] += counted.posted[path]
        if mirror is not None:
            sums[f"mirror {mirror}"] += side * counted.posted[path]
    return faults + [f"{name} adds up to {total}" for name, total in sorted(sums.items()) if total]


def list_differences(cursor: Cursor) -> list[str]:
    """Where the ledger's own selectors answer otherwise than the recount."""
    counted = recount(cursor)
    differences = [
        f"{balance.path} is said to hold {balance}"
        for balance in list_balances_under(prefix="")
        if balance
        != Balance(
            balance.path,
            counted.posted[balance.path],
            counted.pending_in[balance.path],
            counted.pending_out[balance.path],
        )
    ]
    return differences + [
        f"the trial balance says {line}"
        for line in list_trial_balance()
        if (line.received, line.balance) != (counted.received[line.path], counted.posted[line.path])
    ]


def _move(counted: Recount, transfer: _Transfer) -> None:
    counted.posted[transfer.source] -= transfer.amount
    counted.posted[transfer.target] += transfer.amount
    counted.received[transfer.target] += transfer.amount


def _reserve(counted: Recount, transfer: _Transfer, amount: int) -> None:
    counted.pending_out[transfer.source] += amount
    counted.pending_in[transfer.target] += amount


def _transfers(cursor: Cursor) -> list[_Transfer]:
    paths = _paths(cursor)
    cursor.execute(
        "select id, journal_id, source_id, target_id, amount, phase, resolves_id from ledger_transfer"
    )
    return [
        _Transfer(number, journal_id, paths[source], paths[target], amount, phase, resolves)
        for number, journal_id, source, target, amount, phase, resolves in sorted(cursor.fetchall())
    ]


def _paths(cursor: Cursor) -> dict[int, str]:
    cursor.execute("select id, path from ledger_account")
    return dict(cast(list[tuple[int, str]], cursor.fetchall()))


def _accounts(cursor: Cursor) -> dict[str, tuple[str, bool, str | None, int]]:
    cursor.execute("select id, code from ledger_book")
    books = dict(cast(list[tuple[int, str]], cursor.fetchall()))
    cursor.execute("select path, book_id, is_guarded, mirror, mirror_side from ledger_account")
    return {path: (books[book], *others) for path, book, *others in cursor.fetchall()}


def _kept(cursor: Cursor) -> dict[str, tuple[int, int, int, int | None]]:
    paths = _paths(cursor)
    cursor.execute(
        "select account_id, available + pending_out, pending_in, pending_out,"
        " headroom + available + pending_out + pending_in from ledger_accountbalance"
    )
    return {paths[account]: (*amounts,) for account, *amounts in cursor.fetchall()}
