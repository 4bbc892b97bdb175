"""Verifying the ledger: named checks, the ledger's own and those other apps register."""

from ledger.verification.registry import CheckResult, Finding, register_check, verify_ledger

__all__ = ["CheckResult", "Finding", "register_check", "verify_ledger"]
