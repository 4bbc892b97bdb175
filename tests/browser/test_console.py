"""The console and the REST documentation in a real browser: readable, silent, at home, accessible."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.browser

WIDTHS = (360, 1024, 1920)
SCHEMES = ("light", "dark")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


class Watch:
    """What a page said on its console, and which addresses it asked for."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def assert_quiet_and_at_home(self, address: str) -> None:
        assert self.complaints == []
        assert [url for url in self.requests if not url.startswith((address, "data:"))] == []


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    yield page
    context.close()


def sign_in(page: Page) -> None:
    """By keyboard alone."""
    page.goto("/")
    # A browser gives the focus when it draws the page, which may be after the page has loaded.
    page.wait_for_selector("#username:focus")
    page.keyboard.type("cleo")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("caption")


def violations(page: Page) -> list[str]:
    return [
        f"{found['id']}: {node['html']}"
        for found in Axe().run(page, options=RULES).response["violations"]
        for node in found["nodes"]
    ]


def keep_picture(page: Page, name: str) -> None:
    folder = Path(settings.BASE_DIR) / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_sign_in_and_see_the_table(page: Page, address: str, scheme: str) -> None:
    watch = Watch(page)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/")
    assert page.title() == "Sign in · Strongroom"
    assert violations(page) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        keep_picture(page, f"sign-in-{width}-{scheme}")
    sign_in(page)
    assert page.get_by_role("table").count() == 2
    assert page.get_by_role("rowheader", name="Antimony", exact=True).first.is_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        keep_picture(page, f"overview-{width}-{scheme}")
        assert violations(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
    watch.assert_quiet_and_at_home(address)


def test_the_page_works_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.fill("#username", "cleo")
    page.fill("#password", PASSWORD)
    page.click("button")
    assert page.get_by_role("rowheader", name="Antimony", exact=True).first.is_visible()
    context.close()


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    sign_in(page)
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id")
        )
    assert reached[0] == "Skip to content"
    assert "Overview" in reached
    assert "Sign out" in reached


def test_the_documentation_of_the_rest_door_shows_every_operation(page: Page, address: str) -> None:
    watch = Watch(page)
    page.goto("/api/docs")
    page.wait_for_selector(".opblock")
    assert page.locator(".opblock").count() > 10
    page.set_viewport_size({"width": 1024, "height": 900})
    keep_picture(page, "documentation-1024")
    page.click("#operations-session-readSession .opblock-summary-control")
    page.click("#operations-session-readSession .try-out__btn")
    page.click("#operations-session-readSession .execute")
    page.wait_for_selector("#operations-session-readSession .live-responses-table .response-col_status")
    assert "csrf_token" in page.inner_text("#operations-session-readSession .live-responses-table")
    watch.assert_quiet_and_at_home(address)
