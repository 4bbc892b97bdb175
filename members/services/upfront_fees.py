"""Charging the up-front fee of each commitment, once."""

from collections.abc import Sequence
from datetime import datetime

from ledger.services import JournalRequest, TransferRequest
from members.domain import accounts
from members.domain.upfront_fee import upfront_fee_cents
from members.models import Commitment
from reserve.domain import accounts as reserve_accounts


def charge_upfront_fees(*, commitments: Sequence[Commitment], effective_at: datetime) -> list[JournalRequest]:
    """Write the fee on commitments of locked firms that have none yet; answers the journals to post.

    The rate is the agreement's. A fee of less than half a cent is written as zero and posts nothing.
    """
    due = [row for row in commitments if row.upfront_fee_cents is None]
    for row in due:
        row.upfront_fee_cents = upfront_fee_cents(
            quantity_g=row.quantity_g,
            fixed_price_usd_per_kg=row.fixed_price_usd_per_kg,
            basis_points=row.agreement.upfront_fee_basis_points,
        )
        row.upfront_fee_charged_at = effective_at
    Commitment.objects.bulk_update(due, ["upfront_fee_cents", "upfront_fee_charged_at"])
    return [_fee_journal(row, effective_at) for row in due if row.upfront_fee_cents]


def _fee_journal(commitment: Commitment, effective_at: datetime) -> JournalRequest:
    return JournalRequest(
        kind="members.upfront_fee_charged",
        idempotency_key=f"commitment:{commitment.id}:upfront",
        effective_at=effective_at,
        transfers=[
            TransferRequest(
                reserve_accounts.income("upfront"),
                accounts.receivable(str(commitment.firm_id)),
                commitment.upfront_fee_cents or 0,
            )
        ],
        reference_type="commitment",
        reference_id=str(commitment.id),
    )
