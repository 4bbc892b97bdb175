"""Releasing reserved material for load-out, and recording that it left."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allocations.domain.replenishing import due_date
from allocations.errors import FirmNotActive
from allocations.models import Drawdown
from allocations.services.drawdown_steps import lock_drawdowns, record_steps
from allocations.services.effective_times import require_effective
from allocations.services.reservations import resolution_journal
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from governance.selectors.policies import policy_of_version
from ledger.services import post_journals
from members.models import Firm
from members.services.firms import lock_firms
from reserve.selectors import reserve_day


@transaction.atomic
def release_drawdowns(*, drawdown_ids: Sequence[UUID | str], actor: User) -> list[Drawdown]:
    """Let reserved material of active firms be loaded out, all or none.

    Raises DrawdownNotFound, DrawdownWrongState, FirmNotActive, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    drawdowns = lock_drawdowns(drawdown_ids=drawdown_ids)
    record_steps(drawdowns=drawdowns, to_state=Drawdown.State.RELEASED, actor=actor, at=timezone.now())
    _require_active(drawdowns)
    Drawdown.objects.bulk_update(drawdowns, ["state"])
    return drawdowns


@transaction.atomic
def deliver_drawdowns(
    *, drawdown_ids: Sequence[UUID | str], actor: User, effective_at: datetime
) -> list[Drawdown]:
    """Record that released material left, all or none: what was reserved is posted and the duty begins.

    A loan must be back within the policy's days of the delivery's day. Raises DrawdownNotFound,
    DrawdownWrongState, EffectiveAtOutOfRange (before the reservation, or in the future), RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    drawdowns = lock_drawdowns(drawdown_ids=drawdown_ids)
    record_steps(drawdowns=drawdowns, to_state=Drawdown.State.DELIVERED, actor=actor, at=timezone.now())
    for drawdown in drawdowns:
        require_effective(
            effective_at=effective_at,
            not_before=drawdown.reserved_at or drawdown.submitted_at,
            field="delivered_at",
        )
        drawdown.delivered_at = effective_at
        if drawdown.mode == Drawdown.Mode.EXCHANGE:
            days = policy_of_version(drawdown.policy_version).replenishment_days
            drawdown.due_on = due_date(delivered_on=reserve_day(effective_at), replenishment_days=days)
    Drawdown.objects.bulk_update(drawdowns, ["state", "delivered_at", "due_on"])
    post_journals(
        journals=[
            resolution_journal(drawdown=drawdown, action="post", effective_at=effective_at)
            for drawdown in drawdowns
        ]
    )
    return drawdowns


def _require_active(drawdowns: Sequence[Drawdown]) -> None:
    """A firm that was suspended since the approval or the round's close gets nothing."""
    firms = lock_firms(firm_ids=list({drawdown.firm_id for drawdown in drawdowns}))
    for drawdown in drawdowns:
        state = firms[drawdown.firm_id].state
        if state != Firm.State.ACTIVE:
            raise FirmNotActive(
                "Only an active member gets material.", drawdown=str(drawdown.id), state=state
            )
