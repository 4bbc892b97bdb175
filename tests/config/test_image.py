"""Dockerfile and compose.yaml: what they promise, and that their commands work on servers of one's own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from config.database import parse_database_url
from config.embedded.ports import any_free_port
from config.probe import is_ready
from tests.config.test_run import wait_until
from tests.debian_servers import PASSWORD, debian_servers

BASE_DIR = Path(__file__).resolve().parent.parent.parent
OURS = ("prepare", "web", "worker", "scheduler")
SECRETS = {
    "POSTGRES_PASSWORD": "the-administrators",
    "STRONGROOM_OWNER_PASSWORD": "the-owners",
    "STRONGROOM_SERVICE_PASSWORD": "the-services",
    "REDIS_PASSWORD": "the-redis",
    "STRONGROOM_SECRET_KEY": "the-key",
}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load((BASE_DIR / "compose.yaml").read_text())["services"])


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (BASE_DIR / "Dockerfile").read_text()


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put in variables as compose does: `${NAME:?...}` has no default, `${NAME:-default}` has one."""

    def value(match: re.Match[str]) -> str:
        name, operator, rest = match.groups()
        return values.get(name, "") or (rest if operator == ":-" else "")

    return re.sub(r"\$\{(\w+)(:[-?])?([^}]*)\}", value, text)


def test_the_image_is_made_in_two_stages_and_runs_without_root(dockerfile: str) -> None:
    last = dockerfile.split("\nFROM ")[-1]

    assert len(re.findall(r"^FROM ", dockerfile, re.MULTILINE)) == 2
    assert re.search(r"^USER [1-9]\d*$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "pip" not in last


def test_the_image_holds_only_pinned_packages(dockerfile: str) -> None:
    assert dockerfile.count("pip install") == dockerfile.count("--require-hashes") == 1


def test_every_part_is_there(services: dict[str, Any]) -> None:
    assert set(services) == {"postgres", "redis", *OURS}


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_has_a_default(name: str) -> None:
    uses = re.findall(rf"\$\{{{name}(:.)?", (BASE_DIR / "compose.yaml").read_text())

    assert uses
    assert set(uses) == {":?"}


def test_only_preparation_knows_more_than_the_service(services: dict[str, Any]) -> None:
    for name in ("web", "worker", "scheduler"):
        environment = services[name]["environment"]

        assert parse_database_url(fill(environment["DATABASE_URL"], SECRETS))["user"] == "strongroom_service"
        assert "POSTGRES_PASSWORD" not in str(environment)
        assert "STRONGROOM_OWNER_PASSWORD" not in str(environment)


@pytest.mark.parametrize("name", OURS)
def test_our_processes_have_no_more_rights_than_they_need(services: dict[str, Any], name: str) -> None:
    assert services[name]["read_only"] is True
    assert services[name]["cap_drop"] == ["ALL"]


def test_the_service_waits_for_what_it_needs(services: dict[str, Any]) -> None:
    assert services["prepare"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in ("web", "worker", "scheduler"):
        conditions = {key: value["condition"] for key, value in services[name]["depends_on"].items()}
        assert conditions == {"prepare": "service_completed_successfully", "redis": "service_healthy"}


@contextmanager
def _started(
    command: list[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        program = [str(Path(sys.executable).parent / command[0]), *command[1:]]
        process = subprocess.Popen(program, cwd=BASE_DIR, env=environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(timeout=60) is not None


@pytest.mark.external
def test_the_commands_of_compose_work(services: dict[str, Any], dockerfile: str, tmp_path: Path) -> None:
    """Each service as compose would start it, on a PostgreSQL and a Redis of Debian's."""
    port = str(any_free_port())
    with debian_servers(tmp_path) as urls:
        database, redis_url = parse_database_url(urls["DATABASE_URL"]), urls["REDIS_URL"]

        def environment_of(name: str) -> dict[str, str]:
            given = {key: fill(str(value), SECRETS) for key, value in services[name]["environment"].items()}
            place = f"@127.0.0.1:{database['port']}/"
            given["DATABASE_URL"] = given["DATABASE_URL"].replace("@postgres:5432/", place)
            given["DATABASE_URL"] = given["DATABASE_URL"].replace(SECRETS["POSTGRES_PASSWORD"], PASSWORD)
            given["REDIS_URL"] = redis_url
            path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
            return {"PATH": path, "PORT": port, "HOST": "127.0.0.1", **given}

        def log_of(name: str) -> Path:
            return tmp_path / f"{name}.log"

        with _started(
            services["prepare"]["command"], environment_of("prepare"), log_of("prepare")
        ) as prepare:
            assert prepare.wait(timeout=120) == 0, log_of("prepare").read_text()
        serve = re.findall(r'"([^"]+)"', dockerfile.rpartition("\nCMD ")[2])
        with (
            _started(serve, environment_of("web"), log_of("web")),
            _started(services["worker"]["command"], environment_of("worker"), log_of("worker")),
            _started(services["scheduler"]["command"], environment_of("scheduler"), log_of("scheduler")),
        ):
            wait_until(lambda: is_ready(environment_of("web")))
            wait_until(lambda: " ready." in log_of("worker").read_text())
            wait_until(lambda: "beat: Starting" in log_of("scheduler").read_text())


def test_the_administrator_of_compose_is_the_one_of_its_server(services: dict[str, Any]) -> None:
    admin = urlsplit(fill(services["prepare"]["environment"]["DATABASE_URL"], SECRETS))

    assert (admin.username, admin.hostname, admin.port) == ("postgres", "postgres", 5432)
