"""What the service works on in the background."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.errors import MalformedCursor
from api.fields import ChoiceTextField, TextField
from api.pagination import Page, decode_cursor, encode_cursor
from api.serializers import ListQuery, page_schema
from governance.domain.roles import STAFF_ROLES
from governance.domain.scopes import Area
from jobs.models import Job
from jobs.selectors import get_job, list_attempts, list_jobs

STATES = [state.value for state in Job.State]


class JobQuery(ListQuery):
    """Which jobs."""

    state = ChoiceTextField(choices=STATES, required=False, help_text="Only jobs in this state.")
    kind = TextField(required=False, max_length=100, help_text="Only jobs of this kind.")


class JobItem(serializers.Serializer[Any]):
    """One job and how far it is."""

    id = serializers.UUIDField(help_text="Identifier of the job.")
    kind = serializers.CharField(help_text="What is done.")
    state = serializers.ChoiceField(choices=STATES, help_text="Where it stands.")
    progress_done = serializers.IntegerField(help_text="Parts done.")
    progress_total = serializers.IntegerField(help_text="Parts in all; 0 until known.")
    created_at = serializers.DateTimeField(help_text="When it was asked for.")
    run_at = serializers.DateTimeField(help_text="Not before this time.")
    finished_at = serializers.DateTimeField(allow_null=True, help_text="When it ended.")
    attempts_used = serializers.IntegerField(help_text="Attempts begun.")
    attempt_limit = serializers.IntegerField(help_text="Attempts it may take before it counts as dead.")


class AttemptItem(serializers.Serializer[Any]):
    """One attempt at a job."""

    number = serializers.IntegerField(help_text="1 is the first.")
    worker = serializers.CharField(help_text="Which worker took it.")
    started_at = serializers.DateTimeField(help_text="When it began.")
    ended_at = serializers.DateTimeField(allow_null=True, help_text="When it ended.")
    outcome = serializers.CharField(help_text="running, succeeded, failed or lease_expired.")
    error = serializers.CharField(help_text="What went wrong; empty if nothing did.")


class JobDetail(JobItem):
    """One job with its result and attempts."""

    payload = serializers.JSONField(help_text="What it was asked to do.")
    result = serializers.JSONField(help_text="What came out; null until then.")
    attempts = AttemptItem(many=True, default=(), help_text="Every attempt, oldest first.")


class JobListEndpoint(Endpoint):
    """Jobs, latest first."""

    area = Area.JOBS
    roles = STAFF_ROLES
    query_serializer = JobQuery

    @extend_schema(operation_id="listJobs", parameters=[JobQuery], responses=page_schema(JobItem))
    def get(self, _request: Request) -> Response:
        """List jobs, latest first."""
        limit, cursor = self.query["limit"], self.query.get("cursor")
        jobs = list_jobs(
            state=self.query.get("state"),
            kind=self.query.get("kind"),
            after=_job_id(cursor) if cursor else None,
            limit=limit + 1,
        )
        next_cursor = encode_cursor([str(jobs[limit - 1].id)]) if len(jobs) > limit else None
        return paged(Page(jobs[:limit], next_cursor), JobItem)


class JobEndpoint(Endpoint):
    """One job."""

    area = Area.JOBS
    roles = STAFF_ROLES

    @extend_schema(operation_id="readJob", responses=JobDetail)
    def get(self, _request: Request, job_id: UUID) -> Response:
        """Read a job with its attempts."""
        job, attempts = get_job(job_id=job_id), list_attempts(job_id=job_id)
        return Response(JobDetail(job).data | {"attempts": AttemptItem(attempts, many=True).data})


def _job_id(cursor: str) -> UUID:
    (text,) = decode_cursor(cursor, length=1)
    try:
        return UUID(text)
    except ValueError as error:
        raise MalformedCursor("This list gave no such cursor.", field="cursor") from error
