"""For whom this thread works. The connection tells the database with the next statement (tenancy/backend)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Tenant:
    """What the database is told, as SQL.

    `SET` takes no snapshot, so it may stand before `set transaction`; a person's firms have to be looked up.
    """

    statements: tuple[str, ...]

    @classmethod
    def named(cls, firm: str) -> "Tenant":
        """One firm's identifier, "*" for the reserve, or nobody."""
        return cls((f"set strongroom.firm = '{firm}'", "set strongroom.person = ''"))


NOBODY = Tenant.named("")
RESERVE = Tenant.named("*")

# What a thread works for that said nothing: nobody, unless the whole process works for the reserve.
_of_process = NOBODY
_current: ContextVar[Tenant | None] = ContextVar("tenant", default=None)


def current_tenant() -> Tenant:
    """For whom this thread works now."""
    return _current.get() or _of_process


def work_for_the_reserve() -> None:
    """This whole process works for the reserve from now on: a command, a program of an operator."""
    global _of_process
    _of_process = RESERVE


def work_for_firm(firm_id: UUID) -> None:
    """Work for one firm until the block around it (`for_nobody`, `for_the_reserve`, …) ends."""
    _current.set(_firm(firm_id))


def work_for_person(user_id: UUID) -> None:
    """Work for who signed in: for the reserve if it is of its staff, else for the person's own firms.

    Lasts until the block around it ends. The database looks it up, with the next statement.
    """
    _current.set(Tenant((f"select tenancy_work_for_person('{UUID(str(user_id))}')",)))


@contextmanager
def for_the_reserve() -> Iterator[None]:
    """See every firm inside the block: for work of the reserve's that a member's request sets going."""
    with _working_for(RESERVE):
        yield


@contextmanager
def for_firm(firm_id: UUID) -> Iterator[None]:
    """See one firm inside the block."""
    with _working_for(_firm(firm_id)):
        yield


@contextmanager
def for_nobody() -> Iterator[None]:
    """See no firm inside the block, until somebody is named in it; what was named ends with it."""
    with _working_for(NOBODY):
        yield


def with_this_tenant(work: Callable[..., Result]) -> Callable[..., Result]:
    """The same function, working in whatever thread for whom this thread works now."""
    tenant = current_tenant()

    def working(*arguments: object) -> Result:
        with _working_for(tenant):
            return work(*arguments)

    return working


@contextmanager
def _working_for(tenant: Tenant) -> Iterator[None]:
    token = _current.set(tenant)
    try:
        yield
    finally:
        _current.reset(token)


def _firm(firm_id: UUID) -> Tenant:
    # Through UUID, so that nothing but an identifier gets into the statement.
    return Tenant.named(str(UUID(str(firm_id))))
