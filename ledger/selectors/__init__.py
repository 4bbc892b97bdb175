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
from ledger.selectors.roll_up import get_rolled_up_journal_id
from ledger.selectors.snapshots import one_state
from ledger.selectors.transfers import OF_JOURNAL, transfers_of, transfers_of_outer_journal
from ledger.selectors.trial_balance import TrialBalanceLine, list_trial_balance

__all__ = [
    "OF_JOURNAL",
    "Balance",
    "Movement",
    "OpenPending",
    "TrialBalanceLine",
    "get_balance",
    "get_balance_as_of",
    "get_balances",
    "get_balances_as_of",
    "get_open_from",
    "get_rolled_up_journal_id",
    "list_balances_under",
    "list_movements",
    "list_pending",
    "list_trial_balance",
    "one_state",
    "transfers_of",
    "transfers_of_outer_journal",
]
