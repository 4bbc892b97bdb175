"""Registering traders and paying them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from ledger.services import AccountSpec, JournalRequest, TransferRequest, open_accounts, post_journals
from reserve.domain import accounts
from reserve.domain.requests import TraderSpec
from reserve.errors import LotNotFound, NothingToPay, TraderNotFound
from reserve.legal_entities import check_country, check_lei
from reserve.models import Lot, Trader, TraderPayment
from reserve.moments import refuse_future
from reserve.services.funding import draw_for_payment, refusals_of_funding
from reserve.services.money import open_money_accounts
from reserve.services.number_series import draw_numbers
from reserve.texts import check_texts

OWED = (Lot.State.ACCEPTED, Lot.State.IN_TRANSIT, Lot.State.WRITTEN_OFF)
"""States of lots that may be paid. A stopped lot is owed too, but isn't paid until it is released."""


@transaction.atomic
def register_traders(*, traders: Sequence[TraderSpec], actor: User) -> list[Trader]:
    """Register traders and open what the reserve will owe them, in the order given.

    Raises CodeTaken, MalformedCode, MalformedLei, DuplicateLei, MalformedCountry, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    rows = [
        Trader(
            code=spec.code,
            legal_name=spec.legal_name,
            lei=check_lei(spec.lei, field="lei"),
            country=check_country(spec.country, field="country"),
        )
        for spec in traders
    ]
    check_texts(rows)
    with refusals_of_constraints():
        Trader.objects.bulk_create(rows)
    open_money_accounts()
    open_accounts(
        accounts=[AccountSpec(accounts.payable(spec.code), accounts.MONEY_BOOK) for spec in traders]
    )
    return rows


@transaction.atomic
def pay_trader(
    *,
    trader_code: str,
    actor: User,
    effective_at: datetime,
    lot_numbers: Sequence[str] | None = None,
) -> TraderPayment:
    """Pay accepted lots (default: every unpaid one); draws funding where cash is short.

    Raises TraderNotFound, LotNotFound, NothingToPay, FundingExceeded, EffectiveInFuture, RoleRequired.
    """
    require_role(actor, Role.FINANCE, Role.ADMINISTRATOR, Role.SYSTEM)
    refuse_future(effective_at)
    trader = Trader.objects.filter(code=trader_code).first()
    if trader is None:
        raise TraderNotFound("No trader has this code.", field="trader", trader=trader_code)
    lots = _lock_unpaid_lots(trader, lot_numbers)
    payment = TraderPayment.objects.create(
        number=draw_numbers(series="PAY", count=1)[0],
        trader=trader,
        amount_cents=sum(lot.value_cents or 0 for lot in lots),
        paid_by=actor,
        paid_at=effective_at,
    )
    Lot.objects.filter(id__in=[lot.id for lot in lots]).update(payment=payment)
    draws = draw_for_payment(payment=payment)
    with refusals_of_funding():
        post_journals(journals=[*draws, _payment_journal(payment)])
    return payment


def _lock_unpaid_lots(trader: Trader, lot_numbers: Sequence[str] | None) -> list[Lot]:
    unpaid = (
        Lot.objects.select_for_update()
        .filter(purchase_order__trader=trader, state__in=OWED, payment=None, value_cents__gt=0)
        .order_by("number")
    )
    if lot_numbers is not None:
        unpaid = unpaid.filter(number__in=lot_numbers)
    lots = list(unpaid)
    missing = sorted(set(lot_numbers or ()) - {lot.number for lot in lots})
    if missing:
        raise LotNotFound("Not an accepted, unpaid lot of this trader.", field="lot", lots=missing)
    if not lots:
        raise NothingToPay("None of the trader's accepted lots is unpaid.", trader=trader.code)
    return lots


def _payment_journal(payment: TraderPayment) -> JournalRequest:
    return JournalRequest(
        kind="reserve.trader_paid",
        idempotency_key=f"payment:{payment.id}",
        effective_at=payment.paid_at,
        transfers=[
            TransferRequest(accounts.CASH, accounts.payable(payment.trader.code), payment.amount_cents)
        ],
        reference_type="trader_payment",
        reference_id=str(payment.id),
    )
