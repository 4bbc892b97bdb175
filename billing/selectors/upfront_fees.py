"""Up-front fees that were charged and stand on no invoice yet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Subquery, Sum

from billing.domain.months import month_of
from billing.models import FeeRun, InvoiceLine
from billing.selectors.cutoffs import cutoff_of
from ledger.domain.days import day_of, start_of_day
from ledger.models import Journal
from ledger.selectors import transfers_of_outer_journal
from members.models import Commitment

FEE_CHARGED = "members.upfront_fee_charged"


@dataclass(frozen=True, slots=True)
class UpfrontFee:
    """One commitment's fee, and the journal that posted it to the firm's receivable."""

    commitment_id: UUID
    material_id: int
    quantity_g: int
    fixed_price_usd_per_kg: Decimal
    basis_points: int
    amount_cents: int
    charged_on: date
    ends_on: date
    journal_id: int


def list_uninvoiced_upfront_fees(
    *, fee_run: FeeRun, firm_ids: Sequence[UUID]
) -> defaultdict[UUID, list[UpfrontFee]]:
    """Fees charged before the month ended, known at the cut-off and not reversed; by firm, oldest first.

    Two queries however many firms there are.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    invoiced = InvoiceLine.objects.filter(kind=InvoiceLine.Kind.UPFRONT).values("commitment_id")
    charged = Commitment.objects.filter(firm_id__in=firm_ids, upfront_fee_cents__gt=0)
    commitments = {
        str(commitment.id): commitment
        for commitment in charged.exclude(id__in=invoiced).select_related("agreement")
    }
    charged_cents = transfers_of_outer_journal().values("journal_id").values(cents=Sum("amount"))
    journals = Journal.objects.filter(
        kind=FEE_CHARGED,
        reference_type="commitment",
        reference_id__in=list(commitments),
        reversals__isnull=True,
        effective_at__lt=start_of_day(month_of(fee_run.month).ends_on, zone),
    ).annotate(cents=Subquery(charged_cents))
    known = journals.filter(cutoff_of(fee_run).knows("transaction_id", "recorded_at"))
    fees: defaultdict[UUID, list[UpfrontFee]] = defaultdict(list)
    for journal in known.order_by("effective_at", "id"):
        commitment = commitments[journal.reference_id]
        fees[commitment.firm_id].append(_fee_of(commitment, journal, journal.cents, zone))
    return fees


def _fee_of(commitment: Commitment, journal: Journal, cents: int, zone: ZoneInfo) -> UpfrontFee:
    charged_on = day_of(journal.effective_at, zone)
    return UpfrontFee(
        commitment_id=commitment.id,
        material_id=commitment.material_id,
        quantity_g=commitment.quantity_g,
        fixed_price_usd_per_kg=commitment.fixed_price_usd_per_kg,
        basis_points=commitment.agreement.upfront_fee_basis_points,
        amount_cents=cents,
        charged_on=charged_on,
        ends_on=charged_on + timedelta(days=1),
        journal_id=journal.id,
    )
