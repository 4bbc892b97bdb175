"""Reads of firms. `…_for(actor, …)` are the only way from outside to a firm's data."""

from dataclasses import replace
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from governance.domain.roles import STAFF_ROLES, Role
from governance.models import User
from governance.selectors import has_role
from members.errors import FirmNotFound, FirmRoleRequired
from members.models import Firm, FirmUser
from tenancy import RESERVE, Sight, sight_of_firms


def sees_all_firms(actor: User) -> bool:
    """Whether the actor works for the reserve and may read across firms."""
    return has_role(actor, *STAFF_ROLES, Role.SYSTEM)


def sight_of(user: User) -> Sight:
    """Whose rows row-level security shows while the user acts: everything for staff, else its firms'.

    Asks a function of the database: before it is known, the session sees no firm and nobody of a firm.
    """
    if sees_all_firms(user):
        return replace(RESERVE, user_id=user.id)
    with connection.cursor() as cursor:
        cursor.execute("select members_firms_of(%s)", [user.id])
        return sight_of_firms(cursor.fetchone()[0], user_id=user.id)


def firms_of(user: User) -> QuerySet[Firm]:
    """The firms a person belongs to."""
    return Firm.objects.filter(people__user=user).order_by("legal_name", "id")


def list_firms_for(actor: User) -> QuerySet[Firm]:
    """Every firm for the reserve's staff, their own for others; by name."""
    if sees_all_firms(actor):
        return Firm.objects.order_by("legal_name", "id")
    return firms_of(actor)


def get_firm_for(actor: User, firm_id: UUID | str) -> Firm:
    """A firm the actor may see. Raises FirmNotFound alike for a missing, foreign or malformed id."""
    key = _uuid_or_none(firm_id)
    firm = list_firms_for(actor).filter(id=key).first() if key else None
    if firm is None:
        raise FirmNotFound("No such firm.", field="firm")
    return firm


def require_firm_role(actor: User, firm_id: UUID | str, *roles: str) -> Firm:
    """The firm, if the actor holds one of the roles in it.

    Raises FirmNotFound for who doesn't belong to it, FirmRoleRequired for who lacks the role.
    """
    key = _uuid_or_none(firm_id)
    person = FirmUser.objects.select_related("firm").filter(firm_id=key, user=actor).first() if key else None
    if person is None:
        raise FirmNotFound("No such firm.", field="firm")
    if person.role not in roles:
        raise FirmRoleRequired(f"This step needs the role {' or '.join(roles)}.", roles=sorted(roles))
    return person.firm


def _uuid_or_none(text: UUID | str) -> UUID | None:
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None
