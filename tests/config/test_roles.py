"""Two logins are made on any server: an owner of the tables, and a service that owns nothing."""

from typing import Any

import psycopg
import pytest
from psycopg import sql

from config.database import OWNER_ROLE, SERVICE_ROLE, with_parts
from config.roles import Logins, connect_as_admin, login_names, prepare_logins, refuse_powerful_service
from config.startup import CannotStart


def _prepare(admin_url: str, database: str, password: str = "password") -> Logins:
    return prepare_logins(
        with_parts(admin_url, dbname=database), owner_password=password, service_password=password
    )


def _row(url: str, question: str) -> Any:
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()


def test_the_owner_makes_tables_that_the_service_works_with(admin_url: str) -> None:
    logins = _prepare(admin_url, "tables")
    with psycopg.connect(logins.owner_url) as connection:
        connection.execute("create table thing (id bigint generated always as identity, name text)")

    with psycopg.connect(logins.service_url) as connection:
        connection.execute("insert into thing (name) values ('one')")

    assert _row(logins.service_url, "select count(*) from thing") == (1,)


@pytest.mark.parametrize(
    "statement", ["create table mine ()", "truncate thing", "drop table thing", "set role strongroom_owner"]
)
def test_the_service_can_neither_make_nor_destroy_tables(admin_url: str, statement: str) -> None:
    logins = _prepare(admin_url, "privileges")
    with psycopg.connect(logins.owner_url) as connection:
        connection.execute("create table if not exists thing ()")

    with (
        psycopg.connect(logins.service_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(sql.SQL(statement))


def test_in_the_usual_database_the_roles_are_the_logins(admin_url: str) -> None:
    logins = _prepare(admin_url, "strongroom")

    assert _row(logins.owner_url, "select session_user, current_user") == (OWNER_ROLE, OWNER_ROLE)
    assert _row(logins.service_url, "select session_user, current_user") == (SERVICE_ROLE, SERVICE_ROLE)


def test_in_another_database_logins_of_its_own_act_as_the_roles(admin_url: str) -> None:
    logins = _prepare(admin_url, "staging")

    assert _row(logins.owner_url, "select session_user, current_user") == ("staging_owner", OWNER_ROLE)
    assert _row(logins.service_url, "select session_user, current_user") == ("staging_service", SERVICE_ROLE)


def test_nothing_of_ours_is_compiled_to_machine_code(admin_url: str) -> None:
    logins = _prepare(admin_url, "plainly")

    for url in (logins.owner_url, logins.service_url):
        assert _row(url, "show jit") == ("off",)


def test_two_databases_on_one_server_do_not_fight_over_passwords(admin_url: str) -> None:
    one = _prepare(admin_url, "one", password="first")
    two = _prepare(admin_url, "two", password="second")

    assert _row(one.service_url, "select 1") == _row(two.service_url, "select 1") == (1,)


def test_preparing_again_changes_nothing(admin_url: str) -> None:
    assert _prepare(admin_url, "again") == _prepare(admin_url, "again")


def test_a_new_password_takes_the_place_of_the_old(admin_url: str) -> None:
    old = _prepare(admin_url, "renewed", password="old")
    new = _prepare(admin_url, "renewed", password="new")

    assert _row(new.service_url, "select 1") == (1,)
    with pytest.raises(psycopg.OperationalError):
        _row(old.service_url, "select 1")


def test_a_role_that_is_somebody_elses_is_left_alone(admin_url: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("create role taken_service login password 'theirs'")

    with pytest.raises(CannotStart, match="isn't Strongroom's"):
        _prepare(admin_url, "taken")

    assert _row(with_parts(admin_url, user="taken_service", password="theirs"), "select 1") == (1,)


def test_a_database_that_an_administrator_made_is_used(admin_url: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("create database given")

    logins = _prepare(admin_url, "given")

    with psycopg.connect(logins.owner_url) as connection:
        connection.execute("create table thing ()")


def test_a_login_that_may_make_roles_and_databases_is_enough(admin_url: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("create role manager login createdb createrole password 'm'")
        for role in (OWNER_ROLE, SERVICE_ROLE):
            if connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                connection.execute(
                    sql.SQL("grant {} to manager with admin option").format(sql.Identifier(role))
                )

    logins = _prepare(with_parts(admin_url, user="manager", password="m"), "managed")

    with psycopg.connect(logins.owner_url) as connection:
        connection.execute("create table thing ()")
    assert _row(logins.service_url, "select count(*) from thing") == (0,)


def test_a_login_without_rights_is_told_what_it_lacks(admin_url: str) -> None:
    logins = _prepare(admin_url, "poor")

    with pytest.raises(CannotStart, match="may not create roles and databases"):
        connect_as_admin(logins.service_url)


def test_a_given_service_login_may_not_be_powerful(admin_url: str) -> None:
    logins = _prepare(admin_url, "given_logins")

    refuse_powerful_service(logins.service_url)
    for powerful in (logins.owner_url, admin_url):
        with pytest.raises(CannotStart, match="could rewrite the ledger"):
            refuse_powerful_service(powerful)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(CannotStart, match=r"127\.0\.0\.1:1") as error:
        connect_as_admin("postgresql://u:secret@127.0.0.1:1/d")

    assert "secret" not in str(error.value)


def test_a_name_that_leaves_no_room_for_the_logins_is_refused() -> None:
    with pytest.raises(CannotStart, match="too long"):
        login_names("d" * 60)
