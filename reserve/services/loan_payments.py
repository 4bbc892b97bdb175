"""Paying lenders: principal, interest and fees, from cash and never more than is owed."""

from datetime import datetime, timedelta

from django.db import transaction

from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from ledger.domain.quantities import format_usd
from ledger.selectors import get_balance
from ledger.services import JournalRequest, TransferRequest, post_journals
from reserve.domain import accounts
from reserve.domain.loans import BelowZero
from reserve.domain.measures import check_quantity
from reserve.errors import DatesReversed, ValueNotAllowed
from reserve.loan_errors import LoanOverpaid
from reserve.models import FundingTranche, LoanPayment
from reserve.moments import refuse_future
from reserve.selectors.loans import compute_accruals, first_day_of
from reserve.selectors.materials import reserve_day, today
from reserve.services.funding import lock_tranche, refusals_of_funding, renew_accruals
from reserve.services.late_facts import in_open_period


@transaction.atomic
def pay_lender(
    *, tranche_code: str, purpose: str, amount_cents: int, actor: User, effective_at: datetime
) -> LoanPayment:
    """Pay principal, interest or fees of a loan out of cash; purchases can count on that much less.

    Repaid principal can't be drawn again. Raises TrancheNotFound, QuantityNotPositive, ValueNotAllowed,
    LoanOverpaid, FundingExceeded, DatesReversed, EffectiveInFuture, RoleRequired.
    """
    require_role(actor, Role.FINANCE, Role.SYSTEM)
    check_quantity(amount_cents, field="amount")
    refuse_future(effective_at)
    tranche = lock_tranche(code=tranche_code)
    _check_purpose(tranche, purpose)
    if reserve_day(effective_at) < first_day_of(tranche):
        raise DatesReversed("The tranche begins later.", field="effective_at")
    payment = LoanPayment.objects.create(
        tranche=tranche, purpose=purpose, amount_cents=amount_cents, paid_by=actor, paid_at=effective_at
    )
    if purpose == LoanPayment.Purpose.PRINCIPAL:
        require_principal(tranche=tranche, most_cents=amount_cents)
    else:
        _refuse_above_owed(payment)
    with refusals_of_funding():
        post_journals(journals=[in_open_period(payment_journal(payment))])
    if purpose == LoanPayment.Purpose.PRINCIPAL:
        renew_accruals(tranche=tranche, since=effective_at, because=f"payment:{payment.id}")
    return payment


def require_principal(*, tranche: FundingTranche, most_cents: int = 0) -> None:
    """Refuse what would leave less than nothing drawn on any day so far. Raises LoanOverpaid.

    `most_cents` is the payment in question; the refusal says how much of it would be possible.
    """
    try:
        compute_accruals(tranche=tranche, until=today() + timedelta(days=1))
    except BelowZero as error:
        raise LoanOverpaid(
            "More would be repaid than was drawn.",
            field="amount",
            day=error.day.isoformat(),
            possible_usd=format_usd(max(most_cents + error.cents, 0)),
        ) from error


def payment_journal(payment: LoanPayment) -> JournalRequest:
    """What a payment moves: cash and what may be bought fall, and so does what is owed."""
    code = payment.tranche.code
    owed = {
        "principal": accounts.drawn(code, "loan"),
        "interest": accounts.loan_interest(code),
        "fees": accounts.loan_fees(code),
    }[payment.purpose]
    return JournalRequest(
        kind="reserve.lender_paid",
        idempotency_key=f"loan-payment:{payment.id}",
        effective_at=payment.paid_at,
        transfers=[
            TransferRequest(accounts.CASH, owed, payment.amount_cents),
            TransferRequest(accounts.HEADROOM, accounts.HEADROOM_CONTRA, payment.amount_cents),
        ],
        reference_type="loan_payment",
        reference_id=str(payment.id),
    )


def _check_purpose(tranche: FundingTranche, purpose: str) -> None:
    if purpose not in LoanPayment.Purpose.values:
        raise ValueNotAllowed(f"Send one of: {', '.join(LoanPayment.Purpose.values)}.", field="purpose")
    if tranche.kind != FundingTranche.Kind.LOAN:
        raise ValueNotAllowed("Only a loan is paid back.", field="tranche")
    is_capitalising = tranche.interest_settlement == FundingTranche.Settlement.CAPITALISE
    if is_capitalising and purpose == LoanPayment.Purpose.INTEREST:
        raise ValueNotAllowed("Interest of this tranche is added to its principal.", field="purpose")


def _refuse_above_owed(payment: LoanPayment) -> None:
    code = payment.tranche.code
    is_interest = payment.purpose == LoanPayment.Purpose.INTEREST
    path = accounts.loan_interest(code) if is_interest else accounts.loan_fees(code)
    owed = -get_balance(path=path).posted
    if payment.amount_cents > owed:
        raise LoanOverpaid(
            "Less is owed.", field="amount", possible_usd=format_usd(max(owed, 0)), purpose=payment.purpose
        )
