"""Users and their roles."""

from governance.errors import RoleRequired
from governance.models import RoleAssignment, User

SYSTEM_USERNAME = "system"


def get_system_user() -> User:
    """The user that jobs and bootstrapping act as; a migration made it."""
    return User.objects.get(username=SYSTEM_USERNAME)


def roles_of(user: User) -> frozenset[str]:
    """Every role the user holds now; none if the user was deactivated (the system user excepted)."""
    if not user.is_active and user.username != SYSTEM_USERNAME:
        return frozenset()
    return frozenset(RoleAssignment.objects.filter(user=user).values_list("role", flat=True))


def has_role(user: User, *roles: str) -> bool:
    """Whether the user holds at least one of the roles."""
    return not roles_of(user).isdisjoint(roles)


def require_role(user: User, *roles: str) -> None:
    """Raise RoleRequired unless the user holds at least one of the roles."""
    if not has_role(user, *roles):
        raise RoleRequired(f"this step needs the role {' or '.join(roles)}", roles=sorted(roles))
