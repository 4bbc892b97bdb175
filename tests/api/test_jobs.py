"""Background work over REST, for staff."""

import pytest

from governance.models import User
from governance.services import create_user
from jobs.models import Job
from tests.api.conftest import ClientOf

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs(db: None) -> list[Job]:
    return [Job.objects.create(kind=f"test.{n % 2}", dedupe_key=str(n), payload={"n": n}) for n in range(5)]


def test_staff_list_jobs_by_pages(jobs: list[Job], auditor: User, client_of: ClientOf) -> None:
    client = client_of(auditor)
    first = client.get("/api/v1/jobs", {"limit": 3}).json()
    second = client.get("/api/v1/jobs", {"limit": 3, "cursor": first["next_cursor"]}).json()
    seen = [item["id"] for item in first["items"] + second["items"]]
    assert sorted(seen) == sorted(str(job.id) for job in jobs)
    assert second["next_cursor"] is None


def test_filters(jobs: list[Job], auditor: User, client_of: ClientOf) -> None:
    client = client_of(auditor)
    assert len(client.get("/api/v1/jobs?kind=test.0").json()["items"]) == 3
    assert client.get("/api/v1/jobs?state=dead").json()["items"] == []
    assert client.get("/api/v1/jobs?state=asleep").json()["code"] == "unknown_choice"


def test_staff_read_a_job_with_its_attempts(jobs: list[Job], auditor: User, client_of: ClientOf) -> None:
    body = client_of(auditor).get(f"/api/v1/jobs/{jobs[0].id}").json()
    assert body["payload"] == {"n": 0}
    assert (body["state"], body["progress_done"], body["attempts"]) == ("queued", 0, [])


def test_a_missing_job(auditor: User, client_of: ClientOf) -> None:
    response = client_of(auditor).get("/api/v1/jobs/00000000-0000-0000-0000-000000000000")
    assert (response.status_code, response.json()["code"]) == (404, "job_not_found")


def test_others_see_no_jobs(jobs: list[Job], client_of: ClientOf) -> None:
    for roles in ((), ("trader",)):
        client = client_of(create_user(username=f"u{len(roles)}", roles=roles))
        for place in ("/api/v1/jobs", f"/api/v1/jobs/{jobs[0].id}"):
            assert client.get(place).json()["code"] == "role_required"
