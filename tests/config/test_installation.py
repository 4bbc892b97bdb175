"""What an installation keeps: secrets only their owner can read, room to write, one run at a time."""

import json
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.installation import Installation, running_environment, write_private_json
from config.startup import CannotStart


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    found = Installation(tmp_path / "var")
    found.make_ready()
    return found


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_readable_by_their_owner_only(installation: Installation) -> None:
    installation.load_secrets()

    assert _mode(installation.secrets_path) == 0o600


def test_secrets_that_became_readable_are_closed_again(installation: Installation) -> None:
    installation.load_secrets()
    installation.secrets_path.chmod(0o644)

    installation.load_secrets()

    assert _mode(installation.secrets_path) == 0o600


def test_secrets_are_made_once(installation: Installation) -> None:
    assert installation.load_secrets() == installation.load_secrets()


def test_no_two_installations_share_a_secret(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        installation = Installation(tmp_path / name)
        installation.make_ready()
        found += list(vars(installation.load_secrets()).values())

    assert len(set(found)) == len(found)
    assert min(len(secret) for secret in found) >= 40


def test_a_secret_that_came_later_is_added(installation: Installation) -> None:
    before = installation.load_secrets()
    write_private_json(installation.secrets_path, {"secret_key": before.secret_key})

    after = installation.load_secrets()

    assert after.secret_key == before.secret_key
    assert after.owner_password


def test_half_a_file_of_secrets_is_not_replaced(installation: Installation) -> None:
    installation.secrets_path.write_text('{"secret_key": "abc')

    with pytest.raises(CannotStart, match="Restore it from a backup"):
        installation.load_secrets()

    assert installation.secrets_path.read_text() == '{"secret_key": "abc'


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a directory")

    with pytest.raises(CannotStart, match="STRONGROOM_VAR"):
        Installation(tmp_path / "var").make_ready()


def test_a_full_disk_is_named_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=7_000_000))
    installation = Installation(tmp_path / "var")

    with pytest.raises(CannotStart, match="Only 7 MB are free"):
        installation.make_ready()

    assert not installation.secrets_path.exists()


def test_a_second_run_is_told_who_is_there(installation: Installation) -> None:
    other = Installation(installation.directory)

    with (
        installation.locked(holder="`make run`"),
        pytest.raises(CannotStart, match=r"`make run` \(process \d+\)"),
        other.locked(holder="another"),
    ):
        pass


def test_the_next_run_may_begin_when_the_first_has_ended(installation: Installation) -> None:
    with installation.locked(holder="`make run`"):
        pass

    with installation.locked(holder="`make run`"):
        pass


def test_commands_find_what_runs(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    write_private_json(installation.environment_path, {"DATABASE_URL": "postgresql://u@h/d"})

    assert running_environment(installation) == {"DATABASE_URL": "postgresql://u@h/d"}
    assert _mode(installation.environment_path) == 0o600


def test_what_is_given_comes_before_what_runs(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://given@h/d")
    write_private_json(installation.environment_path, {"DATABASE_URL": "postgresql://u@h/d"})

    assert running_environment(installation) == {}


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    write_private_json(path, {"a": "1"})
    write_private_json(path, {"b": "2"})

    assert json.loads(path.read_text()) == {"b": "2"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.json"]
