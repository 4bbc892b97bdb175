"""Scopes: which one includes which."""

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.scopes import SCOPES, Area, Level, check_scopes, includes, scope_of
from governance.errors import NoScopes, UnknownScope

scopes = st.sampled_from(SCOPES)


def test_there_is_one_to_read_and_one_to_write_for_every_area_and_for_all() -> None:
    assert len(SCOPES) == len(set(SCOPES)) == 2 * (len(Area) + 1)
    assert {scope_of(area, level) for area in Area for level in Level} < set(SCOPES)


@pytest.mark.parametrize(
    ("held", "included"),
    [
        ("jobs:read", {"jobs:read"}),
        ("jobs:write", {"jobs:read", "jobs:write"}),
        ("all:read", {scope for scope in SCOPES if scope.endswith(":read")}),
        ("all:write", set(SCOPES)),
    ],
)
def test_what_a_scope_includes(held: str, included: set[str]) -> None:
    assert {scope for scope in SCOPES if includes([held], scope)} == included


def test_every_area_together_is_not_all() -> None:
    each = [f"{area}:write" for area in Area]
    assert not includes(each, "all:write")
    assert not includes(each, "all:read")


@given(st.lists(scopes), scopes, scopes)
def test_including_goes_on(held: list[str], wider: str, narrower: str) -> None:
    if includes(held, wider) and includes([wider], narrower):
        assert includes(held, narrower)


@given(st.lists(scopes), scopes)
def test_several_scopes_include_what_one_of_them_does(held: list[str], needed: str) -> None:
    assert includes(held, needed) == any(includes([one], needed) for one in held)


@given(st.lists(scopes, min_size=1))
def test_scopes_come_in_their_order_and_once(wanted: list[str]) -> None:
    checked = check_scopes(wanted)
    assert set(checked) == set(wanted)
    assert check_scopes(reversed(checked)) == checked


@pytest.mark.parametrize("scope", ["", "jobs", "jobs:", ":read", "jobs:delete", "JOBS:read", "jobs:read "])
def test_what_is_no_scope(scope: str) -> None:
    with pytest.raises(UnknownScope):
        check_scopes(["jobs:read", scope])


def test_none_at_all() -> None:
    with pytest.raises(NoScopes):
        check_scopes([])


def test_the_page_names_every_area() -> None:
    page = (settings.BASE_DIR / "docs/algorithms/api_keys.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| `")]
    assert [row for row in rows if row.strip("`") in set(Area)] == [f"`{area}`" for area in Area]
