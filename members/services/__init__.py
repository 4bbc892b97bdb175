"""Writes of the members."""

from members.services.activation import propose_activation
from members.services.agreements import sign_agreement
from members.services.annual_uses import record_annual_uses, verify_annual_uses
from members.services.attribution import attribute_stock
from members.services.commitments import make_commitments
from members.services.firm_users import add_firm_user
from members.services.firms import (
    apply_for_membership,
    approve_firm,
    exit_firm,
    reinstate_firm,
    reject_firm,
    screen_firm,
    suspend_firm,
)
from members.services.rights_transfers import propose_rights_transfer

__all__ = [
    "add_firm_user",
    "apply_for_membership",
    "approve_firm",
    "attribute_stock",
    "exit_firm",
    "make_commitments",
    "propose_activation",
    "propose_rights_transfer",
    "record_annual_uses",
    "reinstate_firm",
    "reject_firm",
    "screen_firm",
    "sign_agreement",
    "suspend_firm",
    "verify_annual_uses",
]
