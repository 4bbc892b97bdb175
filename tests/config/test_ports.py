"""Ports: one that was free is kept, one that is taken is not."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.ports import LOCALHOST, any_free_port, is_free, keep_port
from config.run.supervisor import choose_port
from config.startup import CannotStart


@pytest.fixture
def taken() -> Iterator[int]:
    listener = socket.create_server((LOCALHOST, 0))
    port = int(listener.getsockname()[1])
    with listener:
        yield port


def test_a_port_is_kept_from_start_to_start(tmp_path: Path) -> None:
    path = tmp_path / "port"

    assert keep_port(path) == keep_port(path) == int(path.read_text())


def test_a_kept_port_that_is_taken_is_replaced(tmp_path: Path, taken: int) -> None:
    path = tmp_path / "port"
    path.write_text(f"{taken}\n")

    assert keep_port(path) != taken
    assert int(path.read_text()) != taken


def test_nonsense_in_the_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "port"
    path.write_text("99999999")

    assert is_free(keep_port(path))


def test_the_wanted_port_is_used() -> None:
    port = any_free_port()

    assert choose_port(str(port)) == port


def test_a_wanted_port_that_is_taken_is_refused(taken: int) -> None:
    with pytest.raises(CannotStart, match="PORT="):
        choose_port(str(taken))


@pytest.mark.parametrize("wanted", ["http", "0", "70000", "-1"])
def test_a_wanted_port_must_be_one(wanted: str) -> None:
    with pytest.raises(CannotStart, match="isn't a port"):
        choose_port(wanted)


def test_without_a_wish_the_first_free_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.run.supervisor.is_free", lambda port: port >= 8003)

    assert choose_port("") == 8003


def test_when_all_are_taken_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.run.supervisor.is_free", lambda _: False)

    with pytest.raises(CannotStart, match="8000 to 8010 are taken"):
        choose_port("")
