"""Moving lots between facilities: what is under way counts nowhere, and nobody can draw it."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from ledger.domain.quantities import LARGEST_AMOUNT, format_kg
from ledger.services import AccountSpec, JournalRequest, TransferRequest, open_accounts, post_journals
from members.domain.bearers import Title, share_among_bearers
from members.selectors.bearers import get_withheld_title
from members.services.lots_in_hand import lock_lot, take_free_title
from members.services.title_moves import restore_title, withhold_title
from reserve.domain import accounts
from reserve.domain.measures import check_number
from reserve.errors import ArrivedAboveDeparted, MoveNotFound, MoveWithinFacility, MoveWrongState
from reserve.models import Facility, Lot, LotMove
from reserve.selectors.materials import get_material
from reserve.selectors.storage import get_facilities
from reserve.services.storage import open_storage_accounts, require_room


@transaction.atomic
def start_lot_move(*, lot_number: str, to_facility_code: str, actor: User) -> LotMove:
    """Send an accepted lot to another facility, as of now: custody and title leave the stock together.

    Raises LotNotFound, LotWrongState, FacilityNotFound, MoveWithinFacility, StorageClassNotTaken,
    CapacityExceeded, StockNotFree, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    lot = lock_lot(lot_number=lot_number, state=Lot.State.ACCEPTED)
    target = get_facilities(facility_codes=[to_facility_code])[to_facility_code]
    if target.id == lot.facility_id:
        raise MoveWithinFacility("The lot is there already.", field="to_facility", facility=target.code)
    _require_room(lot, target, lot.net_g)
    facility, material = lot.facility.code, lot.material.code
    title = take_free_title(facility_code=facility, material_code=material, quantity_g=lot.net_g)
    open_accounts(
        accounts=[AccountSpec(accounts.transit(material), accounts.custody_book(material), is_guarded=True)]
    )
    open_storage_accounts(places=[(target.code, material)])
    move = LotMove(
        lot=lot,
        from_facility=lot.facility,
        to_facility=target,
        departed_g=lot.net_g,
        departed_by=actor,
        departed_at=timezone.now(),
    )
    custody = TransferRequest(
        accounts.custody(facility, material), accounts.transit(material), move.departed_g
    )
    move.departure_journal_id = post_journals(
        journals=[
            JournalRequest(
                kind="reserve.lot_departed",
                idempotency_key=f"move:{move.id}:depart",
                effective_at=move.departed_at,
                transfers=[custody, *withhold_title(material_code=material, title=title)],
                reference_type="lot",
                reference_id=str(lot.id),
            )
        ]
    )[0].id
    lot.state = Lot.State.IN_TRANSIT
    with refusals_of_constraints():
        lot.save(update_fields=["state"])
        move.save(force_insert=True)
    return move


@transaction.atomic
def complete_lot_move(*, move_id: UUID, arrived_g: int, actor: User) -> LotMove:
    """Take a lot in at its new place with the weight measured there; it counts again, as of now.

    What is missing stays in transit until two people write it off. Raises MoveNotFound, MoveWrongState,
    ArrivedAboveDeparted, NumberOutOfRange, StorageClassNotTaken, CapacityExceeded, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    check_number(arrived_g, field="arrived", least=0, most=LARGEST_AMOUNT)
    move, lot = lock_move(move_id=move_id, state=LotMove.State.DEPARTED)
    if arrived_g > move.departed_g:
        raise ArrivedAboveDeparted(
            "More arrived than left; take it in and count the stock.",
            field="arrived",
            departed_kg=format_kg(move.departed_g),
        )
    if arrived_g:
        _require_room(lot, move.to_facility, arrived_g)
    move.arrived_g, move.arrived_by, move.arrived_at = arrived_g, actor, timezone.now()
    is_whole = arrived_g == move.departed_g
    move.state = LotMove.State.CLOSED if is_whole else LotMove.State.SHORT
    if arrived_g:
        post_journals(journals=[_arrival_journal(move, lot, arrived_g)])
        lot.state, lot.facility, lot.net_g = Lot.State.ACCEPTED, move.to_facility, arrived_g
    else:
        lot.state = Lot.State.WRITTEN_OFF
    with refusals_of_constraints():
        lot.save(update_fields=["state", "facility", "net_g"])
        move.save(update_fields=["state", "arrived_g", "arrived_by", "arrived_at"])
    return move


def lock_move(*, move_id: UUID, state: LotMove.State) -> tuple[LotMove, Lot]:
    """Lock a move behind its lot. Raises MoveNotFound, MoveWrongState."""
    rows = LotMove.objects.select_related("lot", "from_facility", "to_facility").filter(id=move_id)
    found = rows.first()
    if found is None:
        raise MoveNotFound("No such move.", field="move")
    lot = lock_lot(lot_number=found.lot.number)
    move = rows.select_for_update(of=("self",)).get()
    if move.state != state:
        raise MoveWrongState(f"The move is {move.state}.", state=move.state, needed=str(state))
    return move, lot


def title_lacking(move: LotMove) -> Title:
    """Whose title what is missing of a move is: unattributed first, as for any loss."""
    withheld = get_withheld_title(journal_id=move.departure_journal_id)
    lacking = move.departed_g - (move.arrived_g or 0)
    return share_among_bearers(quantity_g=lacking, title=withheld)


def _require_room(lot: Lot, target: Facility, grams: int) -> None:
    storage_class = get_material(material_code=lot.material.code).storage_class
    require_room(arrivals=[(target.code, storage_class, grams)])


def _arrival_journal(move: LotMove, lot: Lot, grams: int) -> JournalRequest:
    assert move.arrived_at is not None  # noqa: S101 - for the type checker; the caller has set it
    material = lot.material.code
    title = get_withheld_title(journal_id=move.departure_journal_id).without(title_lacking(move))
    return JournalRequest(
        kind="reserve.lot_arrived",
        idempotency_key=f"move:{move.id}:arrive",
        effective_at=move.arrived_at,
        transfers=[
            TransferRequest(
                accounts.transit(material), accounts.custody(move.to_facility.code, material), grams
            ),
            *restore_title(material_code=material, title=title),
        ],
        reference_type="lot",
        reference_id=str(lot.id),
    )
