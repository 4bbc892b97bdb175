"""The ledger in plain Python: what posting should do, said the simplest way, without a database."""

from dataclasses import dataclass, field

from ledger.domain.requests import AccountSpec, JournalRequest, Resolution, TransferRequest


@dataclass
class Held:
    """A pending transfer of the model."""

    source: str
    target: str
    amount: int
    is_open: bool = True


@dataclass
class Model:
    """Balances and pendings; a batch answers with the code it is refused with, or None."""

    accounts: dict[str, AccountSpec]
    posted: dict[str, int] = field(default_factory=dict)
    pending_in: dict[str, int] = field(default_factory=dict)
    pending_out: dict[str, int] = field(default_factory=dict)
    holds: list[Held] = field(default_factory=list)
    journals: dict[str, JournalRequest] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for amounts in (self.posted, self.pending_in, self.pending_out):
            amounts.update(dict.fromkeys(self.accounts, 0))

    def codes_against(self, batch: list[JournalRequest]) -> set[str]:
        """Every refusal the batch deserves; posting names one of them. Posts nothing."""
        codes = set()
        new: dict[str, JournalRequest] = {}
        for request in batch:
            known = self.journals.get(request.idempotency_key) or new.get(request.idempotency_key)
            if known is None:
                new[request.idempotency_key] = request
            elif known != request:
                codes.add("idempotency_conflict")
        if codes:
            return codes
        return self._codes_of_new(list(new.values()))

    def post(self, batch: list[JournalRequest]) -> None:
        """Post the journals that are new."""
        for request in batch:
            if request.idempotency_key not in self.journals:
                self.journals[request.idempotency_key] = request
                for transfer in request.transfers:
                    self._apply(transfer)

    def _codes_of_new(self, requests: list[JournalRequest]) -> set[str]:
        codes = set()
        resolved = set()
        for request in requests:
            for transfer in request.transfers:
                if isinstance(transfer, Resolution):
                    held = self.holds[transfer.pending_transfer]
                    if not held.is_open or transfer.pending_transfer in resolved:
                        codes.add("pending_already_resolved")
                    if (transfer.amount or 0) > held.amount:
                        codes.add("pending_amount_exceeded")
                    resolved.add(transfer.pending_transfer)
            codes |= self._mirror_codes(request)
        return codes or self._guard_codes(requests)

    def _mirror_codes(self, request: JournalRequest) -> set[str]:
        moved: dict[str | None, int] = {}
        for transfer in request.transfers:
            source, target, amount = self._moved(transfer)
            for path, change in ((source, -amount), (target, amount)):
                spec = self.accounts[path]
                moved[spec.mirror] = moved.get(spec.mirror, 0) + spec.mirror_side * change
        return {"mirror_broken"} if any(moved.values()) else set()

    def _guard_codes(self, requests: list[JournalRequest]) -> set[str]:
        after = Model(self.accounts)
        after.posted.update(self.posted)
        after.pending_in.update(self.pending_in)
        after.pending_out.update(self.pending_out)
        after.holds = [Held(held.source, held.target, held.amount) for held in self.holds]
        after.post(requests)
        codes = set()
        for path, spec in self.accounts.items():
            if spec.is_guarded and after.posted[path] < after.pending_out[path]:
                codes.add("insufficient_balance")
            if spec.limit is not None and after.posted[path] + after.pending_in[path] > spec.limit:
                codes.add("limit_exceeded")
        return codes

    def _moved(self, transfer: TransferRequest | Resolution) -> tuple[str, str, int]:
        if isinstance(transfer, TransferRequest):
            return transfer.source, transfer.target, 0 if transfer.is_pending else transfer.amount
        held = self.holds[transfer.pending_transfer]
        if transfer.action == "void":
            return held.source, held.target, 0
        return held.source, held.target, held.amount if transfer.amount is None else transfer.amount

    def _apply(self, transfer: TransferRequest | Resolution) -> None:
        source, target, amount = self._moved(transfer)
        self.posted[source] -= amount
        self.posted[target] += amount
        if isinstance(transfer, Resolution):
            held = self.holds[transfer.pending_transfer]
            held.is_open = False
            self._reserve(held.source, held.target, -held.amount)
        elif transfer.is_pending:
            self.holds.append(Held(source, target, transfer.amount))
            self._reserve(source, target, transfer.amount)

    def _reserve(self, source: str, target: str, amount: int) -> None:
        self.pending_out[source] += amount
        self.pending_in[target] += amount
