"""A real server, a real browser (Debian's chromium), and a reserve with stock to look at."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, sync_playwright

from governance.services import create_user
from tests.allocations.standing import build_house, hold, run_round

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "granite-lantern-harbour"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    if not CHROMIUM.exists():
        pytest.fail("chromium isn't installed; `make check` installs it")
    # The synchronous driver keeps an event loop in this thread; Django would refuse to query beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def reserve_with_a_round(committed_database: str) -> None:
    """Three example firms with stock and a settled round, and one auditor."""
    house = build_house()
    create_user(username="cleo", full_name="Cleo Example", password=PASSWORD, roles=["auditor"])
    hold(house.alder, 500)
    hold(house.birch, 300)
    hold(None, 100)
    run_round(house, {house.alder: 700, house.birch: 250})


@pytest.fixture
def address(reserve_with_a_round: None) -> Iterator[str]:
    """Where the service answers, from threads of its own."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    connections["default"].close()
