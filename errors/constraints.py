"""From a violated database constraint to the refusal it stands for."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from errors.refusal import Refusal, refusal_for_constraint


@contextmanager
def refusals_of_constraints() -> Iterator[None]:
    """Turn a violated named constraint inside the block into its refusal.

    Functions and triggers of our own raise with ERRCODE check_violation, the constraint's name and,
    as DETAIL, a JSON object: its members become the refusal's details.
    """
    try:
        yield
    except IntegrityError as error:
        raise _refusal_of(error) from error


def _refusal_of(error: IntegrityError) -> Refusal:
    diagnostic = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostic, "constraint_name", None)
    text = getattr(diagnostic, "message_primary", None) or str(error)
    details = _details_of(getattr(diagnostic, "message_detail", None))
    return refusal_for_constraint(name)(text, **{"constraint": name, **details})


def _details_of(detail: str | None) -> dict[str, object]:
    """Our own DETAIL is a JSON object; PostgreSQL's own is a sentence, which is left out."""
    try:
        decoded = json.loads(detail or "")
    except ValueError:
        return {}
    return decoded if isinstance(decoded, dict) else {}
