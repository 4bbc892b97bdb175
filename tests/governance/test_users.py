"""Users, their roles, and the system user."""

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from governance.errors import (
    MalformedUsername,
    RoleRequired,
    SystemUserActs,
    UnknownRole,
    UsernameTaken,
    WeakPassword,
)
from governance.models import User
from governance.selectors import get_system_user, has_role, require_role, roles_of
from governance.services import create_user, deactivate_user, grant_role, revoke_role

pytestmark = pytest.mark.django_db

PASSWORD = "granite-lantern-harbour"


def test_a_user_signs_in_with_its_password(client: Client) -> None:
    user = create_user(username="dora", password=PASSWORD)
    assert authenticate(username="dora", password=PASSWORD) == user
    assert authenticate(username="dora", password=PASSWORD + "!") is None
    assert user.password.startswith("argon2")


def test_roles_are_given_and_taken(administrator: User) -> None:
    user = create_user(username="dora", actor=administrator)
    grant_role(user=user, role="finance", actor=administrator)
    grant_role(user=user, role="finance", actor=administrator)
    assert roles_of(user) == {"finance"}
    assert has_role(user, "administrator", "finance")
    require_role(user, "finance")
    revoke_role(user=user, role="finance", actor=administrator)
    assert not has_role(user, "finance")


def test_only_an_administrator_makes_users_and_grants_roles(outsider: User) -> None:
    with pytest.raises(RoleRequired):
        create_user(username="dora", actor=outsider)
    with pytest.raises(RoleRequired):
        grant_role(user=outsider, role="administrator", actor=outsider)


def test_a_deactivated_user_has_no_roles_and_no_way_in(administrator: User) -> None:
    user = create_user(username="dora", password=PASSWORD, roles=["approver"])
    deactivate_user(user=user, actor=administrator)
    user.refresh_from_db()
    assert roles_of(user) == frozenset()
    assert authenticate(username="dora", password=PASSWORD) is None


def test_require_role_names_what_is_missing(outsider: User) -> None:
    with pytest.raises(RoleRequired) as refused:
        require_role(outsider, "finance", "administrator")
    assert refused.value.details == {"roles": ["administrator", "finance"]}


@pytest.mark.parametrize("username", ["", "a b", "a" * 151, "ä", "a\n", "a\0"])
def test_malformed_user_names(db: None, username: str) -> None:
    with pytest.raises(MalformedUsername):
        create_user(username=username)


def test_a_user_name_is_taken_once(approver: User) -> None:
    with pytest.raises(UsernameTaken):
        create_user(username=approver.username)


@pytest.mark.parametrize("password", ["", "short", "password1234", "dora-lantern"])
def test_weak_passwords(password: str) -> None:
    with pytest.raises(WeakPassword):
        create_user(username="dora-lantern", password=password)


def test_unknown_roles(approver: User) -> None:
    for role in ("emperor", "system", ""):
        with pytest.raises(UnknownRole):
            grant_role(user=approver, role=role)


def test_the_system_user_exists_and_stays_what_it_is() -> None:
    system = get_system_user()
    assert roles_of(system) == {"system"}
    assert not system.has_usable_password()
    assert not system.is_active
    with pytest.raises(SystemUserActs):
        grant_role(user=system, role="approver")
