"""The journals of a drawdown: reserve, deliver, give back. One shape for normal draws and awards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from allocations.domain.sourcing import Sources
from allocations.models import Drawdown
from ledger.services import JournalRequest, Resolution, TransferRequest
from members.domain import accounts
from reserve.domain import accounts as reserve_accounts


@dataclass(frozen=True, slots=True)
class Plan:
    """What a drawdown takes: from whom, from which facilities (grams each), for how many cents."""

    drawdown: Drawdown
    sources: Sources
    facilities: Sequence[tuple[str, int]]
    price_cents: int = 0


def write_plan(*, plan: Plan, reserved_at: datetime) -> None:
    """Put what is reserved on the drawdown; the caller saves it."""
    drawdown = plan.drawdown
    drawdown.reserved_at = reserved_at
    drawdown.own_g = plan.sources.own_g
    drawdown.unattributed_g = plan.sources.unattributed_g
    drawdown.borrowed_g = plan.sources.borrowed_g
    drawdown.granted_g = drawdown.own_g + drawdown.unattributed_g + drawdown.borrowed_g
    drawdown.facilities = [[code, str(grams)] for code, grams in plan.facilities]
    drawdown.price_cents = plan.price_cents if drawdown.mode == Drawdown.Mode.PURCHASE else None


def reservation_journal(*, plan: Plan, effective_at: datetime) -> JournalRequest:
    """Everything that delivery will move, pending: custody, title, loans, duty, and the price."""
    drawdown = plan.drawdown
    transfers = [
        *_custody(plan),
        *_title(plan),
        TransferRequest(
            reserve_accounts.obligations(drawdown.material.code),
            _duty_account(drawdown),
            drawdown.granted_g,
            is_pending=True,
        ),
    ]
    if plan.price_cents:
        receivable = accounts.receivable(str(drawdown.firm_id))
        transfers.append(
            TransferRequest(reserve_accounts.income("sales"), receivable, plan.price_cents, is_pending=True)
        )
    return _journal(drawdown, "reserved", effective_at, transfers)


def resolution_journal(
    *, drawdown: Drawdown, action: Literal["post", "void"], effective_at: datetime
) -> JournalRequest:
    """Post what was reserved (delivery), or let go of it."""
    step = "delivered" if action == "post" else "withdrawn"
    return _journal(
        drawdown, step, effective_at, [Resolution(number, action) for number in drawdown.transfers]
    )


def _custody(plan: Plan) -> list[TransferRequest]:
    material = plan.drawdown.material.code
    return [
        TransferRequest(
            reserve_accounts.custody(facility, material),
            reserve_accounts.outside(material),
            grams,
            is_pending=True,
        )
        for facility, grams in plan.facilities
    ]


def _title(plan: Plan) -> list[TransferRequest]:
    material, firm = plan.drawdown.material.code, str(plan.drawdown.firm_id)
    issued = reserve_accounts.issued(material)
    taken = [
        (accounts.position(firm, material), plan.sources.own_g),
        (reserve_accounts.unattributed(material), plan.sources.unattributed_g),
        *((accounts.position(lender, material), grams) for lender, grams in plan.sources.lenders),
    ]
    owed = [(accounts.lent(lender, material), grams) for lender, grams in plan.sources.lenders]
    return [
        *(TransferRequest(path, issued, grams, is_pending=True) for path, grams in taken if grams),
        *(TransferRequest(issued, path, grams, is_pending=True) for path, grams in owed),
    ]


def _duty_account(drawdown: Drawdown) -> str:
    owed = accounts.replenish if drawdown.mode == Drawdown.Mode.EXCHANGE else accounts.rebuy
    return owed(str(drawdown.firm_id), drawdown.material.code)


def _journal(
    drawdown: Drawdown,
    step: str,
    effective_at: datetime,
    transfers: Sequence[TransferRequest | Resolution],
) -> JournalRequest:
    return JournalRequest(
        kind=f"allocations.drawdown_{step}",
        idempotency_key=f"drawdown:{drawdown.id}:{step}",
        effective_at=effective_at,
        transfers=transfers,
        reference_type="drawdown",
        reference_id=str(drawdown.id),
    )
