"""Who acts in this thread, with what and why: the marks on records of decisions, reads and changes."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import UUID

from tenancy import work_for_person


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts. A job, a command or a test names nobody.

    `session` is a short hash of the session's key, enough to tell sessions apart and useless for signing in.
    """

    user_id: UUID | None = None
    key_id: UUID | None = None
    session: str = ""
    request_id: str = ""
    reason: str = ""


_NOBODY = Acting()
_acting: ContextVar[Acting] = ContextVar("acting", default=_NOBODY)


def current_acting() -> Acting:
    """Who acts now."""
    return _acting.get()


@contextmanager
def acting(who: Acting) -> Iterator[None]:
    """Mark everything recorded inside the block with who does it."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)


def name_actor(*, user_id: UUID, key_id: UUID | None = None, session_key: str | None = None) -> None:
    """Say who acts, once a door knows, and so for whom the request works; lasts until the request ends."""
    session = hashlib.sha256(session_key.encode()).hexdigest()[:16] if session_key else ""
    _acting.set(replace(current_acting(), user_id=user_id, key_id=key_id, session=session))
    work_for_person(user_id)


@contextmanager
def for_reason(reason: str) -> Iterator[None]:
    """Mark every change inside the block with why it is made."""
    with acting(replace(current_acting(), reason=reason)):
        yield
