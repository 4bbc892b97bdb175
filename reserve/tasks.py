"""Jobs of the reserve."""

from jobs.handlers import JobRun, declare_schedule, job_handler
from reserve.selectors.loans import list_tranches
from reserve.selectors.materials import today
from reserve.services.funding import ACCRUE
from reserve.services.loan_accruals import accrue_tranche

ACCRUE_EVERY_SECONDS = 60 * 60


@job_handler(ACCRUE)
def accrue_loans(run: JobRun) -> None:
    """Bring the book of each tranche, or of the one that the job names, up to yesterday; a tranche a step."""
    codes = list(list_tranches().values_list("code", flat=True))
    if "tranche" in run.payload:
        codes = [code for code in codes if code == run.payload["tranche"]]
    posted = 0
    for done, code in enumerate(codes, start=1):
        with run.step():
            posted += accrue_tranche(tranche_code=code, until=today())
            run.report_progress(done=done, total=len(codes))
            run.set_result({"journals": posted})


declare_schedule(name=ACCRUE, kind=ACCRUE, every_seconds=ACCRUE_EVERY_SECONDS)
