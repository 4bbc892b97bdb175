"""`manage.py jobs list|show|replay|cancel`: the job table for the operator's eyes and hands."""

import json
import uuid
from typing import Any

from django.core.management.base import CommandError, CommandParser

from errors import Refusal
from jobs.management.tables import format_cell, print_table
from jobs.models import Job
from jobs.selectors import get_job, list_attempts, list_jobs
from jobs.services import cancel_job, replay_job
from tenancy.commands import ReserveCommand


class Command(ReserveCommand):
    """Lists jobs, shows one with its attempts, replays a dead one, cancels one."""

    help = "List, show, replay and cancel jobs."

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand per thing to do."""
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="jobs, newest first")
        listing.add_argument("--state", choices=Job.State.values)
        listing.add_argument("--kind")
        listing.add_argument("--after", type=uuid.UUID, help="id of the last job of the page before")
        listing.add_argument("--limit", type=int, default=50)
        for name, text in (
            ("show", "one job with its attempts"),
            ("replay", "queue a dead or cancelled job anew"),
            ("cancel", "end a job that has not ended"),
        ):
            actions.add_parser(name, help=text).add_argument("id", type=uuid.UUID)

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        """Do one of them; a refusal ends the command with its code."""
        try:
            if action == "list":
                self._list(options)
            elif action == "show":
                self._show(options["id"])
            elif action == "replay":
                self._say(replay_job(job_id=options["id"]))
            else:
                self._say(cancel_job(job_id=options["id"]))
        except Refusal as refusal:
            raise CommandError(f"{refusal.code}: {refusal.message}") from refusal

    def _list(self, options: dict[str, Any]) -> None:
        jobs = list_jobs(**{name: options[name] for name in ("state", "kind", "after", "limit")})
        print_table(
            self.stdout,
            ("id", "kind", "state", "done", "attempts", "created (UTC)", "finished (UTC)"),
            (
                (job.id, job.kind, job.state, _progress(job), job.fence, job.created_at, job.finished_at)
                for job in jobs
            ),
        )

    def _show(self, job_id: uuid.UUID) -> None:
        job = get_job(job_id=job_id)
        facts = {
            "id": job.id,
            "kind": job.kind,
            "dedupe key": job.dedupe_key,
            "payload": json.dumps(job.payload),
            "state": job.state,
            "done": _progress(job),
            "attempts used": f"{job.attempts_used} of {job.attempt_limit}",
            "run at (UTC)": job.run_at,
            "lease until (UTC)": job.lease_until,
            "created (UTC)": job.created_at,
            "finished (UTC)": job.finished_at,
            "result": "" if job.result is None else json.dumps(job.result),
        }
        for name, value in facts.items():
            self.stdout.write(f"{name:>18}  {format_cell(value)}")
        print_table(
            self.stdout,
            ("attempt", "worker", "started (UTC)", "ended (UTC)", "outcome", "code", "error"),
            (
                (row.number, row.worker, row.started_at, row.ended_at, row.outcome, row.error_code, row.error)
                for row in list_attempts(job_id=job_id)
            ),
        )

    def _say(self, job: Job) -> None:
        self.stdout.write(f"{job.id} {job.kind} {job.state}")


def _progress(job: Job) -> str:
    return f"{job.progress_done}/{job.progress_total}" if job.progress_total else ""
