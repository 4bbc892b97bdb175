"""Reads of billing."""

from billing.selectors.fee_runs import find_fee_run, get_fee_run, list_exceptions, list_fee_runs
from billing.selectors.invoices import get_invoice_for, invoice_reference, list_invoices_for
from billing.selectors.line_traces import Recalculation, recalculate_line
from billing.selectors.rate_cards import list_rate_cards
from billing.selectors.statements import AccountStatement, Entry, Statement, get_statement_for

__all__ = [
    "AccountStatement",
    "Entry",
    "Recalculation",
    "Statement",
    "find_fee_run",
    "get_fee_run",
    "get_invoice_for",
    "get_statement_for",
    "invoice_reference",
    "list_exceptions",
    "list_fee_runs",
    "list_invoices_for",
    "list_rate_cards",
    "recalculate_line",
]
