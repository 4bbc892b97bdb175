"""Databases in which a standing reserve stands already: built once per test process, then only read back.

Most of a test's time went into building the same firms and lots as the test before. A test that asks
for a fixture of `standing_fixture` works in a database where `build` has been committed, within a
transaction of its own that is rolled back like any other test's, and on a copy of what `build` answered.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import pytest

from reserve.selectors import today
from tests.databases import create_database, drop_database, name_in_use, use_database

Built = TypeVar("Built")
Build = Callable[[], Built]

BUILDS: dict[str, Build[Any]] = {}
"""What has to stand, by the name of the fixture that a test asks for."""


def standing_fixture(name: str, build: Build[Any]) -> Any:
    """A fixture of this name; `tests/conftest.py` changes the database before anything else is set up."""
    BUILDS[name] = build

    def fixture(db: None, standing_databases: "StandingDatabases") -> Any:
        return standing_databases.answer_of(build)

    return pytest.fixture(name=name)(fixture)


@dataclass(frozen=True)
class _Standing:
    name: str
    built_on: date
    answer: bytes


class StandingDatabases:
    """One database for each function that builds, cloned from `template` under names that begin with it.

    Where nothing stands, tests work in the database `plain`.
    """

    def __init__(self, plain: str, template: str, worker: str) -> None:
        self._plain = plain
        self._template = template
        self._worker = worker
        self._made: dict[Build[Any], _Standing] = {}

    def use(self, build: Build[Any] | None = None) -> None:
        """Work in the database where `build` stands, from the next statement on."""
        name = self._plain if build is None else self._standing(build).name
        if name != name_in_use():
            use_database(name)

    def answer_of(self, build: Build[Built]) -> Built:
        """A copy of what `build` answered in the database that is used, nobody else's."""
        answer: Built = pickle.loads(self._made[build].answer)
        return answer

    def drop(self) -> None:
        """All of them."""
        for standing in self._made.values():
            drop_database(standing.name)
        self._made.clear()

    def _standing(self, build: Build[Any]) -> _Standing:
        """Built anew once the day has changed: what was true "today" is no longer."""
        standing = self._made.get(build)
        if standing is not None and standing.built_on == today():
            return standing
        name = f"{self._template}_{self._worker}_{build.__name__}"
        drop_database(name)
        create_database(name, template=self._template)
        before = name_in_use()
        use_database(name)
        try:
            answer = build()
        finally:
            use_database(before)
        self._made[build] = _Standing(name, today(), pickle.dumps(answer))
        return self._made[build]
