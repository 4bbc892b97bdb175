"""Verifying the ledger: named checks, the ledger's own and those other apps register."""

from ledger.verification.registry import CheckResult, Finding, register_check, register_range_check
from ledger.verification.runs import run_checks, verify_ledger

__all__ = [
    "CheckResult",
    "Finding",
    "register_check",
    "register_range_check",
    "run_checks",
    "verify_ledger",
]
