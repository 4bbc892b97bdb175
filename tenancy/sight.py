"""Setting, for one database session, whose rows it sees, and setting it back."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import ReferenceType, ref

from django.db import InterfaceError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_SET = """
select set_config('strongroom.acts_for', %s, false), set_config('strongroom.firms', %s, false),
    set_config('strongroom.user', %s, false)
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose rows are seen. `acts_for` is "reserve" (everything), "firms" (theirs) or empty (nothing).

    `user_id` is for rows that are one account's own, whatever firms it belongs to.
    """

    acts_for: str = ""
    firm_ids: tuple[UUID, ...] = ()
    user_id: UUID | None = None


NOBODY = Sight()
RESERVE = Sight("reserve")


def sight_of_firms(firm_ids: Iterable[UUID], *, user_id: UUID | None = None) -> Sight:
    """The sight of somebody, or of a job, that acts for these firms."""
    return Sight("firms", tuple(sorted(firm_ids)), user_id)


def process_sight() -> Sight:
    """What sessions of this process begin with: nothing where requests are served, else everything."""
    return NOBODY if os.environ.get("STRONGROOM_ACTS_FOR") == "nobody" else RESERVE


@dataclass(slots=True)
class _Applied:
    """What the session of one connection was last told; another connection was told nothing yet."""

    session: ReferenceType[Any] | None = None
    sight: Sight | None = None


_wanted: ContextVar[Sight | None] = ContextVar("sight", default=None)


def current_sight() -> Sight:
    """Whose rows are seen now."""
    return _wanted.get() or process_sight()


def act_for(sight: Sight) -> None:
    """See these rows until the `acting_for` block around this call ends."""
    _wanted.set(sight)
    _apply(sight)


@contextmanager
def acting_for(sight: Sight) -> Iterator[None]:
    """See exactly these rows inside the block, and those of before after it.

    Where a transaction around the block fails, PostgreSQL takes the setting back by itself.
    """
    before = _wanted.get()
    act_for(sight)
    try:
        yield
    finally:
        _wanted.set(before)
        _restore(before or process_sight())


def _apply(sight: Sight) -> None:
    told = _told_to(connection)
    if told.sight == sight:
        return
    told.sight = None
    firms = "{" + ",".join(str(firm_id) for firm_id in sight.firm_ids) + "}"
    with connection.cursor() as cursor:
        # Connecting may have told the session already.
        told = _told_to(connection)
        if told.sight != sight:
            cursor.execute(_SET, [sight.acts_for, firms, str(sight.user_id or "")])
            told.sight = sight


def _restore(sight: Sight) -> None:
    if connection.connection is None or connection.connection.closed:
        return
    if connection.needs_rollback or _has_failed(connection):
        _told_to(connection).sight = None
        return
    try:
        _apply(sight)
    except (InterfaceError, OperationalError):
        # The session is gone, and what it saw with it.
        _told_to(connection).sight = None


def _has_failed(used: BaseDatabaseWrapper) -> bool:
    from psycopg.pq import TransactionStatus

    return bool(used.connection.info.transaction_status == TransactionStatus.INERROR)


def _told_to(used: BaseDatabaseWrapper) -> _Applied:
    """The record of what this connection's present session was told."""
    told: _Applied | None = getattr(used, "_strongroom_sight", None)
    session = used.connection
    if told is None or (told.session and told.session()) is not session:
        told = _Applied(ref(session) if session is not None else None, None)
        used._strongroom_sight = told  # type: ignore[attr-defined]
    return told


def _tell_new_session(connection: BaseDatabaseWrapper, **_: object) -> None:
    """A session that replaces a lost one sees the same, not what sessions begin with."""
    if connection.alias != "default":
        return
    told = _told_to(connection)
    told.sight = process_sight()
    wanted = current_sight()
    if wanted != told.sight:
        _apply(wanted)


connection_created.connect(_tell_new_session, dispatch_uid="tenancy.sight")
