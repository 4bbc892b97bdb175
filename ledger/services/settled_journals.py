"""Up to which number every journal is settled: for those who write what depends on it."""

from ledger.selectors.settled_journals import find_settled_journal_id

__all__ = ["find_settled_journal_id"]
