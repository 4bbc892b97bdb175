"""Undoing a draw or a payment that was recorded wrongly: a reversing journal, and interest computed anew."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from ledger.models import Journal
from ledger.services import JournalRequest, TransferRequest, post_journals
from reserve.errors import ReasonMissing
from reserve.loan_errors import DrawNotFound, LoanPaymentNotFound, ReversedBefore
from reserve.models import FundingDraw, FundingReversal, FundingTranche, LoanPayment
from reserve.services.funding import draw_journal, lock_tranche, refusals_of_funding, renew_accruals
from reserve.services.late_facts import in_open_period
from reserve.services.loan_payments import payment_journal, require_principal
from reserve.texts import check_texts


@transaction.atomic
def reverse_draw(*, draw_id: UUID, actor: User, reason: str) -> FundingReversal:
    """Take back a draw as if it had never been: its money leaves cash, the tranche can be drawn again.

    Raises DrawNotFound, ReversedBefore, ReasonMissing, FundingExceeded where cash lacks the money,
    LoanOverpaid where it was repaid, RoleRequired.
    """
    _require(actor, reason)
    draw = FundingDraw.objects.select_related("tranche").filter(id=draw_id).first()
    if draw is None:
        raise DrawNotFound("No draw has this identifier.", draw=str(draw_id))
    tranche = lock_tranche(code=draw.tranche.code)
    if FundingReversal.objects.filter(draw=draw).exists():
        raise ReversedBefore("The draw was reversed before.")
    return _reverse(FundingReversal(draw=draw), tranche, draw_journal(draw), actor, reason)


@transaction.atomic
def reverse_loan_payment(*, payment_id: UUID, actor: User, reason: str) -> FundingReversal:
    """Take back a payment to a lender as if it had never been. Raises LoanPaymentNotFound, ReversedBefore,
    ReasonMissing, RoleRequired.
    """
    _require(actor, reason)
    payment = LoanPayment.objects.select_related("tranche").filter(id=payment_id).first()
    if payment is None:
        raise LoanPaymentNotFound("No payment has this identifier.", payment=str(payment_id))
    tranche = lock_tranche(code=payment.tranche.code)
    if FundingReversal.objects.filter(payment=payment).exists():
        raise ReversedBefore("The payment was reversed before.")
    return _reverse(FundingReversal(payment=payment), tranche, payment_journal(payment), actor, reason)


def _require(actor: User, reason: str) -> None:
    require_role(actor, Role.FINANCE)
    if not reason.strip():
        raise ReasonMissing("Say why it is reversed.", field="reason")


def _reverse(
    row: FundingReversal, tranche: FundingTranche, undone: JournalRequest, actor: User, reason: str
) -> FundingReversal:
    row.reason, row.reversed_by, row.recorded_at = reason, actor, timezone.now()
    check_texts([row])
    row.save()
    if tranche.kind == FundingTranche.Kind.LOAN:
        require_principal(tranche=tranche)
    journal = undone._replace(
        kind="reserve.funding_reversed",
        idempotency_key=f"{undone.idempotency_key}:reversal",
        transfers=[_mirrored(transfer) for transfer in undone.transfers],
        metadata={"reason": reason[:500]},
        reverses=Journal.objects.get(idempotency_key=undone.idempotency_key).id,
    )
    with refusals_of_funding():
        post_journals(journals=[in_open_period(journal)])
    renew_accruals(tranche=tranche, since=undone.effective_at, because=journal.idempotency_key)
    return row


def _mirrored(transfer: object) -> TransferRequest:
    assert isinstance(transfer, TransferRequest)  # noqa: S101 - draws and payments pend nothing
    return TransferRequest(transfer.target, transfer.source, transfer.amount)
