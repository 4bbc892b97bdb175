"""Which step of a drawdown leads where."""

from collections.abc import Collection, Mapping

STEPS: Mapping[str, Collection[str]] = {
    "submitted": ("reserved", "refused", "withdrawn"),
    "reserved": ("released", "withdrawn", "expired"),
    "released": ("delivered", "withdrawn"),
    "delivered": (),
    "refused": (),
    "withdrawn": (),
    "expired": (),
}
"""From each state, the states that a step may lead to. Approving a drawdown reserves its material."""

RESERVING_STATES = ("reserved", "released")
"""States in which pending transfers hold the material."""

OUTSTANDING_STATES = (*RESERVING_STATES, "delivered")
"""States in which the firm has the material, or the promise of it."""


def states_before(state: str) -> list[str]:
    """The states from which a step to `state` is possible."""
    return [before for before, after in STEPS.items() if state in after]
