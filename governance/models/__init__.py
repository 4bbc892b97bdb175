"""Users and what they may decide: roles, keys, proposals, policy versions."""

from governance.models.api_keys import ApiKey
from governance.models.policies import PolicyVersion
from governance.models.proposals import Proposal
from governance.models.users import RoleAssignment, RoleDelegation, User

__all__ = ["ApiKey", "PolicyVersion", "Proposal", "RoleAssignment", "RoleDelegation", "User"]
