"""Jobs of billing."""

from uuid import UUID

from django.conf import settings

from billing.selectors.fee_basis import load_fee_basis
from billing.selectors.fee_runs import get_fee_run
from billing.services.fee_runs import JOB_KIND
from billing.services.invoice_drafts import draft_invoices
from jobs.handlers import JobRun, job_handler


@job_handler(JOB_KIND)
def run_fee_run(run: JobRun) -> None:
    """Draft a run's invoices, some firms per step; an attempt begins where the last one's commits end."""
    fee_run_id = UUID(run.payload["fee_run"])
    basis = load_fee_basis(fee_run=get_fee_run(fee_run_id=fee_run_id))
    is_complete = False
    while not is_complete:
        with run.step():
            progress = draft_invoices(
                fee_run_id=fee_run_id, basis=basis, firm_limit=settings.STRONGROOM_FEE_RUN_FIRMS_PER_STEP
            )
            run.report_progress(done=progress.done, total=progress.total)
        is_complete = progress.is_complete
