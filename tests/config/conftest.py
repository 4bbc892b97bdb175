"""Servers of these tests' own: they are started, killed and started again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.postgres import EmbeddedPostgres, packaged_programs
from config.embedded.valkey import EmbeddedValkey, packaged_program


def postgres_in(directory: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(
        directory=directory / "postgres",
        password="pass word/@:%",
        log=directory / "postgres.log",
        programs=packaged_programs(),
    )


def valkey_in(directory: Path) -> EmbeddedValkey:
    return EmbeddedValkey(
        directory=directory / "valkey",
        password="password",
        log=directory / "valkey.log",
        program=packaged_program(),
    )


@pytest.fixture(scope="package")
def package_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("servers")


@pytest.fixture(scope="package")
def admin_url(package_directory: Path) -> Iterator[str]:
    """A PostgreSQL with nothing in it, as its administrator."""
    server = postgres_in(package_directory)
    yield server.start()
    server.stop()


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = postgres_in(tmp_path)
    yield server
    server.stop()
    server.stop_leftovers()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    server = valkey_in(tmp_path)
    yield server
    server.stop()
    server.stop_leftovers()
