"""Making users, telling whose they are, and giving them roles."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.errors import (
    DelegationTooLong,
    MalformedUsername,
    RoleNotDelegable,
    SystemUserActs,
    UnknownRole,
    WeakPassword,
)
from governance.models import RoleAssignment, RoleDelegation, User
from governance.selectors.users import SYSTEM_USERNAME, authority_of, get_system_user, require_role

_GRANTABLE = tuple(role for role in Role if role is not Role.SYSTEM)
_LONGEST_DELEGATION = timedelta(days=90)


@transaction.atomic
def create_user(
    *,
    username: str,
    password: str | None = None,
    roles: Iterable[str] = (),
    full_name: str = "",
    email: str = "",
    actor: User | None = None,
) -> User:
    """Make a user who can sign in with the password, or only by key if there is none.

    `actor` must be an administrator; None stands for the system itself setting things up.
    Raises MalformedUsername, UsernameTaken, WeakPassword, UnknownRole, RoleRequired.
    """
    _require_administrator(actor)
    _check_username(username)
    user = User(username=username, first_name=full_name[:150], email=email)
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    with refusals_of_constraints(), transaction.atomic():
        user.save(force_insert=True)
    for role in roles:
        grant_role(user=user, role=role, actor=actor)
    return user


@transaction.atomic
def grant_role(*, user: User, role: str, actor: User | None = None) -> None:
    """Give the user a role, once. Raises UnknownRole, SystemUserActs, RoleRequired."""
    _require_administrator(actor)
    _check_role(role)
    if user.username == SYSTEM_USERNAME:
        raise SystemUserActs("the system user takes no other role")
    RoleAssignment.objects.get_or_create(
        user=user,
        role=role,
        defaults={"granted_by": actor or get_system_user(), "granted_at": timezone.now()},
    )


@transaction.atomic
def revoke_role(*, user: User, role: str, actor: User | None = None) -> None:
    """Take a role back, delegated or not; nothing happens if the user doesn't hold it.

    Raises UnknownRole, RoleRequired.
    """
    _require_administrator(actor)
    _check_role(role)
    RoleAssignment.objects.filter(user=user, role=role).delete()
    RoleDelegation.objects.filter(user=user, role=role).delete()


@transaction.atomic
def delegate_role(*, user: User, role: str, ends_at: datetime, actor: User) -> None:
    """Let another person hold one's own role in one's stead until a time; again: until another time.

    Raises UnknownRole, RoleNotDelegable, DelegationTooLong, SystemUserActs.
    """
    _check_role(role)
    if user.username == SYSTEM_USERNAME:
        raise SystemUserActs("the system user takes no other role")
    if role not in authority_of(actor).own_roles or user.person == actor.person:
        raise RoleNotDelegable("only a role of one's own can be delegated, to another person", field="role")
    now = timezone.now()
    if not now < ends_at <= now + _LONGEST_DELEGATION:
        raise DelegationTooLong("a role is delegated for at most 90 days from now", field="ends_at")
    RoleDelegation.objects.update_or_create(
        user=user, role=role, delegated_by=actor, defaults={"delegated_at": now, "ends_at": ends_at}
    )


@transaction.atomic
def record_same_person(*, users: Iterable[User], actor: User | None = None) -> None:
    """Record that these accounts belong to one person, who then is no second person to any of them.

    Every account that is known to be the same person as one of them is included. Raises RoleRequired,
    SystemUserActs.
    """
    _require_administrator(actor)
    accounts = list(users)
    if any(user.username == SYSTEM_USERNAME for user in accounts):
        raise SystemUserActs("the system user is no person")
    if accounts:
        persons = {user.person for user in User.objects.filter(pk__in=[user.pk for user in accounts])}
        User.objects.filter(person__in=persons).update(person=min(persons))


@transaction.atomic
def deactivate_user(*, user: User, actor: User | None = None) -> None:
    """Close the user's every way in: password, sessions and keys stop working at once."""
    _require_administrator(actor)
    User.objects.filter(pk=user.pk).update(is_active=False)


def _require_administrator(actor: User | None) -> None:
    if actor is not None:
        require_role(actor, Role.ADMINISTRATOR)


def _check_role(role: str) -> None:
    if role not in _GRANTABLE:
        raise UnknownRole(f"there is no role {role!r} to give", field="role", known=list(_GRANTABLE))


def _check_username(username: str) -> None:
    if len(username) > 150:
        raise MalformedUsername("a user name has at most 150 characters", field="username")
    try:
        ASCIIUsernameValidator()(username)
    except ValidationError as error:
        raise MalformedUsername(" ".join(error.messages), field="username") from error


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), field="password") from error
