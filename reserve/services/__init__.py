"""Writes of the reserve."""

from reserve.services.allied_countries import propose_allied_countries
from reserve.services.ceilings import propose_funding_ceiling
from reserve.services.facilities import register_facilities
from reserve.services.funding import draw_funding
from reserve.services.funding_rates import propose_funding_rate
from reserve.services.funding_reversals import reverse_draw, reverse_loan_payment
from reserve.services.lender_statements import (
    clear_lender_finding,
    compare_lender_statement,
    import_lender_statement,
    preview_lender_statement,
)
from reserve.services.loan_accruals import accrue_tranche
from reserve.services.loan_payments import pay_lender
from reserve.services.lot_acceptance import propose_lot_acceptances
from reserve.services.lot_splits import split_lot
from reserve.services.lots import receive_lots, reject_lot
from reserve.services.materials import register_material_list, register_materials
from reserve.services.price_imports import preview_price_import, propose_price_import
from reserve.services.prices import record_prices
from reserve.services.purchase_orders import close_purchase_order, place_purchase_orders
from reserve.services.traders import pay_trader, register_traders
from reserve.services.tranches import propose_tranche, register_tranches

__all__ = [
    "accrue_tranche",
    "clear_lender_finding",
    "close_purchase_order",
    "compare_lender_statement",
    "draw_funding",
    "import_lender_statement",
    "pay_lender",
    "pay_trader",
    "place_purchase_orders",
    "preview_lender_statement",
    "preview_price_import",
    "propose_allied_countries",
    "propose_funding_ceiling",
    "propose_funding_rate",
    "propose_lot_acceptances",
    "propose_price_import",
    "propose_tranche",
    "receive_lots",
    "record_prices",
    "register_facilities",
    "register_material_list",
    "register_materials",
    "register_traders",
    "register_tranches",
    "reject_lot",
    "reverse_draw",
    "reverse_loan_payment",
    "split_lot",
]
