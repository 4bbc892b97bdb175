"""Keeping the book of a tranche up to date: interest, fees and capitalisation up to a day.

What should stand for each day is computed from everything known now, and what is missing is posted. So
missed days, late facts, corrections and a run that is repeated are one and the same case.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ledger.domain.days import start_of_day
from ledger.selectors import get_balances, get_open_from
from ledger.services import JournalRequest, TransferRequest, post_journals
from reserve.domain import accounts
from reserve.domain.loans import Accrual, AccrualKind, differences_of
from reserve.errors import EffectiveInFuture
from reserve.models import FundingLapse, FundingTranche, LoanAccrual
from reserve.moments import end_of_reserve_day
from reserve.selectors.loans import compute_accruals, recorded_accruals
from reserve.selectors.materials import today
from reserve.services.funding import lock_tranche
from reserve.services.tranches import open_loan_accounts

_INSTANT = timedelta(microseconds=1)
_Recorded = Mapping[tuple[AccrualKind, date], tuple[int, int]]


@transaction.atomic
def accrue_tranche(*, tranche_code: str, until: date) -> int:
    """Post what the book lacks for the days before `until`, in one batch; answers how many journals.

    A closed day's difference is posted at the first open instant as an adjustment that names its month.
    Raises TrancheNotFound, EffectiveInFuture.
    """
    if until > today():
        raise EffectiveInFuture("These days are still to come.", field="until")
    tranche = lock_tranche(code=tranche_code)
    journals = _lapse_journals(tranche)
    if tranche.kind == FundingTranche.Kind.LOAN:
        journals += _accrual_journals(tranche, until)
    if journals:
        open_loan_accounts([tranche])
        post_journals(journals=journals)
    return len(journals)


def _accrual_journals(tranche: FundingTranche, until: date) -> list[JournalRequest]:
    recorded = {
        key: entry for key, entry in recorded_accruals(tranche=tranche).items() if _is_within(key, until)
    }
    missing = differences_of(
        compute_accruals(tranche=tranche, until=until), {key: cents for key, (cents, _) in recorded.items()}
    )
    open_from = get_open_from()
    groups: dict[tuple[AccrualKind, date, bool], list[Accrual]] = defaultdict(list)
    for accrual in missing:
        is_late = open_from is not None and _moment_of(accrual) < open_from
        day = accrual.day.replace(day=1) if is_late else accrual.day
        groups[accrual.kind, day, is_late].append(accrual)
    journals = []
    rows: list[LoanAccrual] = []
    for (kind, day, is_late), accruals in groups.items():
        first = accruals[0]
        ordinal = _ordinal(recorded, first)
        key = f"accrual:{tranche.code}:{kind.value}:{first.day.isoformat()}:{ordinal}"
        cents = sum(accrual.cents for accrual in accruals)
        if cents:
            moment = open_from if is_late and open_from else _moment_of(first)
            journals.append(_journal(tranche, kind, cents, key, moment, day if is_late else None))
        rows += [_row(tranche, accrual, _ordinal(recorded, accrual), key) for accrual in accruals]
    LoanAccrual.objects.bulk_create(rows)
    return journals


def _is_within(key: tuple[AccrualKind, date], until: date) -> bool:
    kind, day = key
    return day < until or (kind == AccrualKind.CAPITALISATION and day == until)


def _ordinal(recorded: _Recorded, accrual: Accrual) -> int:
    return recorded.get((accrual.kind, accrual.day), (0, 0))[1] + 1


def _row(tranche: FundingTranche, accrual: Accrual, ordinal: int, key: str) -> LoanAccrual:
    return LoanAccrual(
        tranche=tranche,
        kind=accrual.kind,
        day=accrual.day,
        ordinal=ordinal,
        amount_cents=accrual.cents,
        journal_key=key,
        recorded_at=timezone.now(),
    )


def _moment_of(accrual: Accrual) -> datetime:
    """Interest and fees of a day stand at its last instant, what is capitalised at the first."""
    if accrual.kind == AccrualKind.CAPITALISATION:
        return start_of_day(accrual.day, ZoneInfo(settings.TIME_ZONE))
    return end_of_reserve_day(accrual.day) - _INSTANT


def _journal(
    tranche: FundingTranche, kind: AccrualKind, cents: int, key: str, moment: datetime, month: date | None
) -> JournalRequest:
    interest = accounts.loan_interest(tranche.code)
    ends = {
        AccrualKind.INTEREST: (interest, accounts.expense("interest")),
        AccrualKind.COMMITMENT_FEE: (
            accounts.loan_fees(tranche.code),
            accounts.expense("commitment-fee"),
        ),
        AccrualKind.CAPITALISATION: (accounts.drawn(tranche.code, tranche.kind), interest),
    }[kind]
    source, target = ends if cents > 0 else ends[::-1]
    return JournalRequest(
        kind=f"reserve.loan_{kind.value}",
        idempotency_key=key,
        effective_at=moment,
        transfers=[TransferRequest(source, target, abs(cents))],
        reference_type="funding_tranche",
        reference_id=tranche.code,
        adjusts_month=month,
    )


def _lapse_journals(tranche: FundingTranche) -> list[JournalRequest]:
    """Give up what can't be drawn any more, as far as no order counts on it."""
    if tranche.available_until is None or today() <= tranche.available_until:
        return []
    undrawn = accounts.funding(tranche.code)
    balances = get_balances(paths=[undrawn, accounts.HEADROOM])
    cents = min(balances[undrawn].available, balances[accounts.HEADROOM].available)
    if cents <= 0:
        return []
    lapse = FundingLapse.objects.create(tranche=tranche, amount_cents=cents, recorded_at=timezone.now())
    transfers: Sequence[TransferRequest] = [
        TransferRequest(undrawn, accounts.FUNDING_CONTRA, cents),
        TransferRequest(accounts.HEADROOM, accounts.HEADROOM_CONTRA, cents),
    ]
    return [
        JournalRequest(
            kind="reserve.funding_lapsed",
            idempotency_key=f"lapse:{lapse.id}",
            effective_at=lapse.recorded_at,
            transfers=transfers,
            reference_type="funding_tranche",
            reference_id=tranche.code,
        )
    ]
