"""Handlers that work in steps, die, hang or refuse."""

import os
import signal
import time

from errors import Refusal
from jobs.handlers import JobRun, job_handler
from tests.jobs.sample.effects import leave_effect, steps_done


class SampleRefusal(Refusal):
    """The sample says no."""

    code = "sample_refusal"


@job_handler("sample.steps")
def run_steps(run: JobRun) -> None:
    """Leave one effect per step, beginning after those that are there; `pause_ms` between two steps."""
    total = run.payload["steps"]
    for step in range(len(steps_done(run.job_id)), total):
        with run.step():
            leave_effect(run.job_id, step, run.attempt)
            run.report_progress(done=step + 1, total=total)
        time.sleep(run.payload.get("pause_ms", 0) / 1000)
    run.set_result({"steps": total})


@job_handler("sample.poison")
def run_poison(run: JobRun) -> None:
    """Kill the process that runs it, as running out of memory does."""
    os.kill(os.getpid(), signal.SIGKILL)


@job_handler("sample.refuse")
def run_refusal(run: JobRun) -> None:
    """Refuse."""
    raise SampleRefusal("this never works")


@job_handler("sample.compute")
def run_computation(run: JobRun) -> None:
    """Compute for `seconds` without a step, then leave one effect."""
    time.sleep(run.payload["seconds"])
    with run.step():
        leave_effect(run.job_id, 0, run.attempt)
