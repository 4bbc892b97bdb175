"""What stands in the ledger, now, as of a past effective time and as known at a past recording time."""

from ledger.selectors.balances import (
    Balance,
    get_balance,
    get_balance_as_of,
    get_balances,
    get_balances_as_of,
    list_balances_under,
)
from ledger.selectors.journals import FoundJournal, list_journals
from ledger.selectors.movements import Movement, list_movements
from ledger.selectors.pending import OpenPending, list_pending
from ledger.selectors.periods import get_open_from
from ledger.selectors.proofs import get_inclusion_proof, get_journal_reference
from ledger.selectors.roll_up import get_rolled_up_journal_id
from ledger.selectors.seals import SealedPart, get_digest, get_sealed_part, list_seals
from ledger.selectors.settled_journals import find_settled_journal_id
from ledger.selectors.snapshots import one_state
from ledger.selectors.statements import Statement, StatementLine, StatementPosition, get_statement
from ledger.selectors.subtotals import Subtotal, list_subtotals
from ledger.selectors.transfers import OF_JOURNAL, transfers_of, transfers_of_outer_journal
from ledger.selectors.trial_balance import TrialBalanceLine, UnitTotal, list_trial_balance, total_by_unit
from ledger.selectors.verifications import (
    VerificationState,
    get_verification_state,
    list_alarms,
    list_verifications,
)

__all__ = [
    "OF_JOURNAL",
    "Balance",
    "FoundJournal",
    "Movement",
    "OpenPending",
    "SealedPart",
    "Statement",
    "StatementLine",
    "StatementPosition",
    "Subtotal",
    "TrialBalanceLine",
    "UnitTotal",
    "VerificationState",
    "find_settled_journal_id",
    "get_balance",
    "get_balance_as_of",
    "get_balances",
    "get_balances_as_of",
    "get_digest",
    "get_inclusion_proof",
    "get_journal_reference",
    "get_open_from",
    "get_rolled_up_journal_id",
    "get_sealed_part",
    "get_statement",
    "get_verification_state",
    "list_alarms",
    "list_balances_under",
    "list_journals",
    "list_movements",
    "list_pending",
    "list_seals",
    "list_subtotals",
    "list_trial_balance",
    "list_verifications",
    "one_state",
    "total_by_unit",
    "transfers_of",
    "transfers_of_outer_journal",
]
