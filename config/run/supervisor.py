"""Brings the service up in order, keeps it up, and takes it down in order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import FrameType

from config.embedded.ports import LOCALHOST, is_free
from config.embedded.processes import cannot_start, stop_processes
from config.installation import Installation, write_private_json
from config.prepare import migrate
from config.probe import is_ready
from config.run.programs import (
    BASE_DIR,
    BELONGS_TO,
    SCHEDULER,
    WEB,
    WORKER,
    Program,
    programs_of,
    turn_log_over,
)
from config.run.screen import Screen
from config.run.servers import Servers, provide_servers
from config.run.watch import Watch, watch_for_ever
from config.startup import CannotStart

FIRST_PORT, LAST_PORT = 8000, 8010
READY_WITHIN_SECONDS = 90.0
STOPPED_WITHIN_SECONDS = 8.0


class StopRequested(BaseException):
    """Ctrl-C, or another polite request to stop."""


@dataclass
class Supervisor:
    """One run of one installation."""

    installation: Installation
    screen: Screen
    is_empty: bool = False
    _stops: int = field(default=0, init=False)
    _servers: Servers | None = field(default=None, init=False)

    def run(self, *, once: bool) -> bool:
        """Bring everything up, print where it is and what the main job gave, and keep it up.

        With `once`, stop again after printing. False when the main job failed. Raises CannotStart.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        self.installation.make_ready()
        with ExitStack() as stack:
            stack.enter_context(self.installation.locked(holder="`make run`"))
            self._stop_leftovers()
            try:
                return self._run(stack, once=once)
            except StopRequested:
                self.screen.say("Stopping")
                return True

    def _run(self, stack: ExitStack, *, once: bool) -> bool:
        secrets = self.installation.load_secrets()
        port = choose_port(os.environ.get("PORT", ""))
        servers = provide_servers(stack, self.installation, secrets, self.screen)
        self._servers = servers
        environment = self._environment(servers, secrets.secret_key, port)
        with self.screen.step("Tables"):
            migrate(servers.logins, environment, log=self.installation.log_path("migrate"))
        programs = self._programs(environment)
        stack.callback(stop_programs, list(programs.values()))
        self._publish(stack, environment)
        with self.screen.step("Web"):
            programs["web"].start()
            self._wait_until_ready(programs["web"])
        programs["worker"].start()
        programs["scheduler"].start()
        is_well = self.is_empty or self._main_job(environment)
        self.screen.show_addresses(self._addresses(port))
        if not once:
            self.screen.say("Ctrl-C stops everything.")
            things = {**servers.embedded, **programs}
            watch_for_ever([Watch(name, thing) for name, thing in things.items()], self.screen.say)
        return is_well

    def _environment(self, servers: Servers, secret_key: str, port: int) -> dict[str, str]:
        """What the programs get: the service's login, never the owner's or the administrator's."""
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_OWNER_URL"}
        environment.update(
            {
                "DATABASE_URL": servers.logins.service_url,
                "REDIS_URL": servers.redis_url,
                "STRONGROOM_SECRET_KEY": os.environ.get("STRONGROOM_SECRET_KEY") or secret_key,
                "STRONGROOM_VAR": str(self.installation.directory),
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "PORT": str(port),
                BELONGS_TO: str(self.installation.directory),
            }
        )
        return environment

    def _programs(self, environment: Mapping[str, str]) -> dict[str, Program]:
        programs = {}
        for name, command in (("web", WEB), ("worker", WORKER), ("scheduler", SCHEDULER)):
            log = self.installation.log_path(name)
            turn_log_over(log)
            programs[name] = Program(name=name, command=command, environment=environment, log=log)
        return programs

    def _publish(self, stack: ExitStack, environment: Mapping[str, str]) -> None:
        """Let `manage.py` in another terminal work on this installation while it runs."""
        names = ("DATABASE_URL", "REDIS_URL", "STRONGROOM_SECRET_KEY")
        path = self.installation.environment_path
        stack.callback(path.unlink, missing_ok=True)
        write_private_json(path, {name: environment[name] for name in names})

    def _wait_until_ready(self, web: Program) -> None:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while web.is_running and time.monotonic() < deadline:
            if is_ready(web.environment):
                return
            time.sleep(0.05)
        raise cannot_start("The web server", web.log)

    def _main_job(self, environment: Mapping[str, str]) -> bool:
        """Print the stored result of the main job; load the reserve and run the job where there is none."""
        if self._command(environment, "show_main_job"):
            return True
        self.screen.say("Loading the reference reserve and running the main job; this is done once")
        if self._command(environment, "load_reference_reserve") and self._command(
            environment, "run_main_job"
        ):
            return True
        log = self.installation.log_path("commands")
        self.screen.warn(f"The main job didn't finish. {log} says why; `make run` tries again.")
        return False

    def _command(self, environment: Mapping[str, str], name: str) -> bool:
        with self.installation.log_path("commands").open("ab") as log:
            result = subprocess.run(  # noqa: S603
                [sys.executable, "manage.py", name],
                cwd=BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stderr=log,
                check=False,
            )
        return result.returncode == 0

    def _addresses(self, port: int) -> dict[str, str]:
        place = f"http://{LOCALHOST}:{port}"
        addresses = {
            "Console": f"{place}/",
            "REST": f"{place}/api/v1/",
            "REST explained": f"{place}/api/docs",
        }
        if self.installation.sign_ins_path.exists():
            addresses["Sign-ins"] = str(self.installation.sign_ins_path)
        addresses["Logs"] = str(self.installation.log_directory)
        return addresses

    def _stop_leftovers(self) -> None:
        left = programs_of(self.installation.directory)
        if left:
            self.screen.say(f"An earlier run left {len(left)} processes; they are stopped")
            stop_processes(left, with_signal=signal.SIGTERM, within_seconds=STOPPED_WITHIN_SECONDS)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stops += 1
        if self._stops == 1:
            raise StopRequested
        stop_processes(programs_of(self.installation.directory), with_signal=signal.SIGKILL, within_seconds=5)
        for server in self._servers.embedded.values() if self._servers else ():
            server.stop_leftovers()
        os._exit(130)


def choose_port(wanted: str) -> int:
    """The port that PORT names, or the first free one from 8000. Raises CannotStart."""
    if wanted:
        if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
            raise CannotStart(f"PORT={wanted} isn't a port: give a number from 1 to 65535.")
        if not is_free(int(wanted)):
            raise CannotStart(f"Port {wanted} is taken. Set PORT= to a free one, or leave it out.")
        return int(wanted)
    for port in range(FIRST_PORT, LAST_PORT + 1):
        if is_free(port):
            return port
    raise CannotStart(f"The ports {FIRST_PORT} to {LAST_PORT} are taken. Set PORT= to a free one.")


def stop_programs(programs: list[Program]) -> None:
    """Ask all to stop, the web first, and wait for them together."""
    deadline = time.monotonic() + STOPPED_WITHIN_SECONDS
    for program in programs:
        program.ask_to_stop()
    for program in programs:
        program.stop(within_seconds=max(0.0, deadline - time.monotonic()))
