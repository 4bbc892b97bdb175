"""The embedded Valkey: real, private, and able to recover."""

import os
import signal

import psutil
import pytest
import redis

from config.embedded.processes import processes_in
from config.embedded.valkey import EmbeddedValkey
from tests.config.conftest import valkey_in


def _process(server: EmbeddedValkey) -> psutil.Process:
    (process,) = processes_in(server.data, program="valkey-server")
    return process


def test_it_asks_for_the_password(valkey: EmbeddedValkey) -> None:
    url = valkey.start()

    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(url.replace(":password@", "")).ping()


def test_the_password_shows_in_no_list_of_processes(valkey: EmbeddedValkey) -> None:
    valkey.start()

    assert valkey.password not in " ".join(_process(valkey).cmdline())


def test_it_listens_on_this_machine_only(valkey: EmbeddedValkey) -> None:
    valkey.start()

    places = {connection.laddr.ip for connection in _process(valkey).net_connections()}
    assert places == {"127.0.0.1"}


def test_it_does_not_run_as_root(valkey: EmbeddedValkey) -> None:
    valkey.start()

    assert _process(valkey).uids().effective != 0


def test_a_second_start_keeps_what_it_held(valkey: EmbeddedValkey) -> None:
    with redis.Redis.from_url(valkey.start()) as client:
        client.set("kept", "7")
    valkey.stop()

    with redis.Redis.from_url(valkey.start()) as client:
        assert client.get("kept") == b"7"


def test_after_a_kill_it_starts_again(valkey: EmbeddedValkey) -> None:
    valkey.start()
    os.kill(_process(valkey).pid, signal.SIGKILL)
    again = valkey_in(valkey.directory.parent)
    try:
        with redis.Redis.from_url(again.start()) as client:
            assert client.ping()
    finally:
        again.stop()


def test_a_server_left_by_a_killed_run_is_stopped_first(valkey: EmbeddedValkey) -> None:
    valkey.start()
    left = _process(valkey)
    again = valkey_in(valkey.directory.parent)
    try:
        again.start()
        assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE
    finally:
        again.stop()
