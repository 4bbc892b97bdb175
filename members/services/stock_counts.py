"""Counting what is physically there, and adjusting the book by two people."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.errors import ProposalStale
from governance.models import Proposal, User
from governance.selectors import get_policy, require_role
from ledger.domain.quantities import LARGEST_AMOUNT
from ledger.selectors import get_balance
from ledger.services import JournalRequest, TransferRequest, post_journals
from members.services.firms import require_reason
from members.services.lots_in_hand import take_free_title
from members.services.stock_losses import record_loss
from reserve.domain import accounts
from reserve.domain.lot_values import lost_value_cents
from reserve.domain.measures import check_number
from reserve.domain.stock_counts import is_within_tolerance
from reserve.errors import CountBeforeAdjustment, StockCountNotFound, StockCountSettled
from reserve.models import Lot, StockCount, StockLoss
from reserve.moments import refuse_future
from reserve.selectors.materials import get_material_ids
from reserve.selectors.stock_counts import book_at
from reserve.selectors.storage import get_facilities
from reserve.services.material_locks import lock_materials
from reserve.services.storage import open_storage_accounts
from reserve.texts import check_texts

ACTION = "reserve.adjust_stock"
HELD = (Lot.State.ACCEPTED, Lot.State.IN_TRANSIT, Lot.State.STOPPED)


@transaction.atomic
def record_stock_count(
    *,
    facility_code: str,
    material_code: str,
    counted_g: int,
    counted_at: datetime,
    actor: User,
    note: str = "",
) -> StockCount:
    """Keep what was counted, beside the book as of that moment and whether they agree.

    Raises FacilityNotFound, MaterialNotFound, NumberOutOfRange, EffectiveInFuture,
    CountBeforeAdjustment, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    check_number(counted_g, field="counted", least=0, most=LARGEST_AMOUNT)
    refuse_future(counted_at)
    facility = get_facilities(facility_codes=[facility_code])[facility_code]
    get_material_ids(material_codes=[material_code])
    material = lock_materials(material_codes=[material_code])[material_code]
    later = StockCount.objects.filter(facility=facility, material=material, adjusted_at__gte=counted_at)
    if later.exists():
        raise CountBeforeAdjustment("The place was adjusted after that moment.", field="counted_at")
    policy = get_policy()
    book = book_at(facility_code=facility_code, material_code=material_code, at=counted_at)
    agrees = is_within_tolerance(
        counted_g=counted_g, book_g=book, tolerance_percent=policy.stock_count_tolerance_percent
    )
    row = StockCount(
        facility=facility,
        material=material,
        counted_g=counted_g,
        book_g=book,
        counted_at=counted_at,
        note=note,
        policy_version_id=policy.version_id,
        recorded_by=actor,
        recorded_at=timezone.now(),
        state=StockCount.State.WITHIN_TOLERANCE if agrees else StockCount.State.DIFFERS,
    )
    check_texts([row])
    with refusals_of_constraints():
        row.save(force_insert=True)
    return row


@transaction.atomic
def propose_stock_adjustment(*, stock_count_id: UUID, actor: User, reason: str) -> Proposal:
    """Put the difference of a count before a second person.

    Raises StockCountNotFound, StockCountSettled, StockNotFree, ReasonMissing, ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    row = _lock_count(stock_count_id)
    if row.difference_g < 0:
        take_free_title(
            facility_code=row.facility.code, material_code=row.material.code, quantity_g=-row.difference_g
        )
    return propose(
        action=ACTION,
        subject_type="stock_count",
        subject_id=str(row.id),
        payload={
            "facility": row.facility.code,
            "material": row.material.code,
            "counted_at": row.counted_at.isoformat(),
            "counted_g": row.counted_g,
            "book_g": row.book_g,
            "difference_g": row.difference_g,
        },
        actor=actor,
        reason=require_reason(reason),
    )


def count_as_it_stands(stock_count_id: str) -> Mapping[str, object]:
    """What a proposed adjustment rests on: the book as of the count's moment, with what was learnt since."""
    row = StockCount.objects.select_related("facility", "material").get(id=stock_count_id)
    book = book_at(facility_code=row.facility.code, material_code=row.material.code, at=row.counted_at)
    return {"state": row.state, "counted_g": row.counted_g, "book_g": book}


def apply_stock_adjustment(proposal: Proposal, approver: User) -> None:
    """Post the difference, as of now. What moved since the count changes neither side of it.

    Raises StockCountSettled, StockNotFree; ProposalStale when a late fact changed the book of the
    count's moment.
    """
    row = _lock_count(UUID(proposal.subject_id))
    facility, material = row.facility.code, row.material.code
    if book_at(facility_code=facility, material_code=material, at=row.counted_at) != row.book_g:
        raise ProposalStale("The book of the count's moment changed; count again.")
    if row.difference_g < 0:
        row.adjustment_journal_id = _lose(row, proposal, approver)
    else:
        row.adjustment_journal_id = _find(row)
    row.state, row.adjusted_by, row.adjusted_at = StockCount.State.ADJUSTED, approver, timezone.now()
    with refusals_of_constraints():
        row.save(update_fields=["state", "adjusted_by", "adjusted_at", "adjustment_journal_id"])


def _lock_count(stock_count_id: UUID) -> StockCount:
    rows = StockCount.objects.select_related("facility", "material").filter(id=stock_count_id)
    found = rows.first()
    if found is None:
        raise StockCountNotFound("No such stock count.", field="stock_count")
    lock_materials(material_codes=[found.material.code])
    row = rows.select_for_update(of=("self",)).get()
    if row.state != StockCount.State.DIFFERS:
        raise StockCountSettled(f"The count is {row.state}.", state=row.state)
    later = StockCount.objects.filter(
        facility=row.facility, material=row.material, adjusted_at__gte=row.counted_at
    )
    if later.exists():
        raise CountBeforeAdjustment("The place was adjusted after that count; count again.")
    return row


def _lose(row: StockCount, proposal: Proposal, approver: User) -> int:
    facility, material, grams = row.facility.code, row.material.code, -row.difference_g
    title = take_free_title(facility_code=facility, material_code=material, quantity_g=grams)
    loss = StockLoss(
        stock_count=row, facility=row.facility, material=row.material, quantity_g=grams, proposal=proposal
    )
    loss.value_cents = _average_value(row, grams)
    place = accounts.custody(facility, material)
    record_loss(loss=loss, title=title, place=place, approver=approver, is_withheld=False)
    return loss.journal_id


def _average_value(row: StockCount, grams: int) -> int:
    """Cents at the average cost of what the reserve holds: a count doesn't know which lot it misses."""
    weight = Lot.objects.filter(material=row.material, state__in=HELD).aggregate(total=Sum("net_g"))["total"]
    left = max(0, get_balance(path=accounts.inventory(row.material.code)).posted)
    return lost_value_cents(left_cents=left, quantity_g=grams, weight_g=max(int(weight or 0), grams))


def _find(row: StockCount) -> int:
    """Found stock is nobody's and cost nothing."""
    facility, material, grams = row.facility.code, row.material.code, row.difference_g
    open_storage_accounts(places=[(facility, material)])
    journal = JournalRequest(
        kind="reserve.stock_count_adjusted",
        idempotency_key=f"stock_count:{row.id}",
        effective_at=timezone.now(),
        transfers=[
            TransferRequest(accounts.outside(material), accounts.custody(facility, material), grams),
            TransferRequest(accounts.issued(material), accounts.unattributed(material), grams),
        ],
        reference_type="stock_count",
        reference_id=str(row.id),
    )
    return post_journals(journals=[journal])[0].id
