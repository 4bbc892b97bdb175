"""The people of a firm."""

from uuid import UUID

from django.db import transaction

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import has_role
from members.errors import FirmNotFound
from members.models import Firm, FirmUser
from members.selectors.firms import require_firm_role


@transaction.atomic
def add_firm_user(*, firm_id: UUID, user: User, role: str, actor: User) -> FirmUser:
    """Let a person act within a firm: by an administrator, or by one of the firm's owners.

    Raises FirmNotFound, FirmRoleRequired, FirmUserExists, ValueNotAllowed.
    """
    if not has_role(actor, Role.ADMINISTRATOR, Role.SYSTEM):
        require_firm_role(actor, firm_id, FirmUser.Role.OWNER)
    firm = Firm.objects.filter(id=firm_id).first()
    if firm is None:
        raise FirmNotFound("No such firm.", field="firm")
    with refusals_of_constraints():
        return FirmUser.objects.create(firm=firm, user=user, role=role)
