"""What a database session sees from its beginning, after it was lost, and in another thread."""

import threading
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from tenancy import NOBODY, RESERVE, acting_for, current_sight, sight_of_firms


def value(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def test_a_new_session_of_the_service_begins_with_nothing(
    committed_database: str, django_db_blocker: Any
) -> None:
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname=committed_database,
    ) as session:
        row = session.execute("select governance_acts_for_reserve(), governance_firms(), governance_user()")
        assert row.fetchone() == (False, [], None)


def test_a_lost_session_is_replaced_by_one_that_sees_the_same(committed_database: str) -> None:
    with acting_for(sight_of_firms([UUID(int=7)])):
        assert value("select governance_firms()") == [UUID(int=7)]
        connection.close()
        assert value("select governance_firms()") == [UUID(int=7)]
    assert value("select governance_acts_for_reserve()") is True
    connection.close()


def test_a_thread_begins_with_what_its_process_begins_with(committed_database: str) -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append(current_sight())
        seen.append(value("select governance_acts_for_reserve()"))
        connection.close()

    with acting_for(NOBODY):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [RESERVE, True]
    connection.close()
