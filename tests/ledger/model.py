"""The ledger in plain Python: what posting should do, said the simplest way, without a database.

Nothing is kept but what was posted; every balance is added up anew. A refusal is predicted with its
exact code: where a batch deserves several, the ledger names the first in the order of `code_against`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

from ledger.domain.requests import AccountSpec, JournalRequest, Resolution, TransferRequest

EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass
class Held:
    """A pending transfer of the model; `resolved_by` is the key of the journal that resolved it."""

    source: str
    target: str
    amount: int
    expires_at: datetime | None = None
    resolved_by: str | None = None


class Moved(NamedTuple):
    """An amount that was moved. `recording` counts the batches from one: all of one are recorded together."""

    recording: int
    effective_at: datetime
    source: str
    target: str
    amount: int


class Balances(NamedTuple):
    """What one account holds."""

    posted: int
    pending_in: int
    pending_out: int


@dataclass
class Model:
    """A pending transfer goes by its place in `holds`, a journal by its key; both in order of posting."""

    accounts: dict[str, AccountSpec]
    holds: list[Held] = field(default_factory=list)
    journals: dict[str, JournalRequest] = field(default_factory=dict)
    moves: dict[str, list[Moved]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    open_from: datetime = EARLIEST
    recordings: int = 0

    def code_against(self, batch: list[JournalRequest], *, now: datetime = EARLIEST) -> str | None:
        """The code the batch is refused with; None if it can be posted. Posts nothing."""
        new: dict[str, JournalRequest] = {}
        for request in batch:
            if self._any_unknown(request):
                return "pending_unknown"
        for request in batch:
            if new.setdefault(request.idempotency_key, request) != request:
                return "idempotency_conflict"
        for key in list(new):
            if key in self.journals and self.journals[key] != new.pop(key):
                return "idempotency_conflict"
        requests = list(new.values())
        return (
            self._code_of_accounts(requests)
            or self._code_of_period(requests)
            or self._code_of_resolutions(requests, now)
            or self._code_of_rows(requests)
            or self._code_of_mirrors(requests)
            or self._code_of_guards(requests)
        )

    def post(self, batch: list[JournalRequest]) -> None:
        """Post the journals that are new."""
        if any(request.idempotency_key not in self.journals for request in batch):
            self.recordings += 1
        for request in batch:
            if request.idempotency_key not in self.journals:
                self.journals[request.idempotency_key] = request
                self.moves[request.idempotency_key] = list(self._moves_of(request))
                for transfer in request.transfers:
                    self._hold_or_release(transfer, request.idempotency_key)

    def undoing(self, key: str, reversal_key: str) -> list[TransferRequest | Resolution]:
        """What a reversal of the journal consists of; the same again once it stands under that key."""
        place = sum(_count_holds(request) for request in self._journals_before(key))
        undoing: list[TransferRequest | Resolution] = []
        for transfer in self.journals[key].transfers:
            if isinstance(transfer, TransferRequest) and transfer.is_pending:
                if self.holds[place].resolved_by in (None, reversal_key):
                    undoing.append(Resolution(place, "void"))
                place += 1
            elif isinstance(transfer, TransferRequest) or transfer.action == "post":
                source, target, amount = self._moved(transfer)
                undoing.append(TransferRequest(target, source, amount))
        return undoing

    def balances(self, path: str) -> Balances:
        """What the account holds now."""
        open_holds = [held for held in self.holds if held.resolved_by is None]
        return Balances(
            self.posted_as_of(path),
            sum(held.amount for held in open_holds if held.target == path),
            sum(held.amount for held in open_holds if held.source == path),
        )

    def posted_as_of(
        self, path: str, *, effective_at: datetime | None = None, recording: int | None = None
    ) -> int:
        """Counting what was effective before, and recorded in that batch or earlier."""
        return self.received(path, effective_at, recording) - self.given(path, effective_at, recording)

    def received(self, path: str, effective_at: datetime | None = None, recording: int | None = None) -> int:
        """What the account was given."""
        return self._sum(lambda moved: moved.target == path, effective_at, recording)

    def given(self, path: str, effective_at: datetime | None = None, recording: int | None = None) -> int:
        """What the account gave away."""
        return self._sum(lambda moved: moved.source == path, effective_at, recording)

    def movements(
        self, path: str, *, until: datetime | None = None, recording: int | None = None
    ) -> list[tuple[datetime, int]]:
        """When what came into the account or, negative, went out of it, in order; then of posting."""
        found = [
            (moved.effective_at, moved.amount if moved.target == path else -moved.amount)
            for moves in self.moves.values()
            for moved in moves
            if path in (moved.source, moved.target)
            and (until is None or moved.effective_at < until)
            and (recording is None or moved.recording <= recording)
        ]
        return sorted(found, key=lambda movement: movement[0])

    def _sum(
        self, counts: Callable[[Moved], bool], effective_at: datetime | None, recording: int | None
    ) -> int:
        return sum(
            moved.amount
            for moves in self.moves.values()
            for moved in moves
            if counts(moved)
            and (effective_at is None or moved.effective_at < effective_at)
            and (recording is None or moved.recording <= recording)
        )

    def _journals_before(self, key: str) -> Iterator[JournalRequest]:
        for standing, request in self.journals.items():
            if standing == key:
                return
            yield request

    def _any_unknown(self, request: JournalRequest) -> bool:
        return any(
            isinstance(transfer, Resolution) and not 0 <= transfer.pending_transfer < len(self.holds)
            for transfer in request.transfers
        )

    def _code_of_accounts(self, requests: list[JournalRequest]) -> str | None:
        paths = {
            path
            for request in requests
            for transfer in request.transfers
            for path in self._moved(transfer)[:2]
        }
        for path in sorted(paths):
            if path not in self.accounts:
                return "unknown_account"
            if path in self.closed:
                return "account_closed"
        return None

    def _code_of_period(self, requests: list[JournalRequest]) -> str | None:
        is_late = any(request.effective_at < self.open_from for request in requests)
        return "period_closed" if is_late else None

    def _code_of_resolutions(self, requests: list[JournalRequest], now: datetime) -> str | None:
        for request in requests:
            for transfer in request.transfers:
                if not isinstance(transfer, Resolution):
                    continue
                held = self.holds[transfer.pending_transfer]
                if held.resolved_by is not None:
                    return "pending_already_resolved"
                if transfer.action == "post" and held.expires_at is not None and held.expires_at <= now:
                    return "pending_expired"
                if transfer.amount is not None and transfer.amount > held.amount:
                    return "pending_amount_exceeded"
        return None

    def _code_of_rows(self, requests: list[JournalRequest]) -> str | None:
        """The table itself refuses row by row."""
        resolved: set[int] = set()
        for request in requests:
            for transfer in request.transfers:
                source, target, _ = self._moved(transfer)
                if self.accounts[source].book != self.accounts[target].book:
                    return "wrong_book"
                if isinstance(transfer, Resolution):
                    if transfer.pending_transfer in resolved:
                        return "pending_already_resolved"
                    resolved.add(transfer.pending_transfer)
        return None

    def _code_of_mirrors(self, requests: list[JournalRequest]) -> str | None:
        for request in requests:
            apart: dict[str | None, int] = {}
            for moved in self._moves_of(request):
                for path, change in ((moved.source, -moved.amount), (moved.target, moved.amount)):
                    spec = self.accounts[path]
                    apart[spec.mirror] = apart.get(spec.mirror, 0) + spec.mirror_side * change
            if any(apart.values()):
                return "mirror_broken"
        return None

    def _code_of_guards(self, requests: list[JournalRequest]) -> str | None:
        """All journals of a batch count together."""
        after = Model(self.accounts, [replace(held) for held in self.holds], dict(self.journals))
        after.moves = dict(self.moves)
        after.post(requests)
        for path in sorted(self.accounts):
            spec, balances = self.accounts[path], after.balances(path)
            if spec.is_guarded and balances.posted < balances.pending_out:
                return "insufficient_balance"
            if spec.limit is not None and balances.posted + balances.pending_in > spec.limit:
                return "limit_exceeded"
        return None

    def _moves_of(self, request: JournalRequest) -> Iterator[Moved]:
        for transfer in request.transfers:
            source, target, amount = self._moved(transfer)
            if amount:
                yield Moved(self.recordings, request.effective_at, source, target, amount)

    def _moved(self, transfer: TransferRequest | Resolution) -> tuple[str, str, int]:
        if isinstance(transfer, TransferRequest):
            return transfer.source, transfer.target, 0 if transfer.is_pending else transfer.amount
        held = self.holds[transfer.pending_transfer]
        if transfer.action == "void":
            return held.source, held.target, 0
        return held.source, held.target, held.amount if transfer.amount is None else transfer.amount

    def _hold_or_release(self, transfer: TransferRequest | Resolution, key: str) -> None:
        if isinstance(transfer, Resolution):
            self.holds[transfer.pending_transfer].resolved_by = key
        elif transfer.is_pending:
            self.holds.append(Held(transfer.source, transfer.target, transfer.amount, transfer.expires_at))


def _count_holds(request: JournalRequest) -> int:
    return sum(
        isinstance(transfer, TransferRequest) and transfer.is_pending for transfer in request.transfers
    )
