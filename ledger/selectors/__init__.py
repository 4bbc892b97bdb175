"""What stands in the ledger, now, as of a past effective time and as known at a past recording time."""

from ledger.selectors.pending import OpenPending, list_pending

__all__ = ["OpenPending", "list_pending"]
