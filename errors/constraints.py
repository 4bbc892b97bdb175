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
    as DETAIL, a JSON object: its members become the refusal's details and the message is passed on.
    """
    try:
        yield
    except IntegrityError as error:
        raise _refusal_of(error) from error


def _refusal_of(error: IntegrityError) -> Refusal:
    diagnostic = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostic, "constraint_name", None)
    refusal = refusal_for_constraint(name)
    details = _own_details(getattr(diagnostic, "message_detail", None))
    if details is None:
        return refusal(_sentence_of(refusal), constraint=name)
    refused = refusal(getattr(diagnostic, "message_primary", None) or str(error))
    refused.details.update(details)
    return refused


def _own_details(detail: str | None) -> dict[str, object] | None:
    """Our own DETAIL is a JSON object; PostgreSQL's own is a sentence that may show other rows' values."""
    try:
        decoded = json.loads(detail or "")
    except ValueError:
        return None
    return decoded if isinstance(decoded, dict) else None


def _sentence_of(refusal: type[Refusal]) -> str:
    """What the refusal means, from its docstring: PostgreSQL's own message is not written for callers."""
    return " ".join((refusal.__doc__ or refusal.code).split())
