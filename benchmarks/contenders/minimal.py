"""The hand-written minimum through psycopg: what the rows alone cost."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.contenders.contract import FUNDS, DoesNotAddUp, Move

HERE = Path(__file__).parent
HOT = 0
OUTSIDE = -1


class OneFunction:
    """One call of a PL/pgSQL function a transfer: autocommit, prepared, one round trip."""

    files: tuple[str, ...] = ("minimal.sql",)

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """This process's connection."""
        if self._connection is None:
            self.connect()
        assert self._connection is not None
        return self._connection

    def prepare(self, *, accounts: int) -> None:
        """Tables, function, accounts, and the funds as transfers from outside."""
        if self.connection.execute("select to_regclass('account')").fetchone() != (None,):
            return
        for file in self.files:
            self.connection.execute((HERE / file).read_text(encoding="utf-8"))
        self.connection.execute(
            "insert into account (id, is_negative_allowed)"
            " select id, id = -1 from generate_series(-1, %s) as id",
            [accounts],
        )
        self.post_many([Move(OUTSIDE, account, FUNDS) for account in range(1, accounts + 1)])

    def connect(self) -> None:
        """A new connection; the one inherited from a parent process is left to it."""
        self._connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)

    def post(self, move: Move) -> None:
        """One round trip."""
        self.connection.execute(
            "select transfer_one(%s, %s, %s)", (move.source, move.target, move.amount), prepare=True
        )

    def post_many(self, moves: Sequence[Move]) -> None:
        """One statement over arrays, written as literals: five times faster than the driver's lists."""
        columns = (
            [move.source for move in moves],
            [move.target for move in moves],
            [move.amount for move in moves],
        )
        self.connection.execute(
            "select transfer_many(%s::bigint[], %s::bigint[], %s::bigint[])",
            ["{" + ",".join(map(str, column)) + "}" for column in columns],
        )

    def check(self) -> int:
        """Kept balances are the sums of entries, the last entry says the same, and all add up to zero."""
        row = self.connection.execute("""
            select sum(account.balance), count(*) filter (where account.balance <> coalesce(entries.total, 0)
                or account.version <> coalesce(entries.number, 0)
                or account.balance <> coalesce(last.balance_after, 0))
            from account
            left join (
                select account_id, sum(amount) as total, count(*) as number from entry group by account_id
            ) as entries on entries.account_id = account.id
            left join entry as last on last.account_id = account.id and last.version = account.version
        """).fetchone()
        if row != (0, 0):
            raise DoesNotAddUp(f"{type(self).__name__}: {row}")
        counted = self.connection.execute("select count(*) from transfer where source_id <> %s", [OUTSIDE])
        return int((counted.fetchone() or (0,))[0])


class OneFunctionWithKeys(OneFunction):
    """The same with foreign keys."""

    files = ("minimal.sql", "minimal_keys.sql")


class Statements(OneFunction):
    """The same tables written statement by statement in one transaction: five round trips."""

    def post(self, move: Move) -> None:
        """Begin, two updates in the order of account numbers, one insert of all three rows, commit."""
        changes = {move.source: -move.amount, move.target: move.amount}
        after: dict[int, tuple[int, int]] = {}
        with self.connection.transaction():
            for account in sorted(changes):
                row = self.connection.execute(
                    "update account set balance = balance + %s, version = version + 1 where id = %s"
                    " returning balance, version",
                    (changes[account], account),
                    prepare=True,
                ).fetchone()
                assert row is not None
                after[account] = row
            (source_balance, source_version), (target_balance, target_version) = (
                after[move.source],
                after[move.target],
            )
            self.connection.execute(
                "with written as (insert into transfer (source_id, target_id, amount)"
                " values (%s, %s, %s) returning id)"
                " insert into entry (account_id, version, transfer_id, amount, balance_after)"
                " select %s, %s, id, %s, %s from written union all select %s, %s, id, %s, %s from written",
                (
                    *(move.source, move.target, move.amount),
                    *(move.source, source_version, -move.amount, source_balance),
                    *(move.target, target_version, move.amount, target_balance),
                ),
                prepare=True,
            )
