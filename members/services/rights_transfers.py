"""Transfer of rights: a member sells a part of a commitment, with the stock attributed to it, to another."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.models import Proposal, User
from governance.selectors import require_role
from ledger.domain.quantities import LARGEST_AMOUNT
from ledger.selectors import get_balances
from ledger.services import JournalRequest, TransferRequest, post_journals
from members.domain import accounts
from members.domain.life_cycle import require_state
from members.domain.requests import RightsTransferRequest
from members.errors import (
    CommitmentEnded,
    CommitmentNotFound,
    RightsExceeded,
    TransferBlocked,
    TransferWithinFirm,
)
from members.models import Agreement, Commitment, Firm, RightsTransfer
from members.obstacles import transfer_obstacles
from members.selectors.commitments import get_agreements
from members.services.commitments import draw_ordinals, require_within_agreement
from members.services.firm_accounts import open_firm_accounts
from members.services.firms import lock_firms, require_reason
from reserve.domain.measures import check_number, check_quantity
from reserve.selectors import reserve_day, today
from reserve.services.material_locks import lock_materials
from reserve.texts import check_texts

ACTION = "members.transfer_rights"
TRADING_STATES = frozenset({Firm.State.ACTIVE})


@transaction.atomic
def propose_rights_transfer(*, wish: RightsTransferRequest, actor: User, reason: str) -> Proposal:
    """Put a sale that both members agreed on before a second person; what they pay each other is theirs.

    Nothing is reserved until it is approved. Raises CommitmentNotFound, AgreementNotFound,
    TransferWithinFirm, WrongState, CommitmentEnded, CommitmentOutsideAgreement, RightsExceeded,
    TransferBlocked, QuantityNotPositive, NumberOutOfRange, ReasonMissing, ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    check_quantity(wish.quantity_g, field="quantity")
    check_number(wish.position_g, field="position", least=0, most=LARGEST_AMOUNT)
    sold, agreement = _lock_parties(wish)
    _require_allowed(wish, sold, agreement)
    return propose(
        action=ACTION,
        subject_type="commitment",
        subject_id=str(sold.id),
        payload={
            "from_firm": str(sold.firm_id),
            "to_firm": str(agreement.firm_id),
            "to_agreement": str(agreement.id),
            "material": sold.material.code,
            "quantity_g": wish.quantity_g,
            "position_g": wish.position_g,
            "fixed_price_usd_per_kg": f"{sold.fixed_price_usd_per_kg:f}",
        },
        actor=actor,
        reason=require_reason(reason),
    )


def commitment_as_it_stands(commitment_id: str) -> Mapping[str, object]:
    """What a proposed transfer rests on: it is stale once a part was sold or the commitment closed."""
    row = Commitment.objects.get(id=commitment_id)
    return {"open_g": row.open_g, "state": str(row.state)}


def apply_rights_transfer(proposal: Proposal, approver: User) -> None:
    """Move the rights as of now: position and duty to buy in one journal, never retroactive.

    Raises what `propose_rights_transfer` raises about the parties and their accounts.
    """
    content = proposal.payload
    wish = RightsTransferRequest(
        commitment_id=UUID(proposal.subject_id),
        to_agreement_id=UUID(content["to_agreement"]),
        quantity_g=content["quantity_g"],
        position_g=content["position_g"],
    )
    sold, agreement = _lock_parties(wish)
    _require_allowed(wish, sold, agreement)
    at = timezone.now()
    bought = _make_bought(wish, sold, agreement, approver=approver, at=at)
    open_firm_accounts(holdings=[(str(agreement.firm_id), sold.material.code)])
    row = RightsTransfer(
        commitment=sold,
        taken_over_as=bought,
        from_firm_id=sold.firm_id,
        to_firm_id=bought.firm_id,
        quantity_g=wish.quantity_g,
        position_g=wish.position_g,
        reason=proposal.reason,
        proposal=proposal,
        approved_by=approver,
        effective_at=at,
    )
    row.journal_id = post_journals(journals=[_journal_of(row)])[0].id
    check_texts([row])
    with refusals_of_constraints():
        row.save(force_insert=True)


def _lock_parties(wish: RightsTransferRequest) -> tuple[Commitment, Agreement]:
    """The commitment and the buyer's agreement; material, firms and commitment are locked, in this order."""
    commitments = Commitment.objects.select_related("material").filter(id=wish.commitment_id)
    found = commitments.first()
    if found is None:
        raise CommitmentNotFound("No such commitment.", field="commitment")
    agreement = get_agreements(agreement_ids=[wish.to_agreement_id])[wish.to_agreement_id]
    if agreement.firm_id == found.firm_id:
        raise TransferWithinFirm("The agreement is the seller's own.", field="to_agreement")
    lock_materials(material_codes=[found.material.code])
    firms = lock_firms(firm_ids=[found.firm_id, agreement.firm_id])
    for firm in firms.values():
        require_state(firm.state, TRADING_STATES)
    return commitments.select_for_update(of=("self",)).get(), agreement


def _require_allowed(wish: RightsTransferRequest, sold: Commitment, agreement: Agreement) -> None:
    if sold.ends_on is not None and sold.ends_on < today():
        raise CommitmentEnded("The commitment has ended.", ended_on=sold.ends_on.isoformat())
    require_within_agreement(
        starts_on=max(sold.starts_on, today()), ends_on=sold.ends_on, agreement=agreement
    )
    _require_held(wish, sold)
    obstacles = transfer_obstacles(
        firm_ids=[sold.firm_id, agreement.firm_id], material_code=sold.material.code
    )
    if obstacles:
        raise TransferBlocked("Something stands in the way of the transfer.", obstacles=obstacles)


def _require_held(wish: RightsTransferRequest, sold: Commitment) -> None:
    """The ledger's guards would refuse it too; this names what would have been possible."""
    firm, material = str(sold.firm_id), sold.material.code
    position, duty = accounts.position(firm, material), accounts.commitment(firm, material)
    balances = get_balances(paths=[position, duty])
    held, unfilled = balances[position].available, balances[duty].available
    to_be_bought = wish.quantity_g - wish.position_g
    if wish.quantity_g > sold.open_g or wish.position_g > held or not 0 <= to_be_bought <= unfilled:
        raise RightsExceeded(
            "The seller holds less than that.",
            field="position" if wish.position_g > min(held, wish.quantity_g) else "quantity",
            open_g=sold.open_g,
            free_position_g=held,
            unfilled_g=unfilled,
        )


def _make_bought(
    wish: RightsTransferRequest, sold: Commitment, agreement: Agreement, *, approver: User, at: datetime
) -> Commitment:
    """Take the part off the seller's commitment and make the buyer's; its up-front fee is paid already."""
    sold.transferred_g += wish.quantity_g
    if sold.open_g == 0:
        sold.state = Commitment.State.CLOSED
    bought = Commitment(
        agreement=agreement,
        firm_id=agreement.firm_id,
        material=sold.material,
        quantity_g=wish.quantity_g,
        fixed_price_usd_per_kg=sold.fixed_price_usd_per_kg,
        currency=sold.currency,
        rebuy_rule=sold.rebuy_rule,
        starts_on=max(sold.starts_on, reserve_day(at)),
        ends_on=sold.ends_on,
        made_by=approver,
        made_at=at,
        ordinal=draw_ordinals(1)[0],
        upfront_fee_cents=0,
        upfront_fee_charged_at=at,
    )
    with refusals_of_constraints():
        sold.save(update_fields=["transferred_g", "state"])
        bought.save(force_insert=True)
    return bought


def _journal_of(row: RightsTransfer) -> JournalRequest:
    seller, buyer, material = str(row.from_firm_id), str(row.to_firm_id), row.commitment.material.code
    moves = [
        (accounts.position, row.position_g),
        (accounts.commitment, row.quantity_g - row.position_g),
    ]
    return JournalRequest(
        kind="members.rights_transferred",
        idempotency_key=f"rights_transfer:{row.id}",
        effective_at=row.effective_at,
        transfers=[
            TransferRequest(path_of(seller, material), path_of(buyer, material), grams)
            for path_of, grams in moves
            if grams
        ],
        reference_type="rights_transfer",
        reference_id=str(row.id),
    )
