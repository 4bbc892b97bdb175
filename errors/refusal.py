"""A refusal: the service understood what was asked and says no, with a stable code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from django.db import IntegrityError

_BY_CONSTRAINT: dict[str, type["Refusal"]] = {}


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


def register_constraint(name: str, refusal: type[Refusal]) -> None:
    """Map the database constraint `name` to the refusal it stands for."""
    _BY_CONSTRAINT[name] = refusal


@contextmanager
def refusals_of_constraints() -> Iterator[None]:
    """Turn a violated named constraint inside the block into its refusal."""
    try:
        yield
    except IntegrityError as error:
        diagnostic = getattr(error.__cause__, "diag", None)
        name = getattr(diagnostic, "constraint_name", None)
        text = getattr(diagnostic, "message_primary", None) or str(error)
        refusal = _BY_CONSTRAINT.get(name or "", ConstraintRefused)
        raise refusal(text, constraint=name) from error
