"""What a journal request must be before the database is asked, and the content it stands for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ledger.domain.accounts import LONGEST_PATH
from ledger.domain.canonical import JournalContent, TransferContent
from ledger.domain.numbers import MOST_TRANSFERS
from ledger.domain.quantities import LARGEST_AMOUNT
from ledger.domain.requests import JournalRequest, Resolution, TransferRequest
from ledger.domain.texts import is_storable, is_storable_word
from ledger.errors import (
    AmountOutOfRange,
    EffectiveTooFarAhead,
    EmptyJournal,
    MalformedJournal,
    PendingUnknown,
    TooManyTransfers,
)

LONGEST_KIND = 100
LONGEST_KEY = 200
LONGEST_REFERENCE_TYPE = 100
LONGEST_REFERENCE_ID = 200


@dataclass(frozen=True, slots=True)
class PendingTransfer:
    """What a pending transfer reserves, as a resolution needs to know it."""

    source: str
    target: str
    amount: int


def check_request(request: JournalRequest, *, latest_effective_at: datetime) -> None:
    """Refuse what is wrong with the request in itself.

    Raises EmptyJournal, TooManyTransfers, MalformedJournal, AmountOutOfRange or EffectiveTooFarAhead.
    """
    if not request.transfers:
        raise EmptyJournal("A journal needs at least one transfer.", field="transfers")
    if len(request.transfers) > MOST_TRANSFERS:
        raise TooManyTransfers(
            f"A journal has at most {MOST_TRANSFERS} transfers.", field="transfers", most=MOST_TRANSFERS
        )
    _check_word(request.kind, "kind", LONGEST_KIND)
    _check_text(request.idempotency_key, field="idempotency_key", longest=LONGEST_KEY)
    if request.reference_type != "" or request.reference_id != "":
        _check_reference(request)
    for key, value in request.metadata.items():
        _check_text(key, field="metadata", longest=LARGEST_AMOUNT)
        _check_text(value, field="metadata", longest=LARGEST_AMOUNT, shortest=0)
    _check_time(request.effective_at, field="effective_at")
    if request.effective_at > latest_effective_at:
        raise EffectiveTooFarAhead(
            "The effective time lies too far in the future.",
            field="effective_at",
            latest=latest_effective_at.isoformat(),
        )
    if request.adjusts_month is not None:
        _check_adjusted(request.adjusts_month, request.effective_at)
    for transfer in request.transfers:
        _check_transfer(transfer)


def content_of(request: JournalRequest, pendings: Mapping[int, PendingTransfer]) -> JournalContent:
    """The content the request stands for; `pendings` holds every transfer it resolves.

    Raises PendingUnknown if one of them is missing.
    """
    return JournalContent(
        request.kind,
        request.idempotency_key,
        request.effective_at,
        request.adjusts_month,
        request.reference_type,
        request.reference_id,
        request.metadata,
        request.reverses,
        tuple(
            [
                _resolution_content(transfer, pendings)
                if isinstance(transfer, Resolution)
                else _transfer_content(transfer)
                for transfer in request.transfers
            ]
        ),
    )


def list_resolved(requests: Iterable[JournalRequest]) -> list[int]:
    """Numbers of all pending transfers the requests resolve."""
    return [
        transfer.pending_transfer
        for request in requests
        for transfer in request.transfers
        if isinstance(transfer, Resolution)
    ]


def _transfer_content(transfer: TransferRequest) -> TransferContent:
    return TransferContent(
        "pending" if transfer.is_pending else "posted",
        transfer.source,
        transfer.target,
        transfer.amount,
        None,
        transfer.expires_at,
    )


def _resolution_content(resolution: Resolution, pendings: Mapping[int, PendingTransfer]) -> TransferContent:
    pending = pendings.get(resolution.pending_transfer)
    if pending is None:
        raise PendingUnknown(
            "There is no pending transfer of this number.", pending_transfer=resolution.pending_transfer
        )
    return TransferContent(
        phase=resolution.action,
        source=pending.source,
        target=pending.target,
        amount=pending.amount if resolution.amount is None else resolution.amount,
        resolves=resolution.pending_transfer,
    )


def _check_reference(request: JournalRequest) -> None:
    _check_text(request.reference_type, field="reference_type", longest=LONGEST_REFERENCE_TYPE, shortest=0)
    _check_text(request.reference_id, field="reference_id", longest=LONGEST_REFERENCE_ID, shortest=0)


def _check_transfer(transfer: TransferRequest | Resolution) -> None:
    if isinstance(transfer, Resolution):
        if transfer.action not in ("post", "void") or (
            transfer.action == "void" and transfer.amount is not None
        ):
            raise MalformedJournal('A resolution is "post", or "void" without an amount.', field="action")
        if transfer.amount is not None:
            _check_amount(transfer.amount)
        return
    _check_word(transfer.source, "source", LONGEST_PATH)
    _check_word(transfer.target, "target", LONGEST_PATH)
    _check_amount(transfer.amount)
    if transfer.expires_at is not None:
        if not transfer.is_pending:
            raise MalformedJournal("Only a pending transfer expires.", field="expires_at")
        _check_time(transfer.expires_at, field="expires_at")


def _check_amount(amount: object) -> None:
    if type(amount) is not int or not 1 <= amount <= LARGEST_AMOUNT:
        raise AmountOutOfRange(
            "An amount is a whole number from 1 to 2^63 - 1.", field="amount", amount=str(amount)
        )


def _check_time(moment: datetime, *, field: str) -> None:
    if moment.tzinfo is None:
        raise MalformedJournal("A time needs a zone.", field=field)


def _check_adjusted(month: date, effective_at: datetime) -> None:
    if type(month) is not date or month.day != 1:
        raise MalformedJournal("A month is named by its first day.", field="adjusts_month")
    if month >= effective_at.date():
        raise MalformedJournal("Only a month before the effective time is adjusted.", field="adjusts_month")


def _check_word(word: object, field: str, longest: int) -> None:
    if type(word) is not str or not is_storable_word(word, longest):
        _check_text(word, field=field, longest=longest)


def _check_text(text: object, *, field: str, longest: int, shortest: int = 1) -> None:
    if not is_storable(text, longest=longest, shortest=shortest):
        raise MalformedJournal(
            f"A storable text of {shortest} to {longest} characters is needed.", field=field
        )
