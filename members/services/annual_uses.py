"""Statements of yearly use: recorded with evidence, verified by somebody else."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import has_role, require_role
from members.domain.requests import AnnualUseRecord
from members.errors import AnnualUseNotFound, AnnualUseVerified, FirmNotFound, VerifiedByRecorder
from members.models import AnnualUse, Firm, FirmUser
from members.selectors.firms import require_firm_role
from reserve.domain.measures import check_number, check_quantity
from reserve.selectors import get_material_ids
from reserve.texts import check_texts


@transaction.atomic
def record_annual_uses(*, uses: Sequence[AnnualUseRecord], actor: User) -> list[AnnualUse]:
    """Record statements of use, by the staff or by the firm's own owner or operator.

    They count once verified. Raises FirmNotFound, FirmRoleRequired, MaterialNotFound,
    QuantityNotPositive, NumberOutOfRange, TextMissing, AnnualUseExists.
    """
    for use in uses:
        check_quantity(use.quantity_g, field="quantity")
        check_number(use.year, field="year", least=1900, most=2200)
    _require_recorder(actor, uses)
    materials = get_material_ids(material_codes=[use.material_code for use in uses])
    rows = [
        AnnualUse(
            firm_id=use.firm_id,
            material_id=materials[use.material_code],
            year=use.year,
            quantity_g=use.quantity_g,
            evidence=use.evidence,
            recorded_by=actor,
        )
        for use in uses
    ]
    check_texts(rows)
    with refusals_of_constraints():
        return AnnualUse.objects.bulk_create(rows)


@transaction.atomic
def verify_annual_uses(
    *, annual_use_ids: Sequence[int], actor: User, effective_at: datetime | None = None
) -> list[AnnualUse]:
    """Confirm recorded statements; from then on they give drawdown rights.

    Raises AnnualUseNotFound, AnnualUseVerified, VerifiedByRecorder, RoleRequired.
    """
    require_role(actor, Role.APPROVER, Role.ADMINISTRATOR)
    rows = list(
        AnnualUse.objects.select_for_update(of=("self",))
        .select_related("recorded_by")
        .filter(id__in=annual_use_ids)
        .order_by("id")
    )
    missing = sorted(set(annual_use_ids) - {row.id for row in rows})
    if missing:
        raise AnnualUseNotFound("No statement of this number.", annual_uses=missing)
    at = effective_at or timezone.now()
    for row in rows:
        if row.verified_at is not None:
            raise AnnualUseVerified("The statement was verified before.", annual_use=row.id)
        if row.recorded_by.person == actor.person:
            raise VerifiedByRecorder("Who recorded a statement can't verify it.", annual_use=row.id)
        row.verified_by, row.verified_at = actor, at
    AnnualUse.objects.bulk_update(rows, ["verified_by", "verified_at"])
    return rows


def _require_recorder(actor: User, uses: Sequence[AnnualUseRecord]) -> None:
    firm_ids = {use.firm_id for use in uses}
    if not has_role(actor, Role.ADMINISTRATOR, Role.SYSTEM):
        for firm_id in firm_ids:
            require_firm_role(actor, firm_id, FirmUser.Role.OWNER, FirmUser.Role.OPERATOR)
    elif Firm.objects.filter(id__in=firm_ids).count() < len(firm_ids):
        raise FirmNotFound("No such firm.", field="firm")
