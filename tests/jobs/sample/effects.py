"""Where the sample handlers leave their effects: a table without any key, so that a doubled effect shows."""

import uuid

from django.db import connection, connections


def make_effect_table() -> None:
    """Create the table as the owner, in the database that the test stands on."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("create table sample_effect (job uuid, step integer, attempt integer)")
    connections["owner"].close()


def leave_effect(job_id: uuid.UUID, step: int, attempt: int) -> None:
    """One effect of one step."""
    with connection.cursor() as cursor:
        cursor.execute("insert into sample_effect values (%s, %s, %s)", [job_id, step, attempt])


def steps_done(job_id: uuid.UUID) -> list[int]:
    """The steps that left an effect, in order; a step that did so twice is there twice."""
    with connection.cursor() as cursor:
        cursor.execute("select step from sample_effect where job = %s order by step", [job_id])
        return [step for (step,) in cursor.fetchall()]


def attempts_of_steps(job_id: uuid.UUID) -> set[int]:
    """Numbers of the attempts that left effects."""
    with connection.cursor() as cursor:
        cursor.execute("select distinct attempt from sample_effect where job = %s", [job_id])
        return {attempt for (attempt,) in cursor.fetchall()}


def make_temporary_effect_table() -> None:
    """Create the table for this connection only, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table sample_effect (job uuid, step integer, attempt integer) on commit drop"
        )
