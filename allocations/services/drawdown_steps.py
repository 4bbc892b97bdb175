"""Taking drawdowns from one state to the next, with who, when and why on record."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from allocations.domain.life_cycle import STEPS, states_before
from allocations.errors import DrawdownNotFound, DrawdownWrongState
from allocations.models import Drawdown, DrawdownTransition
from allocations.selectors.keys import uuid_or_none
from governance.models import User
from reserve.services.material_locks import lock_materials


def lock_drawdowns(*, drawdown_ids: Sequence[UUID | str]) -> list[Drawdown]:
    """Lock drawdowns in order of their ids, answered in the order given, after their materials.

    Rounds and the ends of disruptions lock materials first as well, so that nobody waits in a circle
    and no snapshot is taken in the middle of a step. A drawdown's material never changes, so it may be
    read before anything is locked. Raises DrawdownNotFound.
    """
    wanted = [uuid_or_none(key) for key in drawdown_ids]
    known = Drawdown.objects.filter(id__in=[key for key in wanted if key is not None])
    lock_materials(material_codes=set(known.order_by().values_list("material__code", flat=True)))
    rows = (
        Drawdown.objects.select_for_update(of=("self",))
        .select_related("firm", "material", "facility", "award", "policy_version")
        .filter(id__in=[key for key in wanted if key is not None])
        .order_by("id")
    )
    found = {row.id: row for row in rows}
    if set(wanted) - found.keys():
        raise DrawdownNotFound("No such drawdown.", field="drawdown")
    return [found[key] for key in wanted if key is not None]


def require_step(*, drawdown: Drawdown, to_state: str) -> None:
    """Raise DrawdownWrongState unless the drawdown's state leads to `to_state`."""
    if to_state not in STEPS[drawdown.state]:
        raise DrawdownWrongState(
            f"The drawdown is {drawdown.state}.",
            drawdown=str(drawdown.id),
            state=drawdown.state,
            allowed=states_before(to_state),
        )


def record_steps(
    *, drawdowns: Sequence[Drawdown], to_state: str, actor: User, at: datetime, reason: str = ""
) -> None:
    """Write a step of locked drawdowns that may take it; the caller saves them. Raises DrawdownWrongState."""
    steps = []
    for drawdown in drawdowns:
        require_step(drawdown=drawdown, to_state=to_state)
        steps.append(
            DrawdownTransition(
                drawdown=drawdown,
                from_state=drawdown.state,
                to_state=to_state,
                reason=reason,
                actor=actor,
                at=at,
            )
        )
        drawdown.state = to_state
    DrawdownTransition.objects.bulk_create(steps)
