"""Exposure: what members still have to buy at fixed prices, at the market's prices of a day."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from governance.models import User
from ledger.domain.quantities import round_half_up
from ledger.selectors import get_balances_as_of
from members.domain import accounts
from members.domain.exposure import average_price, exposure_cents
from members.errors import DayInFuture, PeriodTooLong
from members.models import Commitment
from members.selectors.commitments import Holding
from members.selectors.firms import get_firm_for
from reserve.errors import DatesReversed
from reserve.models import MaterialPrice
from reserve.moments import end_of_reserve_day
from reserve.selectors import list_prices, today

MOST_MONTHS = 60
"""How many months of history are computed at once."""

_DUTIES = (accounts.commitment, accounts.rebuy)


@dataclass(frozen=True, slots=True)
class Exposure:
    """A firm's obligation in a material at the end of a day.

    `open_g` is what it still has to buy, or to buy again; `fixed_usd_per_kg` is the average price of its
    commitments, each counting by its grams, since stock is attributed to a firm and not to one of them.
    `price` and `exposure_cents` (negative is the firm's loss) are None where no price was published by then.
    """

    firm_id: UUID
    material_code: str
    open_g: int
    fixed_usd_per_kg: Fraction
    price: MaterialPrice | None
    exposure_cents: int | None

    @property
    def shown_price_usd_per_kg(self) -> Decimal:
        """The fixed price with six decimals, half-up; the exposure is computed with the exact one."""
        return Decimal(round_half_up(self.fixed_usd_per_kg * 10**6)).scaleb(-6)


@dataclass(frozen=True, slots=True)
class MaterialExposure:
    """What the exposures in one material add up to; `exposure_cents` is None where it has no price."""

    material_code: str
    open_g: int
    exposure_cents: int | None


@dataclass(frozen=True, slots=True)
class ExposureOfDay:
    """All exposures at the end of a day, and what those with a price add up to, in cents."""

    day: date
    exposures: list[Exposure]

    @property
    def total_cents(self) -> int:
        """The sum; negative is the members' loss."""
        return sum(row.exposure_cents or 0 for row in self.exposures)

    @property
    def by_material(self) -> list[MaterialExposure]:
        """The sums over firms, by material code."""
        rows: defaultdict[str, list[Exposure]] = defaultdict(list)
        for row in self.exposures:
            rows[row.material_code].append(row)
        return [
            MaterialExposure(
                code,
                sum(row.open_g for row in of_material),
                None if of_material[0].price is None else sum(row.exposure_cents or 0 for row in of_material),
            )
            for code, of_material in sorted(rows.items())
        ]

    @property
    def without_price(self) -> list[str]:
        """Codes of the materials whose exposure isn't known."""
        return sorted({row.material_code for row in self.exposures if row.price is None})


def get_exposure(*, firm_ids: Collection[UUID] | None = None, at: date | None = None) -> ExposureOfDay:
    """Exposure of the firms (None means all) at the end of a day, default today, by firm and material.

    What was effective by then counts, at the prices that counted then. Three queries, however many firms
    and materials.
    """
    day = at or today()
    end = end_of_reserve_day(day)
    parts = _commitments_by(end, firm_ids)
    open_g = _still_to_buy(parts, end)
    prices = list_prices(material_codes={holding.material_code for holding in open_g}, at=day)
    rows = [
        _exposure(holding, grams, average_price(parts[holding]), prices.get(holding.material_code))
        for holding, grams in sorted(open_g.items())
        if grams
    ]
    return ExposureOfDay(day, rows)


def get_exposure_for(actor: User, firm_id: UUID | str, *, at: date | None = None) -> ExposureOfDay:
    """Exposure of a firm the actor may see. Raises FirmNotFound."""
    return get_exposure(firm_ids=[get_firm_for(actor, firm_id).id], at=at)


def list_exposure_history_for(
    actor: User, firm_id: UUID | str, *, first: date | None = None, last: date | None = None
) -> list[ExposureOfDay]:
    """Exposure of a firm at the end of each month from that of `first` on, and at the end of `last`.

    Without `last` until today, without `first` from a year before on.
    Three queries for each day. Raises FirmNotFound, DatesReversed, DayInFuture, PeriodTooLong.
    """
    firm = get_firm_for(actor, firm_id)
    until = last or today()
    if until > today():
        raise DayInFuture("What is to come can't be looked back at.", field="until")
    days = _ends_of_months(first or until - timedelta(days=365), until)
    return [get_exposure(firm_ids=[firm.id], at=day) for day in days]


def _ends_of_months(first: date, last: date) -> list[date]:
    """The last day of each month that ends before `last`, then `last`."""
    if first > last:
        raise DatesReversed("The first day lies after the last.", field="since")
    months = (last.year - first.year) * 12 + last.month - first.month
    if months >= MOST_MONTHS:
        raise PeriodTooLong("Ask for fewer months.", field="since", most_months=MOST_MONTHS)
    following = [divmod(first.year * 12 + first.month + number, 12) for number in range(months)]
    return [*(date(year, month + 1, 1) - timedelta(days=1) for year, month in following), last]


def _commitments_by(
    end: datetime, firm_ids: Collection[UUID] | None
) -> dict[Holding, list[tuple[int, Decimal]]]:
    """Grams and prices of the commitments that stood then, without what was sold by then."""
    sold = Coalesce(Sum("transfers__quantity_g", filter=Q(transfers__effective_at__lt=end)), 0)
    rows = Commitment.objects.filter(made_at__lt=end).annotate(sold_g=sold).filter(sold_g__lt=F("quantity_g"))
    if firm_ids is not None:
        rows = rows.filter(firm_id__in=firm_ids)
    parts: defaultdict[Holding, list[tuple[int, Decimal]]] = defaultdict(list)
    for firm, material, quantity_g, sold_g, price in rows.order_by().values_list(
        "firm_id", "material__code", "quantity_g", "sold_g", "fixed_price_usd_per_kg"
    ):
        parts[Holding(firm, material)].append((quantity_g - int(sold_g), price))
    return parts


def _still_to_buy(holdings: Collection[Holding], end: datetime) -> dict[Holding, int]:
    paths = {
        holding: [duty(str(holding.firm_id), holding.material_code) for duty in _DUTIES]
        for holding in holdings
    }
    balances = get_balances_as_of(paths=[path for both in paths.values() for path in both], effective_at=end)
    return {holding: sum(balances.get(path, 0) for path in both) for holding, both in paths.items()}


def _exposure(holding: Holding, open_g: int, fixed: Fraction, price: MaterialPrice | None) -> Exposure:
    cents = None
    if price is not None:
        market = price.price_usd_per_kg
        cents = exposure_cents(open_g=open_g, fixed_usd_per_kg=fixed, market_usd_per_kg=market)
    return Exposure(holding.firm_id, holding.material_code, open_g, fixed, price, cents)
