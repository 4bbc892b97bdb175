"""`make run` from outside: it starts, survives kills, says what is in its way, and leaves nothing behind."""

import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from config.embedded.ports import LOCALHOST, any_free_port
from config.embedded.processes import kill_processes, processes_in
from config.run.programs import programs_of
from tests.debian_servers import debian_servers

pytestmark = pytest.mark.external

BASE_DIR = Path(__file__).resolve().parent.parent.parent
GIVEN_TO_TESTS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "STRONGROOM_SECRET_KEY")
UP = "Ctrl-C stops everything"


class Run:
    """One `make run` with an empty reserve."""

    def __init__(self, var: Path, *arguments: str, **environment: str) -> None:
        self.var = var
        self.port = int(environment.setdefault("PORT", str(any_free_port())))
        self._output = var.parent / f"output-{time.monotonic_ns()}"
        inherited = {key: value for key, value in os.environ.items() if key not in GIVEN_TO_TESTS}
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.run", "--empty", *arguments],
                cwd=BASE_DIR,
                env={**inherited, "STRONGROOM_VAR": str(var), **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_for(self, text: str) -> "Run":
        wait_until(lambda: text in self.output or self.process.poll() is not None)
        assert text in self.output, self.output
        return self

    def end(self, with_signal: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(with_signal)
        return self.process.wait(timeout=60)

    def is_ready(self) -> bool:
        with urllib.request.urlopen(f"http://{LOCALHOST}:{self.port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)


def wait_until(is_true: Callable[[], bool], *, within_seconds: float = 120) -> None:
    deadline = time.monotonic() + within_seconds
    while not is_true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def left_of(var: Path) -> list[psutil.Process]:
    """Whatever of an installation still runs."""
    left = programs_of(var)
    for name, program in (("postgres", "postgres"), ("valkey", "valkey-server")):
        left += processes_in(var / name / "data", program=program)
    return [process for process in left if is_alive(process)]


def is_alive(process: psutil.Process) -> bool:
    """Neither gone nor only not yet taken note of by its parent."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def is_worker(process: psutil.Process) -> bool:
    """Whether it is a Celery worker that still runs."""
    with suppress(psutil.Error):
        return "worker" in process.cmdline()
    return False


@pytest.fixture
def empty_var(tmp_path: Path) -> Iterator[Path]:
    """Where nothing was started yet."""
    place = tmp_path / "var"
    yield place
    kill_processes(left_of(place))


@pytest.fixture(scope="session")
def installed() -> Path:
    """An installation that was started once and stopped, by whichever worker of the test run comes first."""
    place = Path(settings.VAR_DIR) / "installed" / "var"
    place.parent.mkdir(mode=0o711, exist_ok=True)
    with (place.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            unfinished = place.with_name("unfinished")
            assert Run(unfinished, "--once").process.wait(timeout=120) == 0
            for port in unfinished.glob("*/port"):
                port.unlink()
            unfinished.rename(place)
    return place


@pytest.fixture
def var(empty_var: Path, installed: Path) -> Path:
    """A copy of it for one test."""
    subprocess.run(["cp", "-a", installed, empty_var], check=True)
    return empty_var


def test_once_it_starts_prints_and_leaves_nothing(var: Path) -> None:
    run = Run(var, "--once")

    assert run.process.wait(timeout=120) == 0, run.output
    assert f"http://{LOCALHOST}:{run.port}/" in run.output
    assert left_of(var) == []
    assert not (var / "environment.json").exists()


def test_while_it_runs_commands_find_it_and_a_second_run_or_a_taken_port_is_refused(var: Path) -> None:
    begun = time.monotonic()
    run = Run(var).wait_for(UP)
    seconds = time.monotonic() - begun
    environment = {key: value for key, value in os.environ.items() if key not in GIVEN_TO_TESTS}
    command = subprocess.run(
        [sys.executable, "manage.py", "check", "--database", "default"],
        cwd=BASE_DIR,
        env={**environment, "STRONGROOM_VAR": str(var)},
        check=False,
    )
    second = Run(var)
    elsewhere = Run(var.parent / "other", PORT=str(run.port))

    assert seconds < 15, "a second start does again what was done"
    assert command.returncode == 0
    assert second.process.wait(timeout=60) == 1
    assert "is in use by `make run`" in second.output
    assert elsewhere.process.wait(timeout=60) == 1
    assert f"Port {run.port} is taken" in elsewhere.output
    assert run.is_ready()
    assert run.end() == 0
    assert left_of(var) == []


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_polite_signal_ends_it_within_seconds(var: Path, with_signal: signal.Signals) -> None:
    run = Run(var).wait_for(UP)
    begun = time.monotonic()

    assert run.end(with_signal) == 0
    assert time.monotonic() - begun < 15
    assert left_of(var) == []


def test_a_second_ctrl_c_ends_it_at_once(var: Path) -> None:
    run = Run(var).wait_for(UP)
    run.process.send_signal(signal.SIGINT)
    wait_until(lambda: "Stopping" in run.output or run.process.poll() is not None)

    assert run.end() in (0, 130)
    assert left_of(var) == []


def test_ctrl_c_in_the_middle_of_the_first_start_leaves_nothing_and_the_next_one_works(
    empty_var: Path,
) -> None:
    var = empty_var
    run = Run(var).wait_for("PostgreSQL")
    run.end()

    assert left_of(var) == []
    assert Run(var, "--once").process.wait(timeout=120) == 0


def test_after_its_own_kill_the_next_run_stops_what_was_left(var: Path) -> None:
    Run(var).wait_for(UP).end(signal.SIGKILL)
    assert left_of(var) != []

    run = Run(var, "--once")

    assert run.process.wait(timeout=120) == 0, run.output
    assert "An earlier run left" in run.output
    assert left_of(var) == []


def test_after_a_kill_of_everything_the_next_run_recovers(var: Path) -> None:
    run = Run(var).wait_for(UP)
    kill_processes(left_of(var))
    run.end(signal.SIGKILL)

    assert Run(var, "--once").process.wait(timeout=120) == 0
    assert left_of(var) == []


def test_whoever_dies_is_started_again(var: Path) -> None:
    run = Run(var).wait_for(UP)
    kill_processes(processes_in(var / "valkey" / "data", program="valkey-server"))
    kill_processes(process for process in programs_of(var) if is_worker(process))

    run.wait_for("worker was started again").wait_for("Valkey was started again")

    wait_until(run.is_ready)
    assert run.end() == 0
    assert left_of(var) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    run = Run(tmp_path / "file")

    assert run.process.wait(timeout=60) == 1
    assert "can't be written" in run.output


def test_on_servers_of_ones_own_nothing_else_is_started(empty_var: Path, tmp_path: Path) -> None:
    var = empty_var
    servers = tmp_path / "servers"
    servers.mkdir()
    with debian_servers(servers) as urls:
        run = Run(var, **urls).wait_for(UP)

        assert run.is_ready()
        assert not (var / "postgres").exists()
        assert not (var / "valkey").exists()
        assert run.end() == 0


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_a_server_that_is_not_there_is_named(var: Path, name: str) -> None:
    urls = {
        "DATABASE_URL": f"postgresql://u@{LOCALHOST}:1/strongroom",
        "REDIS_URL": f"redis://{LOCALHOST}:1/0",
    }
    run = Run(var, **{name: urls[name]})

    assert run.process.wait(timeout=60) == 1
    assert f"server of {name}" in run.output
    assert left_of(var) == []
