"""What stands in the ledger, now, as of a past effective time and as known at a past recording time."""

from ledger.selectors.balances import (
    Balance,
    get_balance,
    get_balance_as_of,
    get_balances,
    get_balances_as_of,
    list_balances_under,
)
from ledger.selectors.movements import Movement, list_movements
from ledger.selectors.pending import OpenPending, list_pending
from ledger.selectors.periods import get_open_from
from ledger.selectors.proofs import get_inclusion_proof, get_journal_reference
from ledger.selectors.seals import SealedPart, get_digest, get_sealed_part, list_seals
from ledger.selectors.snapshots import one_state
from ledger.selectors.transfers import OF_JOURNAL, transfers_of, transfers_of_outer_journal
from ledger.selectors.trial_balance import TrialBalanceLine, list_trial_balance
from ledger.selectors.verifications import (
    VerificationState,
    get_verification_state,
    list_alarms,
    list_verifications,
)

__all__ = [
    "OF_JOURNAL",
    "Balance",
    "Movement",
    "OpenPending",
    "SealedPart",
    "TrialBalanceLine",
    "VerificationState",
    "get_balance",
    "get_balance_as_of",
    "get_balances",
    "get_balances_as_of",
    "get_digest",
    "get_inclusion_proof",
    "get_journal_reference",
    "get_open_from",
    "get_sealed_part",
    "get_verification_state",
    "list_alarms",
    "list_balances_under",
    "list_movements",
    "list_pending",
    "list_seals",
    "list_trial_balance",
    "list_verifications",
    "one_state",
    "transfers_of",
    "transfers_of_outer_journal",
]
