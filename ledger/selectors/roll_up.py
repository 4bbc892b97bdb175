"""How far the running totals reach. Balances are exact wherever that is; far behind, they are slower."""

from ledger.models import RollUp


def get_rolled_up_journal_id() -> int:
    """The journal up to which the running totals reach, itself included."""
    return RollUp.objects.get().journal_id
