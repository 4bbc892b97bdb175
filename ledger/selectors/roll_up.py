"""How far the running totals reach. Balances are exact wherever that is; far behind, they are slower."""

from ledger.models import RollUp


def get_rolled_up_journal_id() -> int:
    """The journal up to which the running totals reach, itself included; zero before the first roll-up."""
    return RollUp.objects.values_list("journal_id", flat=True).first() or 0
