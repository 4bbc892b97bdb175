"""Jobs of the allocations."""

from allocations.services.computations import compute_round
from allocations.services.rounds import COMPUTE_KIND
from jobs.handlers import JobRun, job_handler


@job_handler(COMPUTE_KIND)
def run_compute_round(run: JobRun) -> None:
    """Compute the round that the payload names, in one step."""
    with run.step():
        round_ = compute_round(round_id=run.payload["round"])
        run.report_progress(done=1, total=1)
        run.set_result({"round": str(round_.id), "result_sha256": round_.result_sha256})
