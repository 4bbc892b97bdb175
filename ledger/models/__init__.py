"""Tables of the ledger. They are written by the functions in migrations/sql, never through the ORM."""

from ledger.models.account import Account, AccountBalance, Book
from ledger.models.journal import Journal
from ledger.models.period import ClosedPeriod
from ledger.models.seal import Seal, Verification
from ledger.models.transfer import Transfer

__all__ = [
    "Account",
    "AccountBalance",
    "Book",
    "ClosedPeriod",
    "Journal",
    "Seal",
    "Transfer",
    "Verification",
]
