"""Committed funding: registering tranches and drawing on them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from ledger.domain.quantities import format_usd
from ledger.errors import InsufficientBalance
from ledger.selectors import get_balances
from ledger.services import AccountSpec, JournalRequest, TransferRequest, open_accounts, post_journals
from reserve.domain import accounts
from reserve.domain.funding import Undrawn, plan_draws
from reserve.domain.measures import check_percent, check_quantity
from reserve.domain.requests import TrancheSpec
from reserve.errors import FundingExceeded, TrancheNotFound
from reserve.models import FundingDraw, FundingTranche, TraderPayment
from reserve.services.money import open_money_accounts
from reserve.texts import check_texts

_DRAW_ORDER = {"private": 1, "loan": 2}


@contextmanager
def refusals_of_funding() -> Iterator[None]:
    """Say "funding exceeded" where the ledger says that a funding account holds too little."""
    try:
        yield
    except InsufficientBalance as error:
        account = str(error.details.get("account", ""))
        if account not in (accounts.HEADROOM, accounts.CASH) and not account.startswith("funding/"):
            raise
        money = {
            f"{name}_usd": format_usd(int(str(error.details[name])))
            for name in ("available", "needed")
            if name in error.details
        }
        raise FundingExceeded(
            "Cash and undrawn committed funding, less open orders, don't cover it.", **money
        ) from error


@transaction.atomic
def register_tranches(
    *, tranches: Sequence[TrancheSpec], actor: User, effective_at: datetime
) -> list[FundingTranche]:
    """Register committed sums; from then on purchases may count on them.

    Raises CodeTaken, MalformedCode, QuantityNotPositive, PercentOutOfRange, ValueNotAllowed,
    RoleRequired.
    """
    require_role(actor, Role.FINANCE, Role.ADMINISTRATOR, Role.SYSTEM)
    rows = [_tranche_of(spec, actor, effective_at) for spec in tranches]
    check_texts(rows)
    with refusals_of_constraints():
        FundingTranche.objects.bulk_create(rows)
    open_money_accounts()
    open_accounts(accounts=[spec for row in rows for spec in _tranche_accounts(row)])
    post_journals(journals=[_commitment_journal(row) for row in rows])
    return rows


@transaction.atomic
def draw_funding(*, tranche_code: str, amount_cents: int, actor: User, effective_at: datetime) -> FundingDraw:
    """Take committed money into cash. Raises TrancheNotFound, FundingExceeded, QuantityNotPositive."""
    require_role(actor, Role.FINANCE, Role.ADMINISTRATOR, Role.SYSTEM)
    check_quantity(amount_cents, field="amount")
    tranche = FundingTranche.objects.filter(code=tranche_code).first()
    if tranche is None:
        raise TrancheNotFound("No funding tranche has this code.", field="tranche", tranche=tranche_code)
    draw = FundingDraw.objects.create(
        tranche=tranche, amount_cents=amount_cents, drawn_by=actor, drawn_at=effective_at
    )
    with refusals_of_funding():
        post_journals(journals=[_draw_journal(draw)])
    return draw


def draw_for_payment(*, payment: TraderPayment) -> list[JournalRequest]:
    """Record the draws that a payment needs beyond cash; answers their journals, to be posted with it.

    Locks every tranche first, so that payments draw one after another. Raises FundingExceeded.
    """
    tranches = list(FundingTranche.objects.select_for_update().order_by("draw_order", "code"))
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
    return [_draw_journal(draw) for draw in draws]


def _tranche_of(spec: TrancheSpec, actor: User, effective_at: datetime) -> FundingTranche:
    draw_order = spec.draw_order
    return FundingTranche(
        code=spec.code,
        kind=spec.kind,
        limit_cents=check_quantity(spec.limit_cents, field="limit"),
        annual_rate_percent=check_percent(spec.annual_rate_percent, field="annual_rate"),
        day_count=spec.day_count,
        draw_order=_DRAW_ORDER.get(spec.kind, 0) if draw_order is None else draw_order,
        registered_by=actor,
        registered_at=effective_at,
    )


def _tranche_accounts(tranche: FundingTranche) -> list[AccountSpec]:
    return [
        AccountSpec(accounts.funding(tranche.code), accounts.MONEY_BOOK, is_guarded=True),
        AccountSpec(accounts.drawn(tranche.code, tranche.kind), accounts.MONEY_BOOK),
    ]


def _commitment_journal(tranche: FundingTranche) -> JournalRequest:
    limit = tranche.limit_cents
    return JournalRequest(
        kind="reserve.funding_committed",
        idempotency_key=f"tranche:{tranche.code}:commit",
        effective_at=tranche.registered_at,
        transfers=[
            TransferRequest(accounts.FUNDING_CONTRA, accounts.funding(tranche.code), limit),
            TransferRequest(accounts.HEADROOM_CONTRA, accounts.HEADROOM, limit),
        ],
        reference_type="funding_tranche",
        reference_id=tranche.code,
    )


def _draw_journal(draw: FundingDraw) -> JournalRequest:
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
