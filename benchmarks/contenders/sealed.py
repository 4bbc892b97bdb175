"""Strongroom's ledger sealed and verified as its jobs do it, beside reading and hashing the same rows."""

import hashlib
import time
from collections.abc import Sequence

from django.db import connection

from benchmarks.contenders.contract import DoesNotAddUp
from benchmarks.contenders.grown import Grown
from ledger.selectors import find_settled_journal_id
from ledger.services import run_full_verification, seal_next
from ledger.services.seals import MOST_JOURNALS_A_SEAL


class Sealed(Grown):
    """A ledger of which seals are made."""

    def read_and_hash(self, *, tables: Sequence[str]) -> float:
        """Seconds for COPY TO of all rows and one SHA-256 over what it gives: the least a proof can cost."""
        begin = time.perf_counter()
        digest = hashlib.sha256()
        with connection.cursor() as cursor:
            for table in tables:
                with cursor.copy(f"copy {table} to stdout (format binary)") as rows:
                    for block in rows:
                        digest.update(block)
        digest.digest()
        return time.perf_counter() - begin

    def seal(self) -> tuple[int, float]:
        """Seal all there is, a block in each transaction: how many journals, and the seconds."""
        begin = time.perf_counter()
        settled = find_settled_journal_id(patience_seconds=60)
        if settled is None:
            raise DoesNotAddUp("somebody posts all the time")
        sealed = 0
        while count := seal_next(settled=settled, most_journals=MOST_JOURNALS_A_SEAL):
            sealed += count
        return sealed, time.perf_counter() - begin

    def seal_for(self, *, seconds: float, every_seconds: float) -> int:
        """Seal what has come in, again and again; how many journals. What isn't decided waits."""
        end = time.perf_counter() + seconds
        sealed = 0
        while time.perf_counter() < end:
            time.sleep(min(every_seconds, max(0.0, end - time.perf_counter())))
            settled = find_settled_journal_id()
            while settled is not None and (count := seal_next(settled=settled)):
                sealed += count
        return sealed

    def verify(self) -> float:
        """Seconds for verifying everything from scratch. Raises DoesNotAddUp if anything is wrong."""
        begin = time.perf_counter()
        results = run_full_verification().results
        seconds = time.perf_counter() - begin
        if findings := [finding for result in results for finding in result.findings]:
            raise DoesNotAddUp(f"verification finds {findings[:3]}")
        return seconds
