"""Connections that are closed or opened beside others, on a database where commits are real."""

from uuid import uuid4

from django.db import connection

from ledger.verification.lanes import run_side_by_side
from tenancy import for_firm


def setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('strongroom.firm', true)")
        return str(cursor.fetchone()[0])


def test_a_connection_opened_anew_hears_of_the_tenant(committed_database: str) -> None:
    with for_firm(uuid4()):
        before = setting()
        connection.close()
        assert setting() == before


def test_lanes_work_for_whom_their_caller_does(committed_database: str) -> None:
    firm = uuid4()
    with for_firm(firm):
        (seen,) = run_side_by_side([setting], lanes=1, on_progress=lambda _done, _total: None)
    assert seen == str(firm)
