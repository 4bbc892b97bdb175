"""The one way into the ledger: open books and accounts, post and reverse journals, close periods."""

from ledger.domain.requests import (
    AccountSpec,
    BookSpec,
    JournalRequest,
    PostedJournal,
    Resolution,
    TransferRequest,
)
from ledger.services.accounts import close_accounts, open_accounts, open_books
from ledger.services.imports import import_ledger
from ledger.services.journals import post_journals, post_journals_alone
from ledger.services.pending import void_expired
from ledger.services.periods import close_period
from ledger.services.reversals import reverse_journal
from ledger.services.seals import seal_next
from ledger.services.totals import roll_up_totals
from ledger.services.verifications import (
    acknowledge_alarm,
    record_verification,
    run_full_verification,
    run_new_verification,
)

__all__ = [
    "AccountSpec",
    "BookSpec",
    "JournalRequest",
    "PostedJournal",
    "Resolution",
    "TransferRequest",
    "acknowledge_alarm",
    "close_accounts",
    "close_period",
    "import_ledger",
    "open_accounts",
    "open_books",
    "post_journals",
    "post_journals_alone",
    "record_verification",
    "reverse_journal",
    "roll_up_totals",
    "run_full_verification",
    "run_new_verification",
    "seal_next",
    "void_expired",
]
