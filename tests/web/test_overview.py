"""The console's first page: for staff, with what there is, and without what there isn't."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from governance.models import User
from governance.services import create_user
from ledger.models import Verification
from ledger.selectors import get_verification_state
from ledger.services import record_verification
from ledger.services.verifications import Examination
from ledger.verification import CheckResult, Finding
from reserve.selectors import get_funding
from tests.allocations.standing import build_house, hold, run_round
from web import overview
from web.overview import MaterialLine

pytestmark = pytest.mark.django_db

PASSWORD = "granite-lantern-harbour"


@pytest.fixture
def auditor(db: None) -> User:
    return create_user(username="cleo", full_name="Cleo Example", password=PASSWORD, roles=["auditor"])


def line(**changes: object) -> MaterialLine:
    facts = {
        "code": "antimony",
        "name": "Antimony",
        "stock_g": 4_100_000_000,
        "national_days": Fraction(62),
        "member_days": None,
        "target_days": 180,
        "price_usd_per_kg": Decimal("39.00"),
        "value_cents": 15_990_000_000,
    }
    return MaterialLine(**(facts | changes))  # type: ignore[arg-type]


def test_an_empty_reserve_has_a_page_too(auditor: User, client: Client) -> None:
    client.force_login(auditor)
    response = client.get("/")
    assert response.status_code == 200
    assert "No stock has been accepted yet." in response.content.decode()


def test_stock_cover_target_and_value_are_in_the_table(
    auditor: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = overview.Overview(
        lines=[line(), line(code="gallium", name="Gallium", stock_g=0)],
        latest_round=None,
        funding=get_funding(),
        proof=get_verification_state(),
        as_of=datetime(2026, 4, 2, 15, 0, tzinfo=UTC),
        policy_version=3,
    )
    monkeypatch.setattr("web.views.overview.read_overview", lambda actor: filled)
    client.force_login(auditor)
    page = client.get("/").content.decode()
    assert "<caption" in page
    assert '<th scope="row">Antimony</th>' in page
    for text in ("4,100", "62.0", "180", "39.00", "159.9", "at 60 days", "Cleo Example", "policy version 3"):
        assert text in page, text
    assert "Nothing in stock:" in page
    assert '<th scope="row">Gallium</th>' not in page


@pytest.mark.parametrize(
    ("days", "target", "standing"),
    [
        (None, 60, "no use published"),
        (Fraction(0), 60, "short"),
        (Fraction(5999, 100), 60, "short"),
        (Fraction(60), 60, "at target"),
        (Fraction(60), 180, "at 60 days"),
        (Fraction(180), 180, "at target"),
    ],
)
def test_standing_is_said_in_words(days: Fraction | None, target: int, standing: str) -> None:
    assert line(national_days=days, target_days=target).standing == standing


def test_bars_end_at_their_scale() -> None:
    assert line(national_days=Fraction(10_000)).bar_days == overview.SCALE_DAYS
    assert line(national_days=None).bar_days == 0


def test_the_page_costs_the_same_queries_whatever_the_catalogue(
    auditor: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(auditor)
    with django_assert_max_num_queries(24):
        client.get("/")


def test_the_policy_of_the_page_allows_only_this_host(auditor: User, client: Client) -> None:
    client.force_login(auditor)
    for place in ("/", "/sign-in", "/api/docs", "/nowhere"):
        policy = client.get(place, follow=True).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "object-src 'none'" in policy


def test_no_page_has_script_or_style_of_its_own(auditor: User, client: Client) -> None:
    client.force_login(auditor)
    for place in ("/", "/nowhere", "/api/docs"):
        page = client.get(place).content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick=" not in page


def test_the_latest_round_is_told_in_totals(db: None, client: Client) -> None:
    house = build_house()
    first, second = house.alder, house.birch
    hold(first, 500)
    hold(second, 300)
    run_round(house, {first: 700, second: 100})
    auditor = create_user(username="cleo", roles=["auditor"])
    client.force_login(auditor)
    page = client.get("/").content.decode()
    assert "Latest allocation round" in page
    assert "position first" in page
    totals = overview.read_overview(auditor).latest_round
    assert totals is not None
    (line_,) = totals.lines
    assert (line_.requested_g, line_.firms) == (800_000, 2)
    assert line_.granted_percent == 100 * line_.granted_g // 800_000
    for firm in (first, second):
        assert firm.legal_name not in page


def test_an_alarm_of_the_ledger_is_on_the_first_page(auditor: User, client: Client) -> None:
    client.force_login(auditor)
    assert "has not been verified in the background yet" in client.get("/").content.decode()
    broken = CheckResult(1, "ledger seals", "", [Finding("ledger_journal 7", "was sealed and is gone")])
    for results, text in (([], "no alarm"), ([broken], "ledger_journal 7 was sealed and is gone")):
        examination = Examination(Verification.Kind.FULL, datetime.now(UTC), 9, results)
        record_verification(examination=examination)
        assert text in client.get("/").content.decode()
