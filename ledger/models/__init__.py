"""Tables of the ledger. They are written by the functions in migrations/sql, never through the ORM."""

from ledger.models.account import Account, AccountBalance, Book
from ledger.models.journal import Journal
from ledger.models.period import ClosedPeriod
from ledger.models.seal import Seal
from ledger.models.total import AccountCell, AccountTotal, RollUp, UntimelyEntry
from ledger.models.transfer import Transfer
from ledger.models.verification import Alarm, AlarmEnd, Verification

__all__ = [
    "Account",
    "AccountBalance",
    "AccountCell",
    "AccountTotal",
    "Alarm",
    "AlarmEnd",
    "Book",
    "ClosedPeriod",
    "Journal",
    "RollUp",
    "Seal",
    "Transfer",
    "UntimelyEntry",
    "Verification",
]
