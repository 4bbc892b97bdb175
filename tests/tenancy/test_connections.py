"""A connection that is used again never answers for the tenant before; jobs and requests say who it is."""

from contextlib import suppress
from threading import Thread
from uuid import UUID

import pytest
from django.db import DataError, ProgrammingError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from governance.middleware import ActingMiddleware
from governance.services import create_user, grant_role
from jobs.handlers import JobRun, job_handler
from jobs.models import Job
from jobs.runner import run_ready_jobs
from jobs.services import enqueue_job
from members.models import Firm
from tenancy import current_tenant, for_firm, for_nobody, for_the_reserve, work_for_firm, work_for_person
from tenancy.current import NOBODY, RESERVE
from tests.tenancy.conftest import Rivals

pytestmark = pytest.mark.django_db

SEEN: dict[str, set[UUID]] = {}


@job_handler("tests.tenancy.look")
def look(run: JobRun) -> None:
    """Remember which firms the job sees, in a step and out of one."""
    with run.step():
        SEEN["in a step"] = firms()
    SEEN["outside"] = firms()


def firms() -> set[UUID]:
    return set(Firm.objects.values_list("id", flat=True))


def setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('strongroom.firm', true)")
        return str(cursor.fetchone()[0])


def test_the_tenant_costs_no_query_of_its_own(drawing_rivals: Rivals) -> None:
    with CaptureQueriesContext(connection) as queries:
        with for_firm(drawing_rivals.own.id):
            assert firms() == {drawing_rivals.own.id}
            assert setting() == str(drawing_rivals.own.id)
        with for_nobody():
            assert firms() == set()

    assert len(queries) == 3


def test_a_savepoint_that_is_rolled_back_takes_no_tenant_along(drawing_rivals: Rivals) -> None:
    with for_firm(drawing_rivals.own.id):
        firms()
        for block in (for_firm(drawing_rivals.other.id), for_the_reserve()):
            with suppress(ZeroDivisionError), transaction.atomic(), block:
                with transaction.atomic():
                    assert firms() >= {drawing_rivals.other.id}
                raise ZeroDivisionError
            assert firms() == {drawing_rivals.own.id}


def test_a_failed_statement_leaves_the_tenant_to_be_told_again(drawing_rivals: Rivals) -> None:
    for firm in (drawing_rivals.own, drawing_rivals.other):
        with for_firm(firm.id):
            with suppress(DataError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select 1 / 0")
            assert firms() == {firm.id}


def test_many_rows_at_once_a_server_side_cursor_and_copy_hear_of_it(drawing_rivals: Rivals) -> None:
    with for_firm(drawing_rivals.own.id):
        assert {firm.id for firm in Firm.objects.iterator(chunk_size=1)} == {drawing_rivals.own.id}
    copied = "copy (select id from members_firm) to stdout"
    with for_firm(drawing_rivals.other.id), connection.cursor() as cursor, cursor.copy(copied) as copy:
        assert [UUID(row[0]) for row in copy.rows()] == [drawing_rivals.other.id]


def test_a_thread_that_said_nothing_works_as_its_process(drawing_rivals: Rivals) -> None:
    found = []
    with for_firm(drawing_rivals.own.id):
        thread = Thread(target=lambda: found.append(current_tenant()))
        thread.start()
        thread.join()
    # Tests are a process of the reserve.
    assert found == [RESERVE]


def test_a_crashed_request_leaves_its_tenant_to_nobody(drawing_rivals: Rivals) -> None:
    def crash(_request: object) -> None:
        work_for_firm(drawing_rivals.own.id)
        assert firms() == {drawing_rivals.own.id}
        raise ZeroDivisionError

    def next_one(_request: object) -> None:
        assert current_tenant() == NOBODY
        assert firms() == set()
        raise KeyError

    for answer, error in ((crash, ZeroDivisionError), (next_one, KeyError)):
        with pytest.raises(error):
            ActingMiddleware(answer)(RequestFactory().get("/"))  # type: ignore[arg-type]
    assert current_tenant() == RESERVE


@pytest.mark.parametrize("role", ["administrator", "approver", "finance", "auditor", "trader", None])
def test_the_database_knows_the_reserves_staff_as_the_selectors_do(
    drawing_rivals: Rivals, role: str | None
) -> None:
    from members.selectors import sees_all_firms

    user = create_user(username="somebody", roles=[role] if role else [])
    for is_active in (True, False):
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        with for_nobody():
            work_for_person(user.id)
            assert (setting() == "*") is sees_all_firms(user)
            assert bool(firms()) is sees_all_firms(user)


def test_somebody_of_a_firm_who_becomes_staff_sees_the_reserve(drawing_rivals: Rivals) -> None:
    with for_nobody():
        work_for_person(drawing_rivals.person.id)
        assert firms() == {drawing_rivals.own.id}
    grant_role(
        user=drawing_rivals.person, role="auditor", actor=create_user(username="ann", roles=["administrator"])
    )
    with for_nobody():
        work_for_person(drawing_rivals.person.id)
        assert len(firms()) > 1


def test_a_job_sees_its_firm_alone(drawing_rivals: Rivals) -> None:
    enqueue_job(kind="tests.tenancy.look", dedupe_key="one", payload={}, firm_id=drawing_rivals.own.id)
    run_ready_jobs(worker="test")
    assert {"in a step": {drawing_rivals.own.id}, "outside": {drawing_rivals.own.id}} == SEEN
    assert Job.objects.get(dedupe_key="one").state == "succeeded"


def test_a_job_without_a_firm_works_for_the_reserve(drawing_rivals: Rivals) -> None:
    enqueue_job(kind="tests.tenancy.look", dedupe_key="all", payload={})
    run_ready_jobs(worker="test")
    assert SEEN["outside"] >= {drawing_rivals.own.id, drawing_rivals.other.id}


def test_a_firm_enqueues_no_job_of_the_reserve(drawing_rivals: Rivals) -> None:
    with for_firm(drawing_rivals.own.id):
        job = enqueue_job(
            kind="tests.tenancy.look", dedupe_key="one", payload={}, firm_id=drawing_rivals.own.id
        )
        assert job.firm_id == drawing_rivals.own.id
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            enqueue_job(kind="tests.tenancy.look", dedupe_key="all", payload={})


def test_a_page_works_for_who_signed_in(drawing_rivals: Rivals, client: Client) -> None:
    client.force_login(drawing_rivals.person)
    assert client.get("/").status_code == 403
    client.force_login(create_user(username="cleo", roles=["auditor"]))
    assert client.get("/").status_code == 200
