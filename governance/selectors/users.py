"""Users, the persons behind them, and their roles."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, UUIDField, Value
from django.utils import timezone

from governance.domain.second_person import Authority
from governance.errors import RoleRequired
from governance.models import RoleAssignment, RoleDelegation, User

SYSTEM_USERNAME = "system"


def get_system_user() -> User:
    """The user that jobs and bootstrapping act as; a migration made it."""
    return User.objects.get(username=SYSTEM_USERNAME)


def roles_of(user: User) -> frozenset[str]:
    """Every role the user holds now, delegated ones too; none if the user was deactivated (the system user
    excepted).
    """
    return authority_of(user).roles


def authority_of(user: User) -> Authority:
    """The person behind the user, and in whose stead that person holds which role; one query.

    A delegated role lasts no longer than its giver is active and holds it in its own right.
    """
    own: set[str] = set()
    lenders: defaultdict[str, set[UUID]] = defaultdict(set)
    if user.is_active or user.username == SYSTEM_USERNAME:
        for role, lender in _roles_with_lenders(user):
            if lender is None:
                own.add(role)
            else:
                lenders[role].add(lender)
    return Authority(user.person, frozenset(own), {role: frozenset(who) for role, who in lenders.items()})


def has_role(user: User, *roles: str) -> bool:
    """Whether the user holds at least one of the roles."""
    return not roles_of(user).isdisjoint(roles)


def require_role(user: User, *roles: str) -> None:
    """Raise RoleRequired unless the user holds at least one of the roles."""
    if not has_role(user, *roles):
        raise RoleRequired(f"this step needs the role {' or '.join(roles)}", roles=sorted(roles))


def _roles_with_lenders(user: User) -> QuerySet[RoleAssignment, tuple[str, UUID | None]]:
    nobody = Value(None, output_field=UUIDField())
    own = RoleAssignment.objects.filter(user=user).values_list("role", nobody)
    giver_holds_it = RoleAssignment.objects.filter(
        user=OuterRef("delegated_by"), role=OuterRef("role"), user__is_active=True
    )
    lent = RoleDelegation.objects.filter(Exists(giver_holds_it), user=user, ends_at__gt=timezone.now())
    return own.union(lent.values_list("role", "delegated_by__person"))
