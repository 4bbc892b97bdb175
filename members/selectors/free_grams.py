"""How much could be taken from accounts as of a past instant, without any of them lacking it since."""

from collections import defaultdict
from datetime import datetime

from ledger.selectors import get_balances_as_of, list_movements
from members.domain.free_grams import least_since


def list_free_since(*, prefix: str, effective_at: datetime) -> dict[str, int]:
    """Grams by path that every account under the prefix held at the instant and at all times after it.

    Two queries however many accounts there are.
    """
    before = get_balances_as_of(prefix=prefix, effective_at=effective_at)
    moves: defaultdict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for move in list_movements(prefix=prefix, since=effective_at, until=None):
        moves[move.path].append((move.effective_at, move.amount))
    return {
        path: least_since(instant=effective_at, before_g=grams, moves=moves[path])
        for path, grams in before.items()
    }
