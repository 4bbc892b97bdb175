"""The steps that need a second person: what each does, who may decide it, what it would change.

An app registers the steps it owns in its `AppConfig.ready`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from governance.domain.roles import Role
from governance.models import Proposal, User

Apply = Callable[[Proposal, User], None]
StateOf = Callable[[str], Mapping[str, object]]


@dataclass(frozen=True)
class Action:
    """One step: what approving does, who may approve, and how its subject stands now, if it can be said."""

    name: str
    apply: Apply
    approver_roles: tuple[str, ...]
    state_of: StateOf | None = None


_ACTIONS: dict[str, Action] = {}


def register_action(
    *,
    action: str,
    apply: Apply,
    approver_roles: tuple[str, ...] = (Role.APPROVER,),
    state_of: StateOf | None = None,
) -> None:
    """Make a step known. `apply(proposal, approver)` runs in the transaction of the approval.

    `state_of(subject_id)` gives what the step rests on as exact JSON values. It is frozen with the proposal;
    the step is refused as stale if it gives anything else when it is approved.
    """
    _ACTIONS[action] = Action(action, apply, approver_roles, state_of)


def registered_actions() -> dict[str, Action]:
    """Every step that needs a second person, by name."""
    return dict(_ACTIONS)


def find_action(name: str) -> Action:
    """The step of this name. Raises LookupError if no app registered it."""
    try:
        return _ACTIONS[name]
    except KeyError:
        raise LookupError(f"no app registered the action {name!r}") from None


def actions_decided_by(roles: Collection[str]) -> list[str]:
    """Names of the steps that a holder of the roles may decide."""
    return sorted(item.name for item in _ACTIONS.values() if not set(item.approver_roles).isdisjoint(roles))
