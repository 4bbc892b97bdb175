"""Reads of the reserve."""

from reserve.selectors.coverage import Coverage, list_national_coverage
from reserve.selectors.funding import Ceiling, Funding, TrancheLine, get_funding
from reserve.selectors.lender_statements import (
    get_lender_statement,
    list_differences,
    list_lender_findings,
    list_lender_statements,
)
from reserve.selectors.loans import (
    LoanPeriod,
    get_tranche,
    list_draws,
    list_funding_rates,
    list_loan_payments,
    list_loan_periods,
)
from reserve.selectors.lots import (
    check_lot,
    check_lots,
    get_document_content,
    get_lot,
    get_lots,
    list_lot_moves,
    list_lots,
)
from reserve.selectors.materials import (
    get_material,
    get_material_ids,
    get_materials,
    list_materials,
    reserve_day,
    today,
)
from reserve.selectors.mismatches import Mismatch, list_mismatches
from reserve.selectors.prices import (
    StalePrice,
    StockValue,
    get_current_price,
    list_price_history,
    list_price_series,
    list_prices,
    list_stale_prices,
    list_stock_values,
)
from reserve.selectors.provenance import Provenance, list_allied_countries, list_provenance
from reserve.selectors.purchase_orders import list_purchase_orders
from reserve.selectors.stock_counts import CountSheet, get_count_sheet, list_stock_counts
from reserve.selectors.storage import Stock, get_accepted_stock, get_facilities, list_stock

__all__ = [
    "Ceiling",
    "CountSheet",
    "Coverage",
    "Funding",
    "LoanPeriod",
    "Mismatch",
    "Provenance",
    "StalePrice",
    "Stock",
    "StockValue",
    "TrancheLine",
    "check_lot",
    "check_lots",
    "get_accepted_stock",
    "get_count_sheet",
    "get_current_price",
    "get_document_content",
    "get_facilities",
    "get_funding",
    "get_lender_statement",
    "get_lot",
    "get_lots",
    "get_material",
    "get_material_ids",
    "get_materials",
    "get_tranche",
    "list_allied_countries",
    "list_differences",
    "list_draws",
    "list_funding_rates",
    "list_lender_findings",
    "list_lender_statements",
    "list_loan_payments",
    "list_loan_periods",
    "list_lot_moves",
    "list_lots",
    "list_materials",
    "list_mismatches",
    "list_national_coverage",
    "list_price_history",
    "list_price_series",
    "list_prices",
    "list_provenance",
    "list_purchase_orders",
    "list_stale_prices",
    "list_stock",
    "list_stock_counts",
    "list_stock_values",
    "reserve_day",
    "today",
]
