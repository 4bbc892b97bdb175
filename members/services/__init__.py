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
from members.services.lot_assays import record_lot_assay
from members.services.lot_moves import complete_lot_move, start_lot_move
from members.services.lot_stops import propose_lot_release, stop_lot
from members.services.rights_transfers import propose_rights_transfer
from members.services.stock_counts import propose_stock_adjustment, record_stock_count
from members.services.stock_losses import propose_lot_write_off, propose_move_write_off

__all__ = [
    "add_firm_user",
    "apply_for_membership",
    "approve_firm",
    "attribute_stock",
    "complete_lot_move",
    "exit_firm",
    "make_commitments",
    "propose_activation",
    "propose_lot_release",
    "propose_lot_write_off",
    "propose_move_write_off",
    "propose_rights_transfer",
    "propose_stock_adjustment",
    "record_annual_uses",
    "record_lot_assay",
    "record_stock_count",
    "reinstate_firm",
    "reject_firm",
    "screen_firm",
    "sign_agreement",
    "start_lot_move",
    "stop_lot",
    "suspend_firm",
    "verify_annual_uses",
]
