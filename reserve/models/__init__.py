"""What there is and where: materials, facilities, traders, orders, lots, funding, prices."""

from reserve.models.allied_countries import AlliedCountries
from reserve.models.facilities import Facility, FacilityCapacity
from reserve.models.funding import FundingDraw, FundingTranche, TraderPayment
from reserve.models.lender_statements import LenderFinding, LenderStatement, LenderStatementLine
from reserve.models.loans import (
    FundingCeiling,
    FundingLapse,
    FundingRate,
    FundingReversal,
    LoanAccrual,
    LoanPayment,
)
from reserve.models.lot_steps import LotAssay, LotMove, LotStop
from reserve.models.lots import Lot, LotDocument, LotDocumentContent
from reserve.models.materials import Material, MaterialList, MaterialPrice, MaterialVersion, PriceSeries
from reserve.models.purchase_orders import PurchaseOrder
from reserve.models.stock_counts import StockCount, StockLoss
from reserve.models.traders import Trader

__all__ = [
    "AlliedCountries",
    "Facility",
    "FacilityCapacity",
    "FundingCeiling",
    "FundingDraw",
    "FundingLapse",
    "FundingRate",
    "FundingReversal",
    "FundingTranche",
    "LenderFinding",
    "LenderStatement",
    "LenderStatementLine",
    "LoanAccrual",
    "LoanPayment",
    "Lot",
    "LotAssay",
    "LotDocument",
    "LotDocumentContent",
    "LotMove",
    "LotStop",
    "Material",
    "MaterialList",
    "MaterialPrice",
    "MaterialVersion",
    "PriceSeries",
    "PurchaseOrder",
    "StockCount",
    "StockLoss",
    "Trader",
    "TraderPayment",
]
