"""Signing agreements."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import get_policy, require_role
from members.domain.life_cycle import require_state
from members.domain.upfront_fee import BASIS_POINTS
from members.models import Agreement, Firm
from members.services.firms import lock_firms
from reserve.domain.measures import check_number
from reserve.moments import refuse_future
from reserve.texts import check_texts

SIGNING_STATES = frozenset({Firm.State.APPROVED, Firm.State.ACTIVE})


@transaction.atomic
def sign_agreement(
    *,
    firm_id: UUID,
    terms_version: str,
    starts_on: date,
    actor: User,
    effective_at: datetime,
    ends_on: date | None = None,
    upfront_fee_basis_points: int | None = None,
    fee_class: str = "standard",
) -> Agreement:
    """Record the terms that an approved or active firm signed; no fee given means the policy's.

    Raises FirmNotFound, WrongState, DatesReversed, NumberOutOfRange, EffectiveInFuture, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    refuse_future(effective_at)
    firm = lock_firms(firm_ids=[firm_id])[firm_id]
    require_state(firm.state, SIGNING_STATES)
    policy = get_policy()
    fee = policy.upfront_fee_basis_points if upfront_fee_basis_points is None else upfront_fee_basis_points
    agreement = Agreement(
        firm=firm,
        terms_version=terms_version,
        starts_on=starts_on,
        ends_on=ends_on,
        upfront_fee_basis_points=check_number(fee, field="upfront_fee", least=0, most=BASIS_POINTS),
        fee_class=fee_class,
        policy_version_id=policy.version_id,
        signed_by=actor,
        signed_at=effective_at,
    )
    check_texts([agreement])
    with refusals_of_constraints():
        agreement.save(force_insert=True)
    return agreement
