"""Reads of loans: what was drawn, repaid and accrued of a tranche, and what falls due when."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet, Sum

from reserve.domain.day_counts import DayCount
from reserve.domain.loans import (
    Accrual,
    AccrualKind,
    Change,
    DatedPercent,
    LoanTerms,
    accrue_loan,
    interest_periods,
)
from reserve.errors import TrancheNotFound
from reserve.models import FundingDraw, FundingRate, FundingTranche, LoanAccrual, LoanPayment
from reserve.selectors.materials import reserve_day


@dataclass(frozen=True, slots=True)
class LoanPeriod:
    """An interest period in cents. What is paid goes to the oldest that is owed."""

    starts_on: date
    ends_on: date
    due_on: date
    interest_cents: int
    fee_cents: int
    capitalised_cents: int
    outstanding_cents: int

    def is_overdue(self, *, on: date) -> bool:
        """Whether something of it is still owed after its due date."""
        return self.outstanding_cents > 0 and self.due_on < on


def get_tranche(*, code: str) -> FundingTranche:
    """The tranche. Raises TrancheNotFound."""
    tranche = FundingTranche.objects.filter(code=code).first()
    if tranche is None:
        raise TrancheNotFound("No funding tranche has this code.", field="tranche", tranche=code)
    return tranche


def list_tranches() -> QuerySet[FundingTranche]:
    """Every tranche, in the order in which they are drawn."""
    return FundingTranche.objects.order_by("draw_order", "code")


def list_draws(*, tranche: FundingTranche) -> QuerySet[FundingDraw]:
    """Draws of a tranche with their reversals."""
    return FundingDraw.objects.filter(tranche=tranche).select_related("tranche", "reversal")


def list_loan_payments(*, tranche: FundingTranche) -> QuerySet[LoanPayment]:
    """Payments to the lender of a tranche with their reversals."""
    return LoanPayment.objects.filter(tranche=tranche).select_related("tranche", "reversal")


def list_funding_rates(*, tranche: FundingTranche) -> QuerySet[FundingRate]:
    """Rates put in force after the beginning, by their first day."""
    return FundingRate.objects.filter(tranche=tranche).select_related("proposed_by", "approved_by")


def first_day_of(tranche: FundingTranche) -> date:
    """The day from which a tranche can be drawn."""
    return tranche.available_from or reserve_day(tranche.registered_at)


def terms_of(tranche: FundingTranche) -> LoanTerms:
    """How the tranche counts."""
    return LoanTerms(
        starts_on=first_day_of(tranche),
        draws_until=tranche.available_until,
        day_count=DayCount(tranche.day_count),
        period_months=tranche.interest_period_months,
        is_capitalising=tranche.interest_settlement == FundingTranche.Settlement.CAPITALISE,
    )


def rates_of(tranche: FundingTranche, kind: str) -> list[DatedPercent]:
    """The rate of the beginning and those that came after it, as they are known now."""
    initial = (
        tranche.annual_rate_percent if kind == FundingRate.Kind.INTEREST else tranche.commitment_fee_percent
    )
    later = FundingRate.objects.filter(tranche=tranche, kind=kind).order_by("starts_on", "id")
    return [
        DatedPercent(first_day_of(tranche).replace(day=1), initial),
        *(DatedPercent(rate.starts_on, rate.annual_rate_percent) for rate in later),
    ]


def compute_accruals(*, tranche: FundingTranche, until: date) -> list[Accrual]:
    """What should stand in the book for the days before `until`, from everything that is known now.

    Raises BelowZero.
    """
    draws = [
        Change(reserve_day(moment), cents)
        for moment, cents in FundingDraw.objects.filter(tranche=tranche, reversal=None).values_list(
            "drawn_at", "amount_cents"
        )
    ]
    repaid = LoanPayment.objects.filter(
        tranche=tranche, purpose=LoanPayment.Purpose.PRINCIPAL, reversal=None
    ).values_list("paid_at", "amount_cents")
    terms = terms_of(tranche)
    return accrue_loan(
        terms=terms,
        principal=[*draws, *(Change(reserve_day(moment), -cents) for moment, cents in repaid)],
        undrawn=[
            Change(terms.starts_on, tranche.limit_cents),
            *(Change(draw.day, -draw.cents) for draw in draws),
        ],
        interest_rates=rates_of(tranche, FundingRate.Kind.INTEREST),
        fee_rates=rates_of(tranche, FundingRate.Kind.COMMITMENT_FEE),
        until=until,
    )


def recorded_accruals(*, tranche: FundingTranche) -> Mapping[tuple[AccrualKind, date], tuple[int, int]]:
    """What stands in the book, in cents by kind and day, and in how many rows."""
    found: dict[tuple[AccrualKind, date], tuple[int, int]] = {}
    rows = LoanAccrual.objects.filter(tranche=tranche).values_list("kind", "day", "amount_cents")
    for kind, day, cents in rows:
        before, count = found.get((AccrualKind(kind), day), (0, 0))
        found[AccrualKind(kind), day] = (before + cents, count + 1)
    return found


def list_loan_periods(*, tranche: FundingTranche, until: date) -> list[LoanPeriod]:
    """The periods that begin before `until`, with what was booked for them and is still to be paid."""
    periods = list(
        interest_periods(
            starts_on=first_day_of(tranche), period_months=tranche.interest_period_months, until=until
        )
    )
    sums: dict[tuple[str, date], int] = defaultdict(int)
    starts = {
        day: period.starts_on
        for period in periods
        for day in (period.starts_on + timedelta(n) for n in range((period.ends_on - period.starts_on).days))
    }
    for (kind, day), (cents, _) in recorded_accruals(tranche=tranche).items():
        # Capitalised interest is that of the period which ends on its day.
        belongs = day - timedelta(days=1) if kind == AccrualKind.CAPITALISATION else day
        if belongs in starts:
            sums[kind, starts[belongs]] += cents
    paid = _paid_by_purpose(tranche)
    unspent = {purpose: paid.get(purpose, 0) for purpose in ("interest", "fees")}
    unspent["fees"] -= min(unspent["fees"], tranche.upfront_fee_cents)
    return [_period_of(tranche, period.starts_on, period.ends_on, sums, unspent) for period in periods]


def _period_of(
    tranche: FundingTranche,
    starts_on: date,
    ends_on: date,
    sums: Mapping[tuple[str, date], int],
    unspent: dict[str, int],
) -> LoanPeriod:
    interest = sums.get((AccrualKind.INTEREST, starts_on), 0)
    fee = sums.get((AccrualKind.COMMITMENT_FEE, starts_on), 0)
    capitalised = sums.get((AccrualKind.CAPITALISATION, starts_on), 0)
    outstanding = 0
    for purpose, owed in (("interest", interest - capitalised), ("fees", fee)):
        covered = min(unspent[purpose], owed)
        unspent[purpose] -= covered
        outstanding += owed - covered
    due_on = ends_on + timedelta(days=tranche.payment_due_days)
    return LoanPeriod(starts_on, ends_on, due_on, interest, fee, capitalised, outstanding)


def _paid_by_purpose(tranche: FundingTranche) -> dict[str, int]:
    rows = (
        LoanPayment.objects.filter(tranche=tranche, reversal=None)
        .values_list("purpose")
        .annotate(total=Sum("amount_cents"))
        .order_by()
    )
    return {purpose: int(total) for purpose, total in rows}
