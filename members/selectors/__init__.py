"""Reads of the members."""

from members.selectors.api_keys import get_api_key_for, get_revocable_api_key_for, list_api_keys_for
from members.selectors.commitments import (
    Holding,
    committed_quantities,
    get_agreements,
    list_commitments,
    verified_uses,
)
from members.selectors.coverage import list_member_coverage
from members.selectors.exposures import get_exposure, get_exposure_for, list_exposure_history_for
from members.selectors.firms import (
    firms_of,
    get_firm_for,
    list_firms_for,
    require_firm_role,
    sees_all_firms,
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
from members.selectors.terms import (
    get_commitment_for,
    list_agreements_for,
    list_annual_uses_for,
    list_commitments_for,
    list_firm_people_for,
    list_rights_transfers_for,
    list_transitions_for,
    with_both_sides,
)

__all__ = [
    "Holding",
    "Position",
    "Right",
    "committed_quantities",
    "drawdown_right",
    "firms_of",
    "get_agreements",
    "get_api_key_for",
    "get_commitment_for",
    "get_exposure",
    "get_exposure_for",
    "get_firm_for",
    "get_position",
    "get_revocable_api_key_for",
    "list_agreements_for",
    "list_annual_uses_for",
    "list_api_keys_for",
    "list_commitments",
    "list_commitments_for",
    "list_exposure_history_for",
    "list_firm_people_for",
    "list_firms_for",
    "list_member_coverage",
    "list_positions",
    "list_positions_for",
    "list_rights",
    "list_rights_transfers_for",
    "list_transitions_for",
    "require_firm_role",
    "sees_all_firms",
    "verified_uses",
    "with_both_sides",
]
