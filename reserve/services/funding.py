"""Drawing on committed funding."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction

from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from jobs.services import enqueue_job
from ledger.domain.quantities import format_usd
from ledger.errors import InsufficientBalance
from ledger.selectors import get_balances
from ledger.services import JournalRequest, TransferRequest, post_journals
from reserve.domain import accounts
from reserve.domain.funding import Undrawn, plan_draws
from reserve.domain.measures import check_quantity
from reserve.errors import FundingExceeded, TrancheNotFound
from reserve.loan_errors import CeilingExceeded, DrawPeriodOver
from reserve.models import FundingCeiling, FundingDraw, FundingTranche, TraderPayment
from reserve.moments import refuse_future
from reserve.selectors.loans import first_day_of
from reserve.selectors.materials import reserve_day, today
from reserve.services.late_facts import in_open_period

ACCRUE = "reserve.accrue_loans"


@contextmanager
def refusals_of_funding(*, ceiling: FundingCeiling | None = None) -> Iterator[None]:
    """Say "funding exceeded" where the ledger says that a funding account holds too little.

    Where it is the ceiling, the refusal names whose authority more would need.
    """
    try:
        yield
    except InsufficientBalance as error:
        account = str(error.details.get("account", ""))
        guards = (accounts.HEADROOM, accounts.CASH, accounts.CEILING)
        if account not in guards and not account.startswith("funding/"):
            raise
        money = {
            f"{name}_usd": format_usd(int(str(error.details[name])))
            for name in ("available", "needed")
            if name in error.details
        }
        if account == accounts.CEILING:
            raise CeilingExceeded(
                "More would be bought than the ceiling allows.",
                authority_reference=ceiling.authority_reference if ceiling else "",
                **money,
            ) from error
        raise FundingExceeded(
            "Cash and undrawn committed funding, less open orders, don't cover it.", **money
        ) from error


@transaction.atomic
def draw_funding(*, tranche_code: str, amount_cents: int, actor: User, effective_at: datetime) -> FundingDraw:
    """Take committed money into cash. Raises TrancheNotFound, FundingExceeded, QuantityNotPositive,
    DrawPeriodOver, EffectiveInFuture, RoleRequired.
    """
    require_role(actor, Role.FINANCE, Role.ADMINISTRATOR, Role.SYSTEM)
    check_quantity(amount_cents, field="amount")
    refuse_future(effective_at)
    tranche = lock_tranche(code=tranche_code)
    if not is_drawable(tranche, reserve_day(effective_at)):
        raise DrawPeriodOver(
            "The tranche can't be drawn on this day.",
            field="effective_at",
            first_day=first_day_of(tranche).isoformat(),
            last_day=tranche.available_until.isoformat() if tranche.available_until else None,
        )
    draw = FundingDraw.objects.create(
        tranche=tranche, amount_cents=amount_cents, drawn_by=actor, drawn_at=effective_at
    )
    with refusals_of_funding():
        post_journals(journals=[in_open_period(draw_journal(draw))])
    renew_accruals(tranche=tranche, since=effective_at, because=f"draw:{draw.id}")
    return draw


def lock_tranche(*, code: str) -> FundingTranche:
    """Lock a tranche: what changes its book queues here. Raises TrancheNotFound."""
    tranche = FundingTranche.objects.select_for_update(no_key=True).filter(code=code).first()
    if tranche is None:
        raise TrancheNotFound("No funding tranche has this code.", field="tranche", tranche=code)
    return tranche


def is_drawable(tranche: FundingTranche, day: date) -> bool:
    """Whether the tranche's period of draws covers the day."""
    return first_day_of(tranche) <= day and (
        tranche.available_until is None or day <= tranche.available_until
    )


def renew_accruals(*, tranche: FundingTranche, since: datetime, because: str) -> None:
    """Let the book be computed anew at once where something changed days that may be accrued already."""
    if tranche.kind == FundingTranche.Kind.LOAN and reserve_day(since) < today():
        enqueue_job(kind=ACCRUE, dedupe_key=f"accrue:{because}", payload={"tranche": tranche.code})


def draw_for_payment(*, payment: TraderPayment) -> list[JournalRequest]:
    """Record the draws that a payment needs beyond cash; answers their journals, to be posted with it.

    Locks every tranche first, so that payments draw one after another. Raises FundingExceeded.
    """
    locked = FundingTranche.objects.select_for_update(no_key=True).order_by("draw_order", "code")
    tranches = [tranche for tranche in locked if is_drawable(tranche, reserve_day(payment.paid_at))]
    paths = [accounts.CASH, *(accounts.funding(tranche.code) for tranche in tranches)]
    balances = get_balances(paths=paths)
    shortage = max(payment.amount_cents - balances[accounts.CASH].available, 0)
    undrawn = [
        Undrawn(tranche.code, balances[accounts.funding(tranche.code)].available) for tranche in tranches
    ]
    plan = plan_draws(shortage_cents=shortage, tranches=undrawn)
    covered = sum(part.amount_cents for part in plan)
    if covered < shortage:
        raise FundingExceeded(
            "Cash and undrawn committed funding don't cover the payment.",
            needed_usd=format_usd(payment.amount_cents),
            available_usd=format_usd(payment.amount_cents - shortage + covered),
        )
    by_code = {tranche.code: tranche for tranche in tranches}
    draws = FundingDraw.objects.bulk_create(
        [
            FundingDraw(
                tranche=by_code[part.tranche_code],
                amount_cents=part.amount_cents,
                payment=payment,
                drawn_by=payment.paid_by,
                drawn_at=payment.paid_at,
            )
            for part in plan
        ]
    )
    for draw in draws:
        renew_accruals(tranche=draw.tranche, since=draw.drawn_at, because=f"draw:{draw.id}")
    return [draw_journal(draw) for draw in draws]


def draw_journal(draw: FundingDraw) -> JournalRequest:
    """What a draw moves: the tranche owes more and lends less, cash grows."""
    tranche = draw.tranche
    return JournalRequest(
        kind="reserve.funding_drawn",
        idempotency_key=f"draw:{draw.id}",
        effective_at=draw.drawn_at,
        transfers=[
            TransferRequest(accounts.drawn(tranche.code, tranche.kind), accounts.CASH, draw.amount_cents),
            TransferRequest(accounts.funding(tranche.code), accounts.FUNDING_CONTRA, draw.amount_cents),
        ],
        reference_type="funding_draw",
        reference_id=str(draw.id),
    )
