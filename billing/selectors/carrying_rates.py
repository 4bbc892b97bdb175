"""The loan rate day by day, from the policy versions in force."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings

from billing.domain.carrying import CarryingRate
from billing.domain.periods import Period
from billing.errors import CarryingBasisNotOffered
from governance.domain.policy import Policy
from governance.selectors import list_policy_versions
from governance.selectors.policies import policy_of_version
from ledger.domain.days import day_of, start_of_day
from reserve.domain.day_counts import DayCount

FIXED_PRICE = "fixed_price"


def list_carrying_rates(*, period: Period) -> list[CarryingRate]:
    """Rates of a period, one query. A version in force at the end of a day counts for that day.

    Versions that change neither rate nor day count don't begin a new rate. Raises
    CarryingBasisNotOffered where a version charges on another value than the fixed price.
    """
    rates: list[CarryingRate] = []
    for covered, policy in _policies_in(period):
        if policy.carrying_basis != FIXED_PRICE:
            raise CarryingBasisNotOffered(
                "The carrying cost is offered on the fixed price only.", basis=policy.carrying_basis
            )
        terms = (policy.loan_rate_percent, DayCount(policy.day_count))
        starts_on = covered.starts_on
        if rates and (rates[-1].annual_rate_percent, rates[-1].day_count) == terms:
            starts_on = rates.pop().starts_on
        rates.append(CarryingRate(starts_on, covered.ends_on, *terms))
    return rates


def _policies_in(period: Period) -> list[tuple[Period, Policy]]:
    zone = ZoneInfo(settings.TIME_ZONE)
    versions = list_policy_versions().filter(effective_from__lt=start_of_day(period.ends_on, zone))
    by_day: dict[date, Policy] = {}
    for version in versions.order_by("effective_from", "number"):
        # Of two versions that begin on one day, the later is in force at its end.
        by_day[day_of(version.effective_from, zone)] = policy_of_version(version)
    starts = list(by_day)
    ends = [*starts[1:], None]
    stretches = []
    for start, end in zip(starts, ends, strict=False):
        covered = period.overlap(start, end)
        if covered is not None:
            stretches.append((covered, by_day[start]))
    return stretches
