"""The life of a fee run: started by finance, drafted by a job, finalised by a second person, or discarded."""

from contextlib import suppress
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from billing.domain.months import month_of
from billing.errors import (
    FeeMonthNotOver,
    FeeRunBlocked,
    FeeRunNotDrafted,
    FeeRunNotFound,
    MalformedMonth,
)
from billing.models import FeeRun, FeeRunException, FeeRunFirm, Invoice, InvoiceLine
from billing.selectors.carrying_rates import list_carrying_rates
from billing.selectors.cutoffs import take_cutoff
from billing.selectors.fee_runs import digest_of_drafts
from billing.services.billed_months import lock_months
from billing.services.finalisation import finalise_invoices
from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.errors import ProposalChanged
from governance.models import Proposal, User
from governance.selectors import get_policy, require_role
from jobs.errors import JobNotCancellable
from jobs.services import cancel_job, enqueue_job
from ledger.domain.quantities import format_usd
from members.models import Firm
from reserve.errors import ReasonMissing
from reserve.selectors import today

ACTION = "billing.finalise_fee_run"
JOB_KIND = "billing.fee_run"
BILLED_STATES = (Firm.State.ACTIVE, Firm.State.SUSPENDED, Firm.State.EXITED)


@transaction.atomic
def start_fee_run(*, month: date, actor: User) -> FeeRun:
    """Start drafting the invoices of a month, given as its first day, or answer the run that stands.

    What has been committed by now is what the run charges. Raises MalformedMonth, FeeMonthNotOver,
    CarryingBasisNotOffered, RoleRequired.
    """
    require_role(actor, Role.FINANCE, Role.SYSTEM)
    if month.day != 1:
        raise MalformedMonth("Give the month as its first day.", field="month")
    if today() < month_of(month).ends_on:
        raise FeeMonthNotOver("A month can be billed once it is over.", field="month")
    list_carrying_rates(period=month_of(month))
    policy = get_policy()
    lock_months()
    cutoff = take_cutoff()
    version = (FeeRun.objects.filter(month=month).aggregate(last=Max("version"))["last"] or 0) + 1
    fee_run = FeeRun(
        month=month,
        version=version,
        policy_version_id=policy.version_id,
        known_at=cutoff.known_at,
        known_snapshot=cutoff.snapshot,
        started_in=cutoff.started_in,
        started_by=actor,
        started_at=timezone.now(),
    )
    # Two people may start the same month at once: the second one gets the first one's run.
    FeeRun.objects.bulk_create([fee_run], ignore_conflicts=True)
    standing = FeeRun.objects.exclude(state=FeeRun.State.DISCARDED).get(month=month)
    if standing.id != fee_run.id:
        return standing
    return _fix_scope_and_enqueue(fee_run)


@transaction.atomic
def propose_finalisation(*, fee_run_id: UUID, actor: User, reason: str = "") -> Proposal:
    """Put a drafted run before a second person. Raises FeeRunNotFound, FeeRunNotDrafted, FeeRunBlocked,
    ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.FINANCE, Role.SYSTEM)
    fee_run = _lock_drafted(fee_run_id)
    _require_unblocked(fee_run)
    return propose(
        action=ACTION,
        subject_type="fee_run",
        subject_id=str(fee_run.id),
        payload=_content_of(fee_run),
        actor=actor,
        reason=reason,
    )


def apply_finalisation(proposal: Proposal, approver: User) -> None:
    """Number, freeze and post every invoice of the run, all or none.

    Raises FeeRunNotDrafted, FeeRunBlocked; ProposalChanged when the drafts aren't what was proposed.
    """
    fee_run = _lock_drafted(UUID(proposal.subject_id))
    _require_unblocked(fee_run)
    if _content_of(fee_run) != proposal.payload:
        raise ProposalChanged("The drafts aren't what was proposed.", fee_run=str(fee_run.id))
    fee_run.state = FeeRun.State.FINALISED
    fee_run.finalised_by = approver
    fee_run.finalised_at = timezone.now()
    fee_run.save(update_fields=["state", "finalised_by", "finalised_at"])
    finalise_invoices(fee_run=fee_run)


@transaction.atomic
def discard_fee_run(*, fee_run_id: UUID, actor: User, reason: str) -> FeeRun:
    """Throw a run's drafts away, so that the month can be drafted anew as the next version.

    The run's job is stopped, if it hasn't ended by itself: done, dead or cancelled.
    Raises FeeRunNotFound, FeeRunNotDrafted (finalised or discarded already), ReasonMissing, RoleRequired.
    """
    require_role(actor, Role.FINANCE)
    if not reason.strip():
        raise ReasonMissing("Say why the drafts are thrown away.", field="reason")
    _stop_job(fee_run_id)
    fee_run = _lock(fee_run_id)
    if fee_run.state not in (FeeRun.State.DRAFTING, FeeRun.State.DRAFTED):
        raise FeeRunNotDrafted(f"The run is {fee_run.state}.", state=fee_run.state)
    InvoiceLine.objects.filter(invoice__fee_run=fee_run).delete()
    Invoice.objects.filter(fee_run=fee_run).delete()
    fee_run.state = FeeRun.State.DISCARDED
    fee_run.discarded_by = actor
    fee_run.discarded_at = timezone.now()
    fee_run.discard_reason = reason.strip()
    with refusals_of_constraints():
        fee_run.save(update_fields=["state", "discarded_by", "discarded_at", "discard_reason"])
    return fee_run


def _fix_scope_and_enqueue(fee_run: FeeRun) -> FeeRun:
    firm_ids = Firm.objects.filter(state__in=BILLED_STATES).order_by("id").values_list("id", flat=True)
    FeeRunFirm.objects.bulk_create(
        [FeeRunFirm(fee_run=fee_run, firm_id=firm_id) for firm_id in firm_ids], batch_size=5000
    )
    fee_run.job = enqueue_job(
        kind=JOB_KIND, dedupe_key=f"{JOB_KIND}:{fee_run.id}", payload={"fee_run": str(fee_run.id)}
    )
    fee_run.save(update_fields=["job"])
    return fee_run


def _stop_job(fee_run_id: UUID) -> None:
    """The job before the run: a worker's step locks them in this order, so neither waits in a circle."""
    job_id = FeeRun.objects.filter(id=fee_run_id).values_list("job_id", flat=True).first()
    if job_id is not None:
        with suppress(JobNotCancellable):
            cancel_job(job_id=job_id)


def _lock(fee_run_id: UUID) -> FeeRun:
    fee_run = FeeRun.objects.select_for_update(of=("self",), no_key=True).filter(id=fee_run_id).first()
    if fee_run is None:
        raise FeeRunNotFound("No such fee run.", field="fee_run")
    return fee_run


def _lock_drafted(fee_run_id: UUID) -> FeeRun:
    fee_run = _lock(fee_run_id)
    if fee_run.state != FeeRun.State.DRAFTED:
        raise FeeRunNotDrafted(f"The run is {fee_run.state}.", state=fee_run.state)
    return fee_run


def _require_unblocked(fee_run: FeeRun) -> None:
    blocking = FeeRunException.objects.filter(fee_run=fee_run, is_blocking=True).count()
    if blocking:
        raise FeeRunBlocked(
            "Discard this run, mend what is listed as blocking and start the month again.",
            exceptions=blocking,
        )


def _content_of(fee_run: FeeRun) -> dict[str, object]:
    """What the second person decides on."""
    drafts = Invoice.objects.filter(fee_run=fee_run)
    return {
        "fee_run": str(fee_run.id),
        "month": f"{fee_run.month:%Y-%m}",
        "version": fee_run.version,
        "invoices": drafts.count(),
        "total_usd": format_usd(drafts.aggregate(total=Sum("total_cents"))["total"] or 0),
        "drafts_sha256": digest_of_drafts(fee_run=fee_run),
    }
