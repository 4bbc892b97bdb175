"""Steps of a lot's life as tests take them, each with its second person."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from django.utils import timezone

from governance.approvals import approve_proposal
from governance.models import Proposal
from ledger.selectors import get_balance, list_balances_under
from members.models import AttributionRun
from members.services import (
    attribute_stock,
    complete_lot_move,
    propose_lot_release,
    propose_lot_write_off,
    propose_move_write_off,
    propose_stock_adjustment,
    record_lot_assay,
    record_stock_count,
    start_lot_move,
)
from members.verification import check_duties, check_positions
from reserve.models import Lot, LotAssay, LotMove, StockCount
from reserve.selectors import today
from reserve.verification import (
    check_accepted_lots,
    check_funded_purchases,
    check_payables,
    check_quarantine,
    check_transit,
    check_withheld,
)
from tests.members.standing import Member
from tests.reserve.standing import People, documents

CHECKS: tuple[Callable[[], object], ...] = (
    check_positions,
    check_duties,
    check_quarantine,
    check_accepted_lots,
    check_transit,
    check_withheld,
    check_payables,
    check_funded_purchases,
)


def findings() -> list[object]:
    """Everything that any cross-check finds."""
    return [finding for check in CHECKS for finding in check()]  # type: ignore[attr-defined]


def total(prefix: str) -> int:
    return sum(balance.posted for balance in list_balances_under(prefix=f"{prefix}/"))


def balance(path: str) -> int:
    return get_balance(path=path).posted


def position(owner: Member) -> int:
    return balance(f"position/{owner.firm.id}/antimony")


def attribute(people: People, run_key: str = "run") -> AttributionRun:
    return attribute_stock(
        material_codes=["antimony"], actor=people.administrator, effective_at=timezone.now(), run_key=run_key
    )


def approve(people: People, proposal: Proposal) -> None:
    approve_proposal(proposal_id=proposal.id, actor=people.approver)


def depart(people: People, lot: Lot, to: str = "west") -> LotMove:
    return start_lot_move(lot_number=lot.number, to_facility_code=to, actor=people.administrator)


def arrive(people: People, move: LotMove, grams: int) -> LotMove:
    return complete_lot_move(move_id=move.id, arrived_g=grams, actor=people.administrator)


def write_off_move(people: People, move: LotMove) -> None:
    approve(people, propose_move_write_off(move_id=move.id, actor=people.administrator, reason="spilled"))


def write_off(people: People, lot: Lot, grams: int) -> None:
    proposal = propose_lot_write_off(
        lot_number=lot.number, quantity_g=grams, actor=people.administrator, reason="spoilt"
    )
    approve(people, proposal)


def release(people: People, lot: Lot) -> None:
    approve(people, propose_lot_release(lot_number=lot.number, actor=people.administrator, reason="in order"))


def assay(people: People, lot: Lot, percent: str = "99.70") -> LotAssay:
    return record_lot_assay(
        lot_number=lot.number,
        element="Sb",
        percent=Decimal(percent),
        assayed_on=today(),
        certificate=documents()[0],
        actor=people.administrator,
    )


def count_stock(
    people: People, counted_g: int, *, at: datetime | None = None, facility: str = "east"
) -> StockCount:
    return record_stock_count(
        facility_code=facility,
        material_code="antimony",
        counted_g=counted_g,
        counted_at=at or datetime.now(UTC),
        actor=people.administrator,
    )


def adjust(people: People, count: StockCount) -> None:
    proposal = propose_stock_adjustment(
        stock_count_id=count.id, actor=people.administrator, reason="counted twice"
    )
    approve(people, proposal)
