"""Who holds the title to a material, and what of it a journal withheld."""

from ledger.models import Transfer
from ledger.selectors import get_balances
from members.domain import accounts
from members.domain.bearers import Title
from members.models import Commitment
from reserve.domain import accounts as reserve_accounts


def get_free_title(*, material_code: str) -> Title:
    """Unattributed stock and positions in a material, without what is reserved; two queries."""
    firms = (
        Commitment.objects.filter(material__code=material_code).order_by().values_list("firm_id").distinct()
    )
    paths = {accounts.position(str(firm), material_code): str(firm) for (firm,) in firms}
    nobody = reserve_accounts.unattributed(material_code)
    balances = get_balances(paths=[nobody, *paths])
    return Title(
        balances[nobody].available,
        {firm: balances[path].available for path, firm in paths.items() if balances[path].available > 0},
    )


def get_withheld_title(*, journal_id: int | None) -> Title:
    """What a journal moved into `withheld/…`, by whose it was; nothing without a journal."""
    if journal_id is None:
        return Title()
    first = journal_id << 16
    rows = Transfer.objects.filter(
        id__gt=first, id__lt=first + (1 << 16), target__path__startswith="withheld/"
    ).values_list("target__path", "amount")
    unattributed, positions = 0, {}
    for path, amount in rows:
        parts = path.split("/")
        if len(parts) == 2:
            unattributed += int(amount)
        else:
            positions[parts[1]] = int(amount)
    return Title(unattributed, positions)
