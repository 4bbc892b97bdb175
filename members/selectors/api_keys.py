"""Whose API keys somebody may see and revoke: one's own, and those of the people of firms one owns."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.domain.roles import Role
from governance.errors import ApiKeyNotFound
from governance.models import ApiKey, RoleAssignment, RoleDelegation, User
from governance.selectors import has_role, list_api_keys, require_role
from members.models import FirmUser
from tenancy import for_the_reserve


def list_api_keys_for(actor: User, *, state: str | None = None) -> QuerySet[ApiKey]:
    """Every key for administrators and auditors; one's own and one's people's for others."""
    rows = list_api_keys(state=state)
    if has_role(actor, Role.ADMINISTRATOR, Role.AUDITOR):
        return rows
    return rows.filter(Q(user=actor) | Q(user__in=_people_of_owner(actor)))


def get_api_key_for(actor: User, key_id: UUID) -> ApiKey:
    """A key the actor may see. Raises ApiKeyNotFound alike for a missing and a foreign one."""
    key = list_api_keys_for(actor).filter(id=key_id).first()
    if key is None:
        raise ApiKeyNotFound("No such API key.")
    return key


def get_revocable_api_key_for(actor: User, key_id: UUID) -> ApiKey:
    """A key the actor may revoke: its own, one of its people, or any for an administrator.

    Raises ApiKeyNotFound, and RoleRequired for who may only see it.
    """
    key = get_api_key_for(actor, key_id)
    is_near = key.user_id == actor.id or key.user_id in _people_of_owner(actor)
    if not is_near:
        require_role(actor, Role.ADMINISTRATOR)
    return key


def _people_of_owner(owner: User) -> set[UUID]:
    """The people of the owner's firms, without those who act for another firm or for the reserve too.

    The owner of one firm must learn nothing of what a person does elsewhere; so this sees the whole.
    """
    owned = FirmUser.objects.filter(user=owner, role=FirmUser.Role.OWNER).values("firm")
    elsewhere = FirmUser.objects.filter(user=OuterRef("pk")).exclude(firm__in=owned)
    roles = RoleAssignment.objects.filter(user=OuterRef("pk"))
    lent = RoleDelegation.objects.filter(user=OuterRef("pk"))
    people = User.objects.filter(firms__firm__in=owned)
    people = people.exclude(Exists(elsewhere)).exclude(Exists(roles)).exclude(Exists(lent))
    with for_the_reserve():
        return set(people.values_list("id", flat=True))
