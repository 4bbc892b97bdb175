"""Writes of the reserve."""

from reserve.services.allied_countries import propose_allied_countries
from reserve.services.facilities import register_facilities
from reserve.services.funding import draw_funding, register_tranches
from reserve.services.lot_acceptance import propose_lot_acceptances
from reserve.services.lot_splits import split_lot
from reserve.services.lots import receive_lots, reject_lot
from reserve.services.materials import register_material_list, register_materials
from reserve.services.price_imports import preview_price_import, propose_price_import
from reserve.services.prices import record_prices
from reserve.services.purchase_orders import close_purchase_order, place_purchase_orders
from reserve.services.traders import pay_trader, register_traders

__all__ = [
    "close_purchase_order",
    "draw_funding",
    "pay_trader",
    "place_purchase_orders",
    "preview_price_import",
    "propose_allied_countries",
    "propose_lot_acceptances",
    "propose_price_import",
    "receive_lots",
    "record_prices",
    "register_facilities",
    "register_material_list",
    "register_materials",
    "register_traders",
    "register_tranches",
    "reject_lot",
    "split_lot",
]
