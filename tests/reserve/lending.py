"""A loan of even numbers for the tests, and what they ask of it."""

from datetime import UTC, date, datetime
from decimal import Decimal

from governance.selectors import get_system_user
from ledger.selectors import get_balance
from ledger.verification import run_checks
from reserve.domain.requests import TrancheSpec
from reserve.models import FundingDraw
from reserve.services import (
    accrue_tranche,
    draw_funding,
    register_tranches,
)
from tests.reserve.standing import NOON, USD, People

# 7,500,000 USD at 4.80 percent over 360 days: exactly 1,000 USD a day.
DAILY = 1_000 * USD
DRAWN = 7_500_000 * USD


def register(code: str, **changes: object) -> None:
    values: dict[str, object] = {
        "code": code,
        "kind": "loan",
        "limit_cents": 10_000_000 * USD,
        "annual_rate_percent": Decimal("4.80"),
    }
    register_tranches(
        tranches=[TrancheSpec(**(values | changes))],  # type: ignore[arg-type]
        actor=get_system_user(),
        effective_at=NOON,
    )


def owed(code: str = "loan-b") -> int:
    return -get_balance(path=f"loan/{code}/interest").posted


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


def accrue(until: date, code: str = "loan-b") -> int:
    return accrue_tranche(tranche_code=code, until=until)


def broken_checks() -> list[str]:
    return [result.name for result in run_checks() if not result.is_clean]


def draw_more(people: People, day: date) -> FundingDraw:
    """A tenth of what was drawn already: a hundred dollars of interest a day."""
    return draw_funding(
        tranche_code="loan-b", amount_cents=DRAWN // 10, actor=people.finance, effective_at=noon(day)
    )
