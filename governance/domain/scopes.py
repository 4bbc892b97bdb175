"""Scopes of API keys: in which areas of the REST door a key may read or write.

A scope is `<area>:<level>`, such as `drawdowns:read`. Writing includes reading, and the area `all` includes
every other one, those of later versions too. A scope only ever narrows what the key's holder may do.
"""

from collections.abc import Iterable
from enum import StrEnum

from governance.errors import NoScopes, UnknownScope


class Area(StrEnum):
    """Nouns that belong together. Every endpoint is in one of them."""

    FIRMS = "firms"
    COMMITMENTS = "commitments"
    POSITIONS = "positions"
    RESERVE = "reserve"
    DRAWDOWNS = "drawdowns"
    BILLING = "billing"
    LEDGER = "ledger"
    GOVERNANCE = "governance"
    JOBS = "jobs"
    CALCULATORS = "calculators"
    API_KEYS = "api_keys"


class Level(StrEnum):
    """How far a scope goes."""

    READ = "read"
    WRITE = "write"


_ALL = "all"
EVERYTHING = f"{_ALL}:{Level.WRITE}"
"""The scope of a key that may do whatever its holder may."""

SCOPES = tuple(f"{area}:{level}" for area in (*Area, _ALL) for level in Level)
"""Every scope there is."""


def scope_of(area: Area, level: Level) -> str:
    """The scope as text."""
    return f"{area}:{level}"


def check_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """The scopes in their order, each once. Raises NoScopes, UnknownScope."""
    wanted = set(scopes)
    unknown = sorted(wanted.difference(SCOPES))
    if unknown:
        raise UnknownScope(f"there is no scope {unknown[0]!r}", field="scopes", known=list(SCOPES))
    if not wanted:
        raise NoScopes("a key needs at least one scope", field="scopes")
    return tuple(scope for scope in SCOPES if scope in wanted)


def includes(held: Iterable[str], needed: str) -> bool:
    """Whether one of the scopes held is the one needed or includes it."""
    area, _, level = needed.partition(":")
    levels = (level, Level.WRITE)
    return not {f"{wide}:{high}" for wide in (area, _ALL) for high in levels}.isdisjoint(held)
