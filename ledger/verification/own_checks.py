"""The ledger's own checks, in the order in which a verification shows them."""

from ledger.verification.fingerprints import (
    INVARIANT,
    NAME,
    TRANSFERS_INVARIANT,
    TRANSFERS_NAME,
    check_fingerprints,
)
from ledger.verification.registry import Finding, JournalRange, register_check, register_range_check
from ledger.verification.rows import ROW_CHECKS
from ledger.verification.seals import INVARIANT as SEALS_INVARIANT
from ledger.verification.seals import NAME as SEALS_NAME
from ledger.verification.seals import check_seals
from ledger.verification.totals import TOTAL_CHECKS


def register_own_checks() -> None:
    """Make them part of every verification."""
    for check in (*ROW_CHECKS, *TOTAL_CHECKS):
        if check.is_ranged:
            register_range_check(name=check.name, invariant=check.invariant, check=check)
        else:
            register_check(name=check.name, invariant=check.invariant, check=check, is_quick=check.is_quick)
    register_range_check(name=TRANSFERS_NAME, invariant=TRANSFERS_INVARIANT, check=_found_with_fingerprints)
    register_range_check(name=NAME, invariant=INVARIANT, check=check_fingerprints)
    register_range_check(name=SEALS_NAME, invariant=SEALS_INVARIANT, check=check_seals)


def _found_with_fingerprints(_journals: JournalRange) -> list[Finding]:
    """Nothing more: whoever recomputes the fingerprints has read every transfer anyway."""
    return []
