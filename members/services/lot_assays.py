"""Assaying a lot again: the older assay is kept, and one outside the tolerance stops the lot."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import get_policy, require_role
from members.services.lot_stops import put_lot_aside
from members.services.lots_in_hand import lock_lot
from reserve.domain.lot_checks import is_assay_within
from reserve.domain.measures import check_percent
from reserve.domain.requests import DocumentReceipt
from reserve.errors import DatesReversed, LotWrongState, ValueNotAllowed
from reserve.models import Lot, LotAssay, LotDocument
from reserve.selectors.materials import reserve_day, today
from reserve.services.lot_documents import keep_documents
from reserve.texts import check_texts

ASSAYED_STATES = (Lot.State.QUARANTINED, Lot.State.ACCEPTED, Lot.State.STOPPED)


@transaction.atomic
def record_lot_assay(
    *,
    lot_number: str,
    element: str,
    percent: Decimal,
    assayed_on: date,
    certificate: DocumentReceipt,
    actor: User,
) -> LotAssay:
    """Record a later assay with its certificate. An accepted lot that fails it is stopped at once.

    Raises LotNotFound, LotWrongState, PercentOutOfRange, DatesReversed, ValueNotAllowed,
    DocumentAlreadyUsed, DocumentEmpty, DocumentTooLarge, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    check_percent(percent, field="percent")
    if certificate.kind != LotDocument.Kind.ASSAY_CERTIFICATE:
        raise ValueNotAllowed("An assay needs an assay certificate.", field="certificate")
    lot = lock_lot(lot_number=lot_number)
    if lot.state not in ASSAYED_STATES:
        raise LotWrongState(f"The lot is {lot.state}.", lot=lot.number, state=lot.state)
    if not reserve_day(lot.received_at) <= assayed_on <= today():
        raise DatesReversed(
            "An assay is of a day between the lot's receipt and today.", field="assayed_on", lot=lot.number
        )
    policy = get_policy()
    row = LotAssay(
        lot=lot,
        assayed_on=assayed_on,
        element=element,
        percent=percent,
        replaced_element=lot.assay_element,
        replaced_percent=lot.assay_percent,
        is_within_tolerance=is_assay_within(
            element=element,
            percent=percent,
            expected_element=lot.expected_assay_element,
            expected_percent=lot.expected_assay_percent,
            points=policy.lot_assay_tolerance_percent,
        ),
        policy_version_id=policy.version_id,
        recorded_by=actor,
        recorded_at=timezone.now(),
    )
    check_texts([row])
    row.document = keep_documents(documents=[(lot, certificate)])[0]
    lot.assay_element, lot.assay_percent = element, percent
    with refusals_of_constraints():
        lot.save(update_fields=["assay_element", "assay_percent"])
        row.save(force_insert=True)
    if lot.state == Lot.State.ACCEPTED and not row.is_within_tolerance:
        put_lot_aside(lot, actor, f"{element} {percent:f} percent was assayed on {assayed_on.isoformat()}")
    return row
