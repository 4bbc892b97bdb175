"""The roles a user can hold."""

from enum import StrEnum


class Role(StrEnum):
    """What a user may do for the reserve. Members are no role: they act through their firm."""

    ADMINISTRATOR = "administrator"
    APPROVER = "approver"
    FINANCE = "finance"
    AUDITOR = "auditor"
    TRADER = "trader"
    SYSTEM = "system"


# Who works for the reserve and may read across firms.
STAFF_ROLES = (Role.ADMINISTRATOR, Role.APPROVER, Role.FINANCE, Role.AUDITOR)
