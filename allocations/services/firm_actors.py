"""Who may act for a firm: its owners and operators, and the reserve's administrators."""

from uuid import UUID

from governance.domain.roles import Role
from governance.models import User
from governance.selectors import has_role
from members.models import Firm, FirmUser
from members.selectors import get_firm_for, require_firm_role


def require_acting_for(*, actor: User, firm_id: UUID | str) -> Firm:
    """The firm, if the actor may act for it. Raises FirmNotFound, FirmRoleRequired."""
    if has_role(actor, Role.ADMINISTRATOR, Role.SYSTEM):
        return get_firm_for(actor, firm_id)
    return require_firm_role(actor, firm_id, FirmUser.Role.OWNER, FirmUser.Role.OPERATOR)
