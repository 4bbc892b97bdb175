"""Stopping a suspicious lot that was accepted already, and releasing it by two people."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.models import Proposal, User
from governance.selectors import require_role
from ledger.selectors import get_balance
from ledger.services import JournalRequest, TransferRequest, post_journals
from members.domain.bearers import share_among_bearers
from members.selectors.bearers import get_free_title, get_withheld_title
from members.services.firms import require_reason
from members.services.lots_in_hand import lock_lot
from members.services.title_moves import restore_title, withhold_title
from reserve.domain import accounts
from reserve.errors import ReleasedByStopper
from reserve.models import Lot, LotStop
from reserve.selectors.lots import get_lot
from reserve.texts import check_texts

ACTION = "reserve.release_lot"


@transaction.atomic
def stop_lot(*, lot_number: str, actor: User, reason: str) -> LotStop:
    """Stop an accepted lot, as of now: what is left of it goes back to quarantine and counts nowhere.

    Raises LotNotFound, LotWrongState, ReasonMissing, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.APPROVER, Role.SYSTEM)
    require_reason(reason)
    lot = lock_lot(lot_number=lot_number, state=Lot.State.ACCEPTED)
    return put_lot_aside(lot, actor, reason)


def put_lot_aside(lot: Lot, actor: User, reason: str) -> LotStop:
    """Stop a lot that is locked behind its material."""
    facility, material = lot.facility.code, lot.material.code
    held = get_balance(path=accounts.custody(facility, material)).available
    free = get_free_title(material_code=material)
    grams = max(0, min(lot.net_g, held, free.total_g))
    stop = LotStop(lot=lot, quantity_g=grams, reason=reason, stopped_by=actor, stopped_at=timezone.now())
    check_texts([stop])
    if grams:
        title = share_among_bearers(quantity_g=grams, title=free)
        custody = TransferRequest(
            accounts.custody(facility, material), accounts.quarantine(facility, material), grams
        )
        transfers = [custody, *withhold_title(material_code=material, title=title)]
        journal = _journal(stop, "reserve.lot_stopped", transfers, stop.stopped_at)
        stop.journal_id = post_journals(journals=[journal])[0].id
    lot.state = Lot.State.STOPPED
    with refusals_of_constraints():
        lot.save(update_fields=["state"])
        stop.save(force_insert=True)
    return stop


@transaction.atomic
def propose_lot_release(*, lot_number: str, actor: User, reason: str) -> Proposal:
    """Put the release of a stopped lot before a second person, who must not be who stopped it.

    Raises LotNotFound, LotWrongState, ReasonMissing, ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    require_reason(reason)
    lot = lock_lot(lot_number=lot_number, state=Lot.State.STOPPED)
    stop = LotStop.objects.get(lot=lot, released_at=None)
    return propose(
        action=ACTION,
        subject_type="lot",
        subject_id=str(lot.id),
        payload={"lot": lot.number, "stop": str(stop.id), "quantity_g": stop.quantity_g},
        actor=actor,
        reason=reason,
    )


def apply_lot_release(proposal: Proposal, approver: User) -> None:
    """Give the lot back to the stock, as of now, and the title to those whose it was.

    Raises LotWrongState, ReleasedByStopper.
    """
    lot = lock_lot(lot_number=proposal.payload["lot"], state=Lot.State.STOPPED)
    stop = LotStop.objects.select_related("stopped_by").get(lot=lot, released_at=None)
    if stop.stopped_by.person == approver.person:
        raise ReleasedByStopper("Who stopped a lot can't release it.", lot=lot.number)
    stop.lot = lot
    stop.released_by, stop.released_at = approver, timezone.now()
    facility, material = lot.facility.code, lot.material.code
    if stop.journal_id is not None:
        title = get_withheld_title(journal_id=stop.journal_id)
        custody = TransferRequest(
            accounts.quarantine(facility, material), accounts.custody(facility, material), stop.quantity_g
        )
        transfers = [custody, *restore_title(material_code=material, title=title)]
        post_journals(journals=[_journal(stop, "reserve.lot_released", transfers, stop.released_at)])
    lot.state = Lot.State.ACCEPTED
    with refusals_of_constraints():
        lot.save(update_fields=["state"])
        stop.save(update_fields=["released_by", "released_at"])


def lot_as_it_stands(lot_id: str) -> dict[str, object]:
    """What a proposed step rests on: it is stale once the lot's state, weight, place or assay changed."""
    lot = get_lot(lot_number=Lot.objects.values_list("number", flat=True).get(id=lot_id))
    return {
        "state": lot.state,
        "net_g": lot.net_g,
        "facility": lot.facility.code,
        "assay_percent": f"{lot.assay_percent:f}",
    }


def _journal(stop: LotStop, kind: str, transfers: list[TransferRequest], at: datetime) -> JournalRequest:
    return JournalRequest(
        kind=kind,
        idempotency_key=f"stop:{stop.id}:{kind}",
        effective_at=at,
        transfers=transfers,
        reference_type="lot",
        reference_id=str(stop.lot_id),
    )
