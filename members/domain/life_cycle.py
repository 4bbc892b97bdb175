"""The life of a firm as a member: which step leads from which state."""

from members.errors import WrongState

STEPS: dict[str, frozenset[str]] = {
    "screened": frozenset({"applied"}),
    "approved": frozenset({"screened"}),
    "active": frozenset({"approved", "suspended"}),
    "suspended": frozenset({"active"}),
    "exited": frozenset({"active", "suspended"}),
    "rejected": frozenset({"applied", "screened", "approved"}),
}
"""For each state the states it may be reached from."""


def require_state(state: str, allowed: frozenset[str]) -> None:
    """Raise WrongState, naming what would be allowed, unless `state` is one of them."""
    if state not in allowed:
        raise WrongState(
            f"The firm is {state}; the step needs {' or '.join(sorted(allowed))}.",
            state=state,
            allowed=sorted(allowed),
        )
