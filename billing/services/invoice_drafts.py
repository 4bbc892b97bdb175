"""Drafting the invoices of a few firms at a time, inside a step of the run's job."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from billing.domain.firm_fees import Charge, Flaw, charge_material
from billing.domain.months import first_of_previous_month
from billing.models import FeeRun, FeeRunException, FeeRunFirm, Invoice, InvoiceLine
from billing.selectors.fee_basis import FeeBasis, FirmAccounts, load_firm_accounts
from billing.selectors.upfront_fees import list_uninvoiced_upfront_fees
from billing.services.invoice_lines import Codes, line_of_charge, line_of_upfront_fee
from governance.selectors.policies import policy_of_version
from ledger.domain.quantities import format_usd
from members.domain import accounts

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DraftProgress:
    """How many of a run's firms have been looked at."""

    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        """Whether no firm is left."""
        return self.done == self.total


@dataclass(slots=True)
class FirmDraft:
    """What is about to be written for one firm."""

    firm_id: UUID
    lines: list[InvoiceLine]
    exceptions: list[FeeRunException]


def draft_invoices(*, fee_run_id: UUID, basis: FeeBasis, firm_limit: int) -> DraftProgress:
    """Draft the next firms' invoices in the caller's transaction; with the last firm the run is drafted.

    Each firm is drafted once: what an earlier transaction committed is passed over. A run that isn't
    drafting any more is left alone. The number of queries doesn't depend on the number of firms.
    """
    fee_run = FeeRun.objects.select_for_update(of=("self",), no_key=True).get(id=fee_run_id)
    scope = FeeRunFirm.objects.filter(fee_run=fee_run)
    total = scope.count()
    if fee_run.state != FeeRun.State.DRAFTING:
        return DraftProgress(total, total)
    pending = scope.filter(state=FeeRunFirm.State.PENDING)
    firm_ids = list(pending.order_by("firm_id").values_list("firm_id", flat=True)[:firm_limit])
    _draft_firms(fee_run, basis, firm_ids)
    left = pending.count()
    if not left:
        fee_run.state = FeeRun.State.DRAFTED
        fee_run.save(update_fields=["state"])
    return DraftProgress(total - left, total)


def _draft_firms(fee_run: FeeRun, basis: FeeBasis, firm_ids: Sequence[UUID]) -> None:
    codes = Codes()
    held = load_firm_accounts(fee_run=fee_run, firm_ids=firm_ids)
    upfront = list_uninvoiced_upfront_fees(fee_run=fee_run, firm_ids=firm_ids)
    drafts = []
    for firm_id in firm_ids:
        draft = FirmDraft(firm_id, [], [])
        for material, firm_accounts in held[firm_id].items():
            _charge(draft, fee_run, basis, codes, material, firm_accounts)
        draft.lines += [line_of_upfront_fee(fee) for fee in upfront[firm_id]]
        drafts.append(draft)
    invoices = {draft.firm_id: _invoice_of(fee_run, basis, draft) for draft in drafts if draft.lines}
    Invoice.objects.bulk_create(invoices.values())
    InvoiceLine.objects.bulk_create(_numbered_lines(drafts, invoices))
    _record_exceptions(fee_run, drafts, invoices)
    _mark(fee_run, firm_ids, set(invoices))


def _charge(
    draft: FirmDraft,
    fee_run: FeeRun,
    basis: FeeBasis,
    codes: Codes,
    material: str,
    firm_accounts: FirmAccounts,
) -> None:
    charges, flaws = _charge_or_say_why_not(basis, material, firm_accounts)
    traces = {
        accounts.position(str(draft.firm_id), material): firm_accounts.position,
        accounts.replenish(str(draft.firm_id), material): firm_accounts.out_on_exchange,
    }
    draft.lines += [line_of_charge(charge, fee_run, codes, material, traces) for charge in charges]
    draft.exceptions += [_exception_of(flaw, fee_run, draft.firm_id, codes, material) for flaw in flaws]


def _charge_or_say_why_not(
    basis: FeeBasis, material: str, firm_accounts: FirmAccounts
) -> tuple[list[Charge], list[Flaw]]:
    """A history that makes no sense is one firm's and one material's matter, and stops nobody else's fees.

    The kernel touches no database, so the transaction is as good as before, whatever it stumbled over.
    """
    try:
        return charge_material(
            period=basis.period, basis=basis.of_material(material), holding=firm_accounts.as_holding()
        )
    except Exception as error:
        logger.exception("the fees of a firm for %s can't be calculated", material)
        return [], [Flaw(FeeRunException.Code.NOT_CALCULABLE, f"{type(error).__name__}: {error}")]


def _invoice_of(fee_run: FeeRun, basis: FeeBasis, draft: FirmDraft) -> Invoice:
    upfront = InvoiceLine.Kind.UPFRONT
    return Invoice(
        fee_run=fee_run,
        firm_id=draft.firm_id,
        starts_on=basis.period.starts_on,
        ends_on=basis.period.ends_on,
        total_cents=sum(line.amount_cents for line in draft.lines),
        posted_cents=sum(line.amount_cents for line in draft.lines if line.kind != upfront),
    )


def _numbered_lines(drafts: Sequence[FirmDraft], invoices: Mapping[UUID, Invoice]) -> list[InvoiceLine]:
    """Storage first, then carrying cost, then up-front fees; each by material in the order it was charged."""
    kinds = list(InvoiceLine.Kind)
    lines = []
    for draft in drafts:
        ordered = sorted(draft.lines, key=lambda line: kinds.index(InvoiceLine.Kind(line.kind)))
        for ordinal, line in enumerate(ordered, start=1):
            line.ordinal = ordinal
            line.invoice = invoices[draft.firm_id]
            lines.append(line)
    return lines


def _exception_of(flaw: Flaw, fee_run: FeeRun, firm_id: UUID, codes: Codes, material: str) -> FeeRunException:
    return FeeRunException(
        fee_run=fee_run,
        firm_id=firm_id,
        code=flaw.code if flaw.code in FeeRunException.Code.values else FeeRunException.Code.NOT_CALCULABLE,
        material_id=codes.materials[material],
        facility_id=codes.facilities[flaw.facility] if flaw.facility else None,
        message=flaw.message,
        is_blocking=True,
    )


def _record_exceptions(
    fee_run: FeeRun, drafts: Sequence[FirmDraft], invoices: Mapping[UUID, Invoice]
) -> None:
    exceptions = [exception for draft in drafts for exception in draft.exceptions]
    before = dict(
        Invoice.objects.filter(
            fee_run__month=first_of_previous_month(fee_run.month),
            firm_id__in=[each.firm_id for each in drafts],
        ).values_list("firm_id", "posted_cents")
    )
    percent = policy_of_version(fee_run.policy_version).jump_exception_percent
    for firm_id, was in before.items():
        now = invoices[firm_id].posted_cents if firm_id in invoices else 0
        if abs(now - was) * 100 > was * percent:
            exceptions.append(_large_change(fee_run, firm_id, was, now))
    FeeRunException.objects.bulk_create(exceptions)


def _large_change(fee_run: FeeRun, firm_id: UUID, was: int, now: int) -> FeeRunException:
    return FeeRunException(
        fee_run=fee_run,
        firm_id=firm_id,
        code=FeeRunException.Code.LARGE_CHANGE,
        message=f"{format_usd(now)} USD after {format_usd(was)} USD the month before.",
        is_blocking=False,
    )


def _mark(fee_run: FeeRun, firm_ids: Sequence[UUID], invoiced: set[UUID]) -> None:
    scope = FeeRunFirm.objects.filter(fee_run=fee_run, firm_id__in=firm_ids)
    scope.filter(firm_id__in=invoiced).update(state=FeeRunFirm.State.INVOICED)
    scope.exclude(firm_id__in=invoiced).update(state=FeeRunFirm.State.NOTHING_DUE)
