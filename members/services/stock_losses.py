"""Writing off stock by two people: of a lot, or what a move arrived short by."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.models import Proposal, User
from governance.selectors import require_role
from ledger.domain.quantities import format_kg
from ledger.services import AccountSpec, JournalRequest, TransferRequest, open_accounts, post_journals
from members.domain.bearers import Title
from members.models import PositionLoss
from members.selectors.bearers import get_withheld_title
from members.services.firms import require_reason
from members.services.lot_moves import lock_move, title_lacking
from members.services.lots_in_hand import lock_lot, take_free_title
from members.services.title_moves import expire_title
from reserve.domain import accounts
from reserve.domain.lot_values import lost_value_cents
from reserve.domain.measures import check_quantity
from reserve.errors import LossAboveLot, LotWrongState
from reserve.models import Lot, LotMove, LotStop, StockLoss
from reserve.texts import check_texts

WRITE_OFF_LOT = "reserve.write_off_lot"
WRITE_OFF_MOVE = "reserve.write_off_move"
WRITTEN_OFF = "write-offs"


@transaction.atomic
def propose_lot_write_off(*, lot_number: str, quantity_g: int, actor: User, reason: str) -> Proposal:
    """Put the loss of a lot or a part of it before a second person. A stopped lot goes whole.

    Raises LotNotFound, LotWrongState, LossAboveLot, StockNotFree, QuantityNotPositive, ReasonMissing,
    ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    check_quantity(quantity_g, field="quantity")
    lot = lock_lot(lot_number=lot_number)
    _refuse_other_loss(lot, quantity_g)
    if lot.state == Lot.State.ACCEPTED:
        take_free_title(
            facility_code=lot.facility.code, material_code=lot.material.code, quantity_g=quantity_g
        )
    return propose(
        action=WRITE_OFF_LOT,
        subject_type="lot",
        subject_id=str(lot.id),
        payload={"lot": lot.number, "quantity_g": quantity_g},
        actor=actor,
        reason=require_reason(reason),
    )


@transaction.atomic
def propose_move_write_off(*, move_id: UUID, actor: User, reason: str) -> Proposal:
    """Put what a move arrived short by before a second person.

    Raises MoveNotFound, MoveWrongState, ReasonMissing, ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    move, lot = lock_move(move_id=move_id, state=LotMove.State.SHORT)
    return propose(
        action=WRITE_OFF_MOVE,
        subject_type="lot_move",
        subject_id=str(move.id),
        payload={"lot": lot.number, "quantity_g": move.lacking_g},
        actor=actor,
        reason=require_reason(reason),
    )


def apply_lot_write_off(proposal: Proposal, approver: User) -> None:
    """Take the loss out of both books and the inventory, as of now. Raises what proposing raises."""
    lot = lock_lot(lot_number=proposal.payload["lot"])
    quantity = int(proposal.payload["quantity_g"])
    _refuse_other_loss(lot, quantity)
    facility, material = lot.facility.code, lot.material.code
    is_stopped = lot.state == Lot.State.STOPPED
    if is_stopped:
        journal_id = LotStop.objects.values_list("journal_id", flat=True).get(lot=lot, released_at=None)
        title = get_withheld_title(journal_id=journal_id)
        place = accounts.quarantine(facility, material)
    else:
        title = take_free_title(facility_code=facility, material_code=material, quantity_g=quantity)
        place = accounts.custody(facility, material)
    loss = StockLoss(
        lot=lot, facility=lot.facility, material=lot.material, quantity_g=quantity, proposal=proposal
    )
    loss.value_cents = _value_of(lot, quantity, lot.net_g)
    record_loss(loss=loss, title=title, place=place, approver=approver, is_withheld=is_stopped)
    if is_stopped or quantity == lot.net_g:
        lot.state = Lot.State.WRITTEN_OFF
    else:
        lot.net_g -= quantity
    lot.save(update_fields=["state", "net_g"])


def apply_move_write_off(proposal: Proposal, approver: User) -> None:
    """Take what never arrived out of transit, as of now. Raises MoveWrongState."""
    move, lot = lock_move(move_id=UUID(proposal.subject_id), state=LotMove.State.SHORT)
    loss = StockLoss(
        lot=lot,
        move=move,
        facility=move.from_facility,
        material=lot.material,
        quantity_g=move.lacking_g,
        proposal=proposal,
    )
    loss.value_cents = _value_of(lot, move.lacking_g, _weight_before(lot, move))
    place = accounts.transit(lot.material.code)
    record_loss(loss=loss, title=title_lacking(move), place=place, approver=approver, is_withheld=True)
    move.state = LotMove.State.CLOSED
    move.save(update_fields=["state"])


def record_loss(*, loss: StockLoss, title: Title, place: str, approver: User, is_withheld: bool) -> None:
    """Post a loss on custody, title, duty and money in one journal, and keep who bore it."""
    material = loss.material.code
    loss.reason, loss.approved_by = loss.proposal.reason, approver
    loss.effective_at = timezone.now()
    check_texts([loss])
    transfers = [
        TransferRequest(place, accounts.outside(material), loss.quantity_g),
        *expire_title(material_code=material, title=title, is_withheld=is_withheld),
    ]
    if loss.value_cents:
        cost = accounts.expense(WRITTEN_OFF)
        open_accounts(accounts=[AccountSpec(cost, accounts.MONEY_BOOK)])
        transfers.append(TransferRequest(accounts.inventory(material), cost, loss.value_cents))
    loss.journal_id = post_journals(journals=[_loss_journal(loss, transfers, loss.effective_at)])[0].id
    with refusals_of_constraints():
        loss.save(force_insert=True)
        PositionLoss.objects.bulk_create(
            [
                PositionLoss(loss=loss, firm_id=UUID(firm), quantity_g=grams)
                for firm, grams in sorted(title.positions_g.items())
            ]
        )


def _loss_journal(loss: StockLoss, transfers: list[TransferRequest], at: datetime) -> JournalRequest:
    is_count = loss.lot is None
    return JournalRequest(
        kind="reserve.stock_count_adjusted" if is_count else "reserve.lot_written_off",
        idempotency_key=f"stock_loss:{loss.id}",
        effective_at=at,
        transfers=transfers,
        reference_type="stock_count" if is_count else "lot",
        reference_id=str(loss.stock_count_id if is_count else loss.lot_id),
    )


def _refuse_other_loss(lot: Lot, quantity_g: int) -> None:
    """An accepted lot loses at most its weight; a stopped one exactly what was put aside."""
    if lot.state == Lot.State.ACCEPTED:
        most, least = lot.net_g, 1
    elif lot.state == Lot.State.STOPPED:
        most = least = LotStop.objects.get(lot=lot, released_at=None).quantity_g
    else:
        raise LotWrongState(f"The lot is {lot.state}.", lot=lot.number, state=lot.state)
    if not least <= quantity_g <= most:
        raise LossAboveLot(
            "The lot can't lose that.", field="quantity", lot=lot.number, possible_kg=format_kg(most)
        )


def _value_of(lot: Lot, quantity_g: int, weight_g: int) -> int:
    """Cents of the lot's cost that go with the loss, out of what earlier losses left of it."""
    lost = lot.losses.aggregate(total=Sum("value_cents"))["total"] or 0
    left = (lot.value_cents or 0) - int(lost)
    return lost_value_cents(left_cents=left, quantity_g=quantity_g, weight_g=weight_g)


def _weight_before(lot: Lot, move: LotMove) -> int:
    """What the lot weighs with what the move lacks; a lot that didn't arrive at all has only that."""
    return move.lacking_g + (lot.net_g if move.arrived_g else 0)
