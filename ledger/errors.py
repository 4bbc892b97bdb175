"""Every refusal of the ledger: one class per cause, each with a stable code."""

from errors.refusal import Refusal, register_constraint


class MalformedQuantity(Refusal):
    """The text is not a plain decimal number such as "412.5". Send digits with at most one point."""

    code = "malformed_quantity"


class TooManyDecimals(Refusal):
    """The number has more decimals than its unit has (kg: three, USD: two). Round it yourself, knowingly."""

    code = "too_many_decimals"


class QuantityOutOfRange(Refusal):
    """The number is negative or larger than the ledger can hold (2^63 - 1 grams or cents)."""

    code = "quantity_out_of_range"


class NoTransaction(Refusal):
    """Posting was tried outside a database transaction. The calling service has to open one."""

    code = "no_transaction"


class OpenTransaction(Refusal):
    """Posting as a transaction of its own was tried inside another. Post inside that one."""

    code = "open_transaction"


class EmptyJournal(Refusal):
    """A journal without transfers says nothing. Leave it out or give it at least one transfer."""

    code = "empty_journal"


class TooManyTransfers(Refusal):
    """A journal has at most 65,535 transfers. Post the event as several journals with one reference."""

    code = "too_many_transfers"


class MalformedJournal(Refusal):
    """A text of the journal is empty, too long or not storable, or a time has no zone. See `field`."""

    code = "malformed_journal"


class AmountOutOfRange(Refusal):
    """An amount, or the balance it would lead to, is not between 1 and 2^63 - 1."""

    code = "amount_out_of_range"


class SameAccount(Refusal):
    """A transfer names the same account as source and target. Nothing would move."""

    code = "same_account"


class EffectiveTooFarAhead(Refusal):
    """The effective time lies further in the future than the ledger accepts. Correct the date."""

    code = "effective_too_far_ahead"


class PeriodClosed(Refusal):
    """The effective time lies in a closed period. Post it at `open_from` or later, as an adjustment."""

    code = "period_closed"


class MalformedPeriod(Refusal):
    """The end of the period has no zone, or the reason for closing it can't be stored. See `field`."""

    code = "malformed_period"


class PeriodNotOver(Refusal):
    """A period that still goes on can't be closed. Wait for its end."""

    code = "period_not_over"


class PeriodAlreadyClosed(Refusal):
    """The ledger is closed until that instant or a later one, and is never opened again."""

    code = "period_already_closed"


class ClosingAfterPosting(Refusal):
    """An account or period was to be closed by a transaction that has posted. Close first, or alone."""

    code = "closing_after_posting"


class WrongIsolation(Refusal):
    """The transaction is REPEATABLE READ or SERIALIZABLE, so it would not see what closed meanwhile."""

    code = "wrong_isolation"


class LedgerBusy(Refusal):
    """Closing waits until nobody posts, and somebody was posting all the time. Try again."""

    code = "ledger_busy"


class StatementChanged(Refusal):
    """Something was posted into the statement while it was read page by page. Read it anew."""

    code = "statement_changed"


class MalformedAccount(Refusal):
    """A code, path, unit, limit or mirror that no book or account can have. See `field`."""

    code = "malformed_account"


class UnknownBook(Refusal):
    """No book has this code. Open the book before its accounts."""

    code = "unknown_book"


class BookConflict(Refusal):
    """A book of this code exists with another unit. A book keeps its unit for ever."""

    code = "book_conflict"


class UnknownAccount(Refusal):
    """No account has this path. Open the account before posting to it."""

    code = "unknown_account"


class AccountConflict(Refusal):
    """An account of this path exists with other properties. Accounts keep them for ever."""

    code = "account_conflict"


class AccountClosed(Refusal):
    """The account is closed and takes no more transfers."""

    code = "account_closed"


class AccountNotEmpty(Refusal):
    """The account still holds a balance or has pending transfers, so it cannot be closed."""

    code = "account_not_empty"


class WrongBook(Refusal):
    """The two accounts of a transfer belong to different books, so to different units or meanings."""

    code = "wrong_book"


class InsufficientBalance(Refusal):
    """A guarded account would fall below zero, counting what pending transfers already reserve."""

    code = "insufficient_balance"


class LimitExceeded(Refusal):
    """An account would rise above its limit, counting what pending transfers may still bring."""

    code = "limit_exceeded"


class MirrorBroken(Refusal):
    """The posted effect of the journal differs between the two sides of a mirror (custody and title)."""

    code = "mirror_broken"


class PendingUnknown(Refusal):
    """No pending transfer has this number."""

    code = "pending_unknown"


class PendingAlreadyResolved(Refusal):
    """The pending transfer was posted, voided or has expired before. It can be resolved once."""

    code = "pending_already_resolved"


class PendingAmountExceeded(Refusal):
    """More was to be posted than the pending transfer reserves."""

    code = "pending_amount_exceeded"


class PendingExpired(Refusal):
    """The pending transfer's time has run out, so it can only be voided."""

    code = "pending_expired"


class IdempotencyConflict(Refusal):
    """The idempotency key was used before for a journal with other content. Use a new key."""

    code = "idempotency_conflict"


class UnknownJournal(Refusal):
    """No journal has this number."""

    code = "unknown_journal"


class AlreadyReversed(Refusal):
    """The journal has been reversed before. A journal can be reversed once."""

    code = "already_reversed"


class NothingToReverse(Refusal):
    """The journal has no posted effect and no open pending transfer, so there is nothing to undo."""

    code = "nothing_to_reverse"


class ReversalDiffers(Refusal):
    """The journal isn't the exact reverse of the one it names. Reverse all of it, then post what is right."""

    code = "reversal_differs"


class SealNotFound(Refusal):
    """There is no seal of this number, or none at all yet. The job `ledger.seal` makes them."""

    code = "seal_not_found"


class JournalNotSealed(Refusal):
    """The journal is in no seal yet, or in a later one than asked for. Try again in a minute."""

    code = "journal_not_sealed"


class JournalNotAsSealed(Refusal):
    """The journal is not what was sealed: nothing can be proven of it. Run `manage.py verify`."""

    code = "journal_not_as_sealed"


class MalformedDigest(Refusal):
    """The file is no digest of a ledger: not JSON, or a field is missing or wrong. See `field`."""

    code = "malformed_digest"


class SignatureWrong(Refusal):
    """The digest isn't signed with the key given: it was changed, or another key made it."""

    code = "signature_wrong"


class SigningKeyMissing(Refusal):
    """Nothing says which key signs. Set STRONGROOM_SIGNING_KEY_FILE or STRONGROOM_SIGNING_KEY."""

    code = "signing_key_missing"


class SigningKeyUnfit(Refusal):
    """The key can't be read, isn't Ed25519, or others than its owner may read the file."""

    code = "signing_key_unfit"


class AlarmNotFound(Refusal):
    """There is no alarm of this number."""

    code = "alarm_not_found"


class AlarmEnded(Refusal):
    """The alarm stands no more: it was acknowledged, or a later full verification was clean."""

    code = "alarm_ended"


class AcknowledgementWithoutReason(Refusal):
    """An alarm is acknowledged with a reason of 1 to 1,000 characters."""

    code = "acknowledgement_without_reason"


class MalformedRange(Refusal):
    """A bound is neither a day nor a journal number, or the bounds don't fit together. See `field`."""

    code = "malformed_range"


class ExportTargetExists(Refusal):
    """Something is at the place an export was to be written to. Choose another, or ask to replace it."""

    code = "export_target_exists"


class ExportTargetForeign(Refusal):
    """What is at the place is no export, so it is not replaced. Choose another place."""

    code = "export_target_foreign"


class ExportMalformed(Refusal):
    """An export can't be read back. `file`, `line` and `field` say where. Take an unchanged copy."""

    code = "export_malformed"


class ExportTruncated(Refusal):
    """A file of an export is missing or has other rows than its manifest says. Take a complete copy."""

    code = "export_truncated"


class ExportHashWrong(Refusal):
    """A file of an export, or a journal in it, is not what its hash was made of. Take an unchanged copy."""

    code = "export_hash_wrong"


class ExportVersionUnknown(Refusal):
    """The export or a fingerprint in it has a version that isn't known here. Use the release that made it."""

    code = "export_version_unknown"


class ExportPartial(Refusal):
    """The export is only a part of a ledger. Export the whole one to import it."""

    code = "export_partial"


class ExportInconsistent(Refusal):
    """The rows of the export are each readable, but break an invariant of the ledger together."""

    code = "export_inconsistent"


class LedgerNotEmpty(Refusal):
    """An export is imported into an empty ledger only. Use a new database."""

    code = "ledger_not_empty"


class ImportNeedsOwner(Refusal):
    """The login may not write the ledger's tables. Import with the login that owns them."""

    code = "import_needs_owner"


_CONSTRAINTS: dict[str, type[Refusal]] = {
    "ledger_transfer_amount_positive": AmountOutOfRange,
    "ledger_transfer_two_accounts": SameAccount,
    "ledger_transfer_account_known": UnknownAccount,
    "ledger_transfer_account_open": AccountClosed,
    "ledger_transfer_one_book": WrongBook,
    "ledger_transfer_resolves_pending": PendingUnknown,
    "ledger_transfer_resolved_once": PendingAlreadyResolved,
    "ledger_transfer_resolved_within_amount": PendingAmountExceeded,
    "ledger_transfer_resolved_in_time": PendingExpired,
    "ledger_transfer_mirror_equal": MirrorBroken,
    "ledger_journal_idempotency_key_unique": IdempotencyConflict,
    "ledger_journal_period_open": PeriodClosed,
    "ledger_journal_reverses_known": UnknownJournal,
    "ledger_journal_reversed_once": AlreadyReversed,
    "ledger_journal_reverses_exactly": ReversalDiffers,
    "ledger_account_book_known": UnknownBook,
    "ledger_account_same_properties": AccountConflict,
    "ledger_account_closed_empty": AccountNotEmpty,
    "ledger_closedperiod_in_the_past": PeriodNotOver,
    "ledger_closedperiod_later": PeriodAlreadyClosed,
    "ledger_gate_closed_first": ClosingAfterPosting,
    "ledger_gate_free": LedgerBusy,
    "ledger_gate_read_committed": WrongIsolation,
    "ledger_accountbalance_never_below_zero": InsufficientBalance,
    "ledger_accountbalance_within_limit": LimitExceeded,
}

for _name, _refusal in _CONSTRAINTS.items():
    register_constraint(_name, _refusal)
