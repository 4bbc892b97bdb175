"""Deciding a drawdown: approving reserves the material at once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allocations.domain.drawdown_limits import DrawdownFacts, obtainable_g
from allocations.domain.sourcing import Sources, pick_facilities
from allocations.models import Drawdown
from allocations.selectors.limits import drawdown_facts, free_stock
from allocations.selectors.quotes import price_of
from allocations.services.drawdown_limits import refuse_beyond
from allocations.services.drawdown_steps import lock_drawdowns, record_steps, require_step
from allocations.services.effective_times import require_effective
from allocations.services.reservations import Plan, reservation_journal, write_plan
from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.errors import SelfApproval
from governance.models import User
from governance.selectors import get_policy, require_role
from ledger.services import post_journals
from members.services.firms import lock_firms
from reserve.errors import ReasonMissing


@transaction.atomic
def approve_drawdown(
    *, drawdown_id: UUID | str, actor: User, effective_at: datetime | None = None
) -> Drawdown:
    """Approve and reserve in one step, by the policy in force now, by another person than who asked.

    Where less than the quantity is possible, but no less than a stated minimum, that is reserved.
    Raises DrawdownNotFound, DrawdownWrongState, SelfApproval, EffectiveAtOutOfRange (before it was
    asked for, or in the future), RoleRequired, and the refusals of
    `LIMIT_REFUSALS` with what would be possible.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.APPROVER)
    drawdown = lock_drawdowns(drawdown_ids=[drawdown_id])[0]
    require_step(drawdown=drawdown, to_state=Drawdown.State.RESERVED)
    if drawdown.submitted_by_id == actor.pk:
        raise SelfApproval("A second person must approve what you asked for.")
    now = timezone.now()
    effective_at = effective_at or now
    require_effective(effective_at=effective_at, not_before=drawdown.submitted_at)
    drawdown.firm = lock_firms(firm_ids=[drawdown.firm_id])[drawdown.firm_id]
    policy = get_policy()
    facts = drawdown_facts(firm=drawdown.firm, material_code=drawdown.material.code, policy=policy)
    plan = _plan_of(drawdown, _granted_g(drawdown, facts))
    write_plan(plan=plan, reserved_at=effective_at)
    drawdown.policy_version_id = policy.version_id
    record_steps(drawdowns=[drawdown], to_state=Drawdown.State.RESERVED, actor=actor, at=now)
    posted = post_journals(journals=[reservation_journal(plan=plan, effective_at=effective_at)])
    drawdown.transfers = posted[0].transfer_ids
    with refusals_of_constraints():
        drawdown.save()
    return drawdown


@transaction.atomic
def refuse_drawdown(*, drawdown_id: UUID | str, actor: User, reason: str) -> Drawdown:
    """Say no to a submitted drawdown, with the reason. Raises DrawdownWrongState, ReasonMissing."""
    require_role(actor, Role.ADMINISTRATOR, Role.APPROVER)
    if not reason.strip():
        raise ReasonMissing("Say why the drawdown is refused.", field="reason")
    drawdown = lock_drawdowns(drawdown_ids=[drawdown_id])[0]
    record_steps(
        drawdowns=[drawdown], to_state=Drawdown.State.REFUSED, actor=actor, at=timezone.now(), reason=reason
    )
    drawdown.save(update_fields=["state"])
    return drawdown


def _granted_g(drawdown: Drawdown, facts: DrawdownFacts) -> int:
    """The quantity, or what is possible of it where that meets a stated minimum."""
    possible = min(drawdown.quantity_g, obtainable_g(facts))
    needed = drawdown.minimum_g or drawdown.quantity_g
    if possible < needed:
        refuse_beyond(facts, needed)
    return possible


def _plan_of(drawdown: Drawdown, granted_g: int) -> Plan:
    code = drawdown.material.code
    stock = free_stock(material_codes=[code])[code]
    wished = drawdown.facility.code if drawdown.facility else None
    is_purchase = drawdown.mode == Drawdown.Mode.PURCHASE
    return Plan(
        drawdown=drawdown,
        sources=Sources(own_g=granted_g, unattributed_g=0),
        facilities=pick_facilities(quantities=[granted_g], stock=stock, wished=wished)[0],
        price_cents=price_of(firm=drawdown.firm, material_code=code, quantity_g=granted_g)
        if is_purchase
        else 0,
    )
