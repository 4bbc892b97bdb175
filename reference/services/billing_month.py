"""One month billed: drafted by a worker, finalised by a second person."""

from collections.abc import Iterator

from billing.models import FeeRun
from billing.services.fee_runs import propose_finalisation, start_fee_run
from governance.approvals import approve_proposal
from jobs.selectors import Progress
from reference.calendar import BILLED_MONTH
from reference.services.load import Staff
from reference.services.waiting import follow_job


def bill_month(*, staff: Staff) -> Iterator[Progress]:
    """Run the fee run of the billed month through Celery and finalise it, unless that was done.

    Yields the job's progress. Raises JobNotDone.
    """
    fee_run = start_fee_run(month=BILLED_MONTH, actor=staff.finance)
    if fee_run.state == FeeRun.State.FINALISED or fee_run.job_id is None:
        return
    yield from follow_job(job_id=fee_run.job_id)
    proposal = propose_finalisation(fee_run_id=fee_run.id, actor=staff.finance)
    approve_proposal(proposal_id=proposal.id, actor=staff.approver)
