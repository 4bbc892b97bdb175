"""What a fee run knows: everything that had been committed when it was started, and nothing else.

A time alone doesn't say that: what is recorded before a moment may be committed after it. The snapshot
of PostgreSQL does, for every row that names the transaction it was written in.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Expression, F, Func, Value

from billing.models import FeeRun

_TAKE = "select pg_current_snapshot()::text, pg_current_xact_id()::text::bigint, clock_timestamp()"


@dataclass(frozen=True, slots=True)
class Cutoff:
    """A snapshot as text, the number of the transaction that took it, and when that was."""

    snapshot: str
    started_in: int
    known_at: datetime

    def as_values(self) -> dict[str, Any]:
        """What `billing_is_known` asks for in SQL, by name; numbers of transactions go as text."""
        return {"snapshot": self.snapshot, "started_in": str(self.started_in), "known_at": self.known_at}

    def knows(self, transaction_id: str, recorded_at: str) -> Expression:
        """The same as a condition on two fields of a query set."""
        values = self.as_values()
        return Func(
            F(transaction_id),
            F(recorded_at),
            *(Value(values[name]) for name in ("snapshot", "started_in", "known_at")),
            function="billing_is_known",
            output_field=BooleanField(),
        )


def take_cutoff() -> Cutoff:
    """The cut-off of a run that starts in this transaction, now."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE)
        return Cutoff(*cursor.fetchone())


def cutoff_of(fee_run: FeeRun) -> Cutoff:
    """The cut-off that a run was started with."""
    return Cutoff(fee_run.known_snapshot, fee_run.started_in, fee_run.known_at)
