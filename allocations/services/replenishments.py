"""Bringing back what an exchange took: an accepted lot restores lenders, stock and the own position."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from allocations.domain.replenishing import (
    Debt,
    Restoration,
    share_among_lenders,
    split_replenishment,
)
from allocations.errors import LotAlreadyReplenished, LotNotForDrawdown, NothingToReplenish
from allocations.models import Drawdown, Replenishment
from allocations.services.drawdown_steps import lock_drawdowns
from allocations.services.effective_times import require_effective
from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from ledger.selectors import list_balances_under
from ledger.services import JournalRequest, TransferRequest, post_journals
from members.domain import accounts
from reserve.domain import accounts as reserve_accounts
from reserve.models import Lot
from reserve.selectors import get_lot


def in_kind_reference(drawdown_id: UUID | str) -> str:
    """What a lot received in kind names, so that it can bring back this drawdown."""
    return f"drawdown:{drawdown_id}"


@transaction.atomic
def replenish_drawdown(
    *, drawdown_id: UUID | str, lot_number: str, actor: User, effective_at: datetime
) -> Replenishment:
    """Let an accepted lot, received in kind for this drawdown, bring back as much as is outstanding.

    Lenders are restored first, all lenders of the material in proportion to what each is owed, then
    unattributed stock, then the firm's own position. What the lot holds beyond that stays
    unattributed. Raises DrawdownNotFound, NothingToReplenish, LotNotFound, LotNotForDrawdown,
    LotAlreadyReplenished, EffectiveAtOutOfRange (before the delivery or the lot's acceptance, or in the
    future), RoleRequired, and InsufficientBalance where the lot was attributed meanwhile.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    drawdown = lock_drawdowns(drawdown_ids=[drawdown_id])[0]
    _require_outstanding(drawdown)
    lot = get_lot(lot_number=lot_number)
    _require_answer(lot, drawdown)
    known = [at for at in (drawdown.delivered_at, lot.accepted_at) if at is not None]
    require_effective(effective_at=effective_at, not_before=max(known))
    quantity = min(lot.net_g, drawdown.outstanding_g)
    parts = split_replenishment(debt=_debt_of(drawdown), quantity_g=quantity)
    lenders = _shares_of_lenders(drawdown.material.code, parts.to_lenders_g)
    posted = post_journals(journals=[_journal(drawdown, lot, parts, lenders, effective_at)])
    drawdown.replenished_g += quantity
    drawdown.returned_to_lenders_g += parts.to_lenders_g
    drawdown.save(update_fields=["replenished_g", "returned_to_lenders_g"])
    with refusals_of_constraints():
        return Replenishment.objects.create(
            drawdown=drawdown,
            lot=lot,
            quantity_g=quantity,
            to_lenders_g=parts.to_lenders_g,
            to_unattributed_g=parts.to_unattributed_g,
            to_position_g=parts.to_position_g,
            effective_at=effective_at,
            recorded_by=actor,
            journal_id=posted[0].id,
        )


def _require_outstanding(drawdown: Drawdown) -> None:
    is_loan = drawdown.mode == Drawdown.Mode.EXCHANGE
    if not is_loan or drawdown.state != Drawdown.State.DELIVERED or drawdown.outstanding_g == 0:
        raise NothingToReplenish(
            "Nothing of this drawdown has to be brought back.",
            drawdown=str(drawdown.id),
            state=drawdown.state,
            mode=drawdown.mode,
        )


def _require_answer(lot: Lot, drawdown: Drawdown) -> None:
    is_answer = lot.in_kind_reference == in_kind_reference(drawdown.id)
    is_same = lot.material_id == drawdown.material_id
    if lot.state != Lot.State.ACCEPTED or not is_answer or not is_same:
        raise LotNotForDrawdown(
            "The lot is not an accepted one of this material that was received for this drawdown.",
            field="lot",
            lot=lot.number,
            state=lot.state,
        )
    if Replenishment.objects.filter(lot=lot).exists():
        raise LotAlreadyReplenished("The lot has brought back before.", field="lot", lot=lot.number)


def _debt_of(drawdown: Drawdown) -> Debt:
    return Debt(
        own_g=drawdown.own_g,
        unattributed_g=drawdown.unattributed_g,
        borrowed_g=drawdown.borrowed_g,
        replenished_g=drawdown.replenished_g,
        returned_to_lenders_g=drawdown.returned_to_lenders_g,
    )


def _shares_of_lenders(material: str, quantity_g: int) -> dict[str, int]:
    """Grams by lender, over everybody who is owed stock of the material."""
    owed = {
        balance.path.split("/")[1]: balance.posted
        for balance in list_balances_under(prefix="lent/")
        if balance.path.endswith(f"/{material}") and balance.posted > 0
    }
    return share_among_lenders(quantity_g=quantity_g, lent_g=owed) if quantity_g else {}


def _journal(
    drawdown: Drawdown,
    lot: Lot,
    parts: Restoration,
    lenders: Mapping[str, int],
    effective_at: datetime,
) -> JournalRequest:
    material, firm = drawdown.material.code, str(drawdown.firm_id)
    unattributed, issued = reserve_accounts.unattributed(material), reserve_accounts.issued(material)
    transfers = [
        TransferRequest(
            accounts.replenish(firm, material),
            reserve_accounts.obligations(material),
            parts.to_lenders_g + parts.to_unattributed_g + parts.to_position_g,
        )
    ]
    for lender, grams in lenders.items():
        transfers.append(TransferRequest(unattributed, accounts.position(lender, material), grams))
        transfers.append(TransferRequest(accounts.lent(lender, material), issued, grams))
    if parts.to_position_g:
        own = accounts.position(firm, material)
        transfers.append(TransferRequest(unattributed, own, parts.to_position_g))
    return JournalRequest(
        kind="allocations.drawdown_replenished",
        idempotency_key=f"drawdown:{drawdown.id}:replenish:{lot.id}",
        effective_at=effective_at,
        transfers=transfers,
        reference_type="drawdown",
        reference_id=str(drawdown.id),
    )
