"""A database URL is read as libpq reads it; a wrong one says what is wrong, and never shows the password."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.database import database_from_url, parse_database_url, with_parts


def test_every_part_reaches_django() -> None:
    found = database_from_url("postgresql://us%40er:p%2Fw@db.example:6432/reserve?sslmode=require")

    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "us@er",
        "p/w",
        "db.example",
        "6432",
        "reserve",
    )
    assert found["OPTIONS"]["sslmode"] == "require"


def test_connections_are_kept_and_looked_after() -> None:
    found = database_from_url("postgresql://u@h/d")

    assert found["CONN_HEALTH_CHECKS"] is True
    assert found["CONN_MAX_AGE"] > 0
    assert found["OPTIONS"]["connect_timeout"] == "5"


def test_a_socket_directory_may_stand_in_the_query() -> None:
    assert database_from_url("postgresql://u@/d?host=/run/postgresql")["HOST"] == "/run/postgresql"


def test_without_a_url_there_is_no_database_name() -> None:
    assert database_from_url("")["NAME"] == ""


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://user:secret@host/name", "begin with postgresql"),
        ("host=localhost dbname=x password=secret", "begin with postgresql"),
        ("postgresql://user:secret@host", "names no database"),
        ("postgresql://user:secret@host/", "names no database"),
        ("postgresql://user:secret@host:5x/name", "port isn't a number"),
        ("postgresql://user:secret@host:70000/name", "port isn't a number"),
        ("postgresql://user:secret@host/name?sslmod=require", "sslmod"),
        ("postgresql://user:secret@[::1/name", "must look like"),
    ],
)
def test_a_wrong_url_says_what_is_wrong(url: str, complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as error:
        database_from_url(url)

    assert complaint in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@h:5433/d",
        "postgresql://u@/d?host=/run/postgresql",
        "postgresql://u:p@[::1]:5432/d?sslmode=require",
        "postgresql://u:p@one,two/d?port=5432,5433",
    ],
)
def test_another_login_leaves_the_rest_as_it_was(url: str) -> None:
    before = parse_database_url(url)

    after = parse_database_url(with_parts(url, user="other user", password="a/b:c@d%"))

    assert after == {**before, "user": "other user", "password": "a/b:c@d%"}
