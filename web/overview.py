"""What the console's first page shows, read once per page in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from allocations.models import Round
from allocations.selectors import list_outcomes, list_rounds_for
from governance.models import User
from governance.selectors import get_policy
from ledger.domain.quantities import cost_cents
from ledger.selectors import VerificationState, get_verification_state
from members.selectors import list_member_coverage
from reserve.selectors import Coverage, Funding, get_funding, list_national_coverage, list_prices

EVERYONES_TARGET_DAYS = 60
"""What the reserve is measured against, whatever a material's own target is."""

SCALE_DAYS = 180
"""Right end of the bars; longer cover is cut off there."""


@dataclass(frozen=True)
class MaterialLine:
    """One material: what there is, how long it lasts, what it is worth."""

    code: str
    name: str
    stock_g: int
    national_days: Fraction | None
    member_days: Fraction | None
    target_days: int
    price_usd_per_kg: Decimal | None
    value_cents: int | None

    @property
    def bar_days(self) -> int:
        """Length of the bar on its scale."""
        return min(int(self.national_days or 0), SCALE_DAYS)

    @property
    def target_mark_days(self) -> int:
        """Place of the target on the scale."""
        return min(self.target_days, SCALE_DAYS)

    @property
    def standing(self) -> str:
        """In words, how the cover compares: the page never tells it by colour alone."""
        if self.national_days is None:
            return "no use published"
        if self.national_days >= self.target_days:
            return "at target"
        return "at 60 days" if self.national_days >= EVERYONES_TARGET_DAYS else "short"


@dataclass(frozen=True)
class OutcomeLine:
    """What a round came to for one material, over all firms."""

    name: str
    pool_g: int
    requested_g: int
    claimed_g: int
    granted_g: int
    firms: int

    @property
    def granted_percent(self) -> int:
        """Whole percent of what was asked for, rounded down; also the length of the bar."""
        return 100 * self.granted_g // self.requested_g if self.requested_g else 0


@dataclass(frozen=True)
class LatestRound:
    """The latest allocation round, with its outcome once it is computed."""

    round: Round
    lines: list[OutcomeLine]


@dataclass(frozen=True)
class Overview:
    """The page."""

    lines: list[MaterialLine]
    latest_round: LatestRound | None
    funding: Funding
    proof: VerificationState
    as_of: datetime
    policy_version: int

    @property
    def held_lines(self) -> list[MaterialLine]:
        """Materials of which there is stock."""
        return [line for line in self.lines if line.stock_g]

    @property
    def empty_lines(self) -> list[MaterialLine]:
        """Materials of which there is none."""
        return [line for line in self.lines if not line.stock_g]

    @property
    def stock_value_cents(self) -> int:
        """Stock at its current prices, where there is a price."""
        return sum(line.value_cents or 0 for line in self.lines)

    @property
    def stock_g(self) -> int:
        """All accepted stock."""
        return sum(line.stock_g for line in self.lines)

    @property
    def lines_at_60_days(self) -> int:
        """How many materials last as long as the reserve promises."""
        return sum(1 for line in self.lines if (line.national_days or 0) >= EVERYONES_TARGET_DAYS)


def read_overview(actor: User) -> Overview:
    """Read everything the page shows."""
    prices = {code: price.price_usd_per_kg for code, price in list_prices().items()}
    of_members = {item.material_code: item.days for item in list_member_coverage()}
    lines = [
        _line(item, prices.get(item.material_code), of_members.get(item.material_code))
        for item in list_national_coverage()
    ]
    return Overview(
        lines=lines,
        latest_round=_latest_round(actor, {line.code: line.name for line in lines}),
        funding=get_funding(),
        proof=get_verification_state(),
        as_of=timezone.now(),
        policy_version=get_policy().version_number,
    )


def _latest_round(actor: User, names: Mapping[str, str]) -> LatestRound | None:
    latest = list_rounds_for(actor).first()
    if latest is None:
        return None
    outcomes = [
        OutcomeLine(
            name=names.get(outcome.material.code, outcome.material.code),
            pool_g=outcome.pool_g,
            requested_g=outcome.requested_g,
            claimed_g=outcome.claimed_g,
            granted_g=outcome.granted_g,
            firms=outcome.firms,
        )
        for outcome in list_outcomes(round_id=latest.id)
    ]
    return LatestRound(round=latest, lines=outcomes)


def _line(item: Coverage, price: Decimal | None, member_days: Fraction | None) -> MaterialLine:
    value = None if price is None else cost_cents(quantity_g=item.accepted_g, price_usd_per_kg=price)
    return MaterialLine(
        code=item.material_code,
        name=item.material_name,
        stock_g=item.accepted_g,
        national_days=item.days,
        member_days=member_days,
        target_days=item.target_days,
        price_usd_per_kg=price,
        value_cents=value,
    )
