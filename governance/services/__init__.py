"""Writes of governance. Second-person approval is `governance.approvals`."""

from governance.services.api_keys import create_api_key, record_api_key_use, revoke_api_key, rotate_api_key
from governance.services.policies import propose_policy_version
from governance.services.users import (
    create_user,
    deactivate_user,
    delegate_role,
    grant_role,
    record_same_person,
    revoke_role,
)

__all__ = [
    "create_api_key",
    "create_user",
    "deactivate_user",
    "delegate_role",
    "grant_role",
    "propose_policy_version",
    "record_api_key_use",
    "record_same_person",
    "revoke_api_key",
    "revoke_role",
    "rotate_api_key",
]
