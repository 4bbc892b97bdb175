"""What there is and where: materials, facilities, traders, orders, lots, funding, prices."""

from reserve.models.facilities import Facility, FacilityCapacity
from reserve.models.funding import FundingDraw, FundingTranche, TraderPayment
from reserve.models.lots import Lot, LotDocument, LotDocumentContent
from reserve.models.materials import Material, MaterialList, MaterialPrice, MaterialVersion, PriceSeries
from reserve.models.purchase_orders import PurchaseOrder
from reserve.models.traders import Trader

__all__ = [
    "Facility",
    "FacilityCapacity",
    "FundingDraw",
    "FundingTranche",
    "Lot",
    "LotDocument",
    "LotDocumentContent",
    "Material",
    "MaterialList",
    "MaterialPrice",
    "MaterialVersion",
    "PriceSeries",
    "PurchaseOrder",
    "Trader",
    "TraderPayment",
]
