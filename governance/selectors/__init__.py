"""Reads of governance."""

from governance.selectors.api_keys import authenticate_api_key, find_api_key, list_api_keys, require_scope
from governance.selectors.policies import get_policy, list_policy_versions
from governance.selectors.proposals import (
    get_proposal,
    list_open_proposals,
    list_proposals,
    list_proposals_waiting_for,
)
from governance.selectors.users import authority_of, get_system_user, has_role, require_role, roles_of

__all__ = [
    "authenticate_api_key",
    "authority_of",
    "find_api_key",
    "get_policy",
    "get_proposal",
    "get_system_user",
    "has_role",
    "list_api_keys",
    "list_open_proposals",
    "list_policy_versions",
    "list_proposals",
    "list_proposals_waiting_for",
    "require_role",
    "require_scope",
    "roles_of",
]
