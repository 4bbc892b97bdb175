"""Splitting an accepted lot into parts: weights and cost add up to the gram and cent, parentage is kept."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Sum

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from ledger.domain.quantities import share_by_largest_remainder
from reserve.domain.measures import check_quantity
from reserve.errors import LotWrongState, SplitNotPossible
from reserve.models import Lot
from reserve.selectors.lots import get_lot
from reserve.services.lots import lock_lots
from reserve.services.material_locks import lock_materials
from reserve.services.number_series import draw_numbers

MOST_PARTS = 100
COPIED = (
    "purchase_order_id",
    "facility_id",
    "material_id",
    "assay_element",
    "assay_percent",
    "expected_assay_element",
    "expected_assay_percent",
    "origin_mining",
    "origin_refining",
    "stage",
    "producer",
    "declared_goods",
    "state",
    "received_by_id",
    "received_at",
    "accepted_by_id",
    "accepted_at",
    "policy_version_id",
    "payment_id",
)


@transaction.atomic
def split_lot(*, lot_number: str, parts_g: Sequence[int], actor: User) -> list[Lot]:
    """Split an accepted lot that was bought; nothing moves in the ledger, and the whole stays on record.

    Raises LotNotFound, LotWrongState, SplitNotPossible, QuantityNotPositive, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    for grams in parts_g:
        check_quantity(grams, field="parts")
    lock_materials(material_codes=[get_lot(lot_number=lot_number).material.code])
    lot = lock_lots(lot_numbers=[lot_number])[0]
    if lot.state != Lot.State.ACCEPTED:
        raise LotWrongState(f"The lot is {lot.state}.", lot=lot.number, state=lot.state)
    if not 2 <= len(parts_g) <= MOST_PARTS or sum(parts_g) != lot.net_g or lot.in_kind_reference:
        raise SplitNotPossible("The lot can't be split like that.", field="parts", lot=lot.number)
    lost = lot.losses.aggregate(total=Sum("value_cents"))["total"] or 0
    # An unpaid lot is owed whole, whatever was lost of it; a part must carry its share of both.
    if lost and lot.payment_id is None:
        raise SplitNotPossible("Pay the lot first: a part of it was written off.", lot=lot.number)
    values = share_by_largest_remainder(total=(lot.value_cents or 0) - int(lost), weights=parts_g)
    # What packing weighs is shared apart, so that no part weighs more net than gross.
    packing = share_by_largest_remainder(total=lot.gross_g - lot.net_g, weights=parts_g)
    numbers = draw_numbers(series="LOT", count=len(parts_g))
    copied = {name: getattr(lot, name) for name in COPIED}
    rows = [
        Lot(**copied, number=number, net_g=net, gross_g=net + extra, value_cents=value, split_from=lot)
        for number, net, extra, value in zip(numbers, parts_g, packing, values, strict=True)
    ]
    lot.state = Lot.State.SPLIT
    with refusals_of_constraints():
        lot.save(update_fields=["state"])
        Lot.objects.bulk_create(rows)
    return rows
