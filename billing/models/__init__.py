"""What it costs: rate cards, fee runs, invoices."""

from billing.models.fee_runs import FeeRun, FeeRunException, FeeRunFirm
from billing.models.invoices import Invoice, InvoiceLine, InvoiceSeries
from billing.models.rate_cards import RateCard

__all__ = [
    "FeeRun",
    "FeeRunException",
    "FeeRunFirm",
    "Invoice",
    "InvoiceLine",
    "InvoiceSeries",
    "RateCard",
]
