"""Reads of the members."""

from members.selectors.commitments import (
    Holding,
    committed_quantities,
    get_agreements,
    list_commitments,
    verified_uses,
)
from members.selectors.coverage import list_member_coverage
from members.selectors.firms import (
    firms_of,
    get_firm_for,
    list_firms_for,
    require_firm_role,
    sees_all_firms,
    sight_of,
)
from members.selectors.positions import (
    Position,
    Right,
    drawdown_right,
    get_position,
    list_positions,
    list_positions_for,
    list_rights,
)

__all__ = [
    "Holding",
    "Position",
    "Right",
    "committed_quantities",
    "drawdown_right",
    "firms_of",
    "get_agreements",
    "get_firm_for",
    "get_position",
    "list_commitments",
    "list_firms_for",
    "list_member_coverage",
    "list_positions",
    "list_positions_for",
    "list_rights",
    "require_firm_role",
    "sees_all_firms",
    "sight_of",
    "verified_uses",
]
