"""A refusal: the service understood what was asked and says no, with a stable code.

Only the standard library is imported here, so that kernels may raise refusals too.
"""

from typing import ClassVar


class Refusal(Exception):
    """Base of every error a caller can act on.

    `code` is stable and public. `field` names the input at fault, if one is. `details` holds
    further facts as JSON-ready values (decimal strings for mass and money, never floats).
    """

    code: ClassVar[str]

    def __init__(self, message: str, *, field: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.details = details


class ConstraintRefused(Refusal):
    """A database constraint that no other refusal speaks for said no."""

    code = "constraint_refused"


_BY_CONSTRAINT: dict[str, type[Refusal]] = {}


def register_constraint(name: str, refusal: type[Refusal]) -> None:
    """Map the database constraint `name` to the refusal it stands for."""
    _BY_CONSTRAINT[name] = refusal


def refusal_for_constraint(name: str | None) -> type[Refusal]:
    """The refusal registered for the database constraint `name`."""
    return _BY_CONSTRAINT.get(name or "", ConstraintRefused)
