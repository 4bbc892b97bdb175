"""A violated database constraint becomes the refusal registered for it, and tells nothing it should not."""

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from errors import ConstraintRefused, Refusal, refusals_of_constraints, register_constraint
from errors.refusal import refusal_for_constraint

pytestmark = pytest.mark.django_db


class SampleTaken(Refusal):
    """The sample
    is taken.
    """

    code = "sample_taken"


register_constraint("sample_rule", SampleTaken)


def refused(*statements: str) -> Refusal:
    """The refusal that the last statement ends in."""
    with pytest.raises(Refusal) as caught:
        _execute(statements)
    assert isinstance(caught.value.__cause__, IntegrityError)
    return caught.value


def _execute(statements: tuple[str, ...]) -> None:
    with transaction.atomic(), connection.cursor() as cursor, refusals_of_constraints():
        for statement in statements:
            cursor.execute(statement)


def raising(constraint: str, detail: str) -> str:
    return (
        "do $$ begin raise exception using errcode = 'check_violation', message = 'Say so.',"
        f" constraint = '{constraint}', detail = '{detail}'; end $$"
    )


def test_our_own_sentence_and_facts_are_passed_on() -> None:
    refusal = refused(raising("sample_rule", '{"account": "a", "available": 5}'))
    assert isinstance(refusal, SampleTaken)
    assert (refusal.message, refusal.details) == ("Say so.", {"account": "a", "available": 5})


def test_the_sentence_of_postgresql_is_not_passed_on_because_it_may_show_values_of_other_rows() -> None:
    table = "create temporary table sample (value text, constraint sample_rule unique (value)) on commit drop"
    refusal = refused(table, "insert into sample values ('secret')", "insert into sample values ('secret')")
    assert isinstance(refusal, SampleTaken)
    assert (refusal.message, refusal.details) == ("The sample is taken.", {"constraint": "sample_rule"})


@pytest.mark.parametrize("detail", ["", "no object", "[1]", "5"])
def test_a_detail_that_is_no_object_is_left_out(detail: str) -> None:
    assert refused(raising("sample_rule", detail)).details == {"constraint": "sample_rule"}


def test_a_constraint_nobody_speaks_for_is_named() -> None:
    refusal = refused(raising("sample_other", ""))
    assert isinstance(refusal, ConstraintRefused)
    assert refusal.details == {"constraint": "sample_other"}


def test_a_violation_without_a_name_is_still_a_refusal() -> None:
    table = "create temporary table sample (value text not null) on commit drop"
    assert refused(table, "insert into sample values (null)").code == "constraint_refused"
    assert refusal_for_constraint(None) is ConstraintRefused


def test_other_errors_pass_through() -> None:
    with (
        pytest.raises(DataError),
        transaction.atomic(),
        connection.cursor() as cursor,
        refusals_of_constraints(),
    ):
        cursor.execute("select 'x'::integer")
