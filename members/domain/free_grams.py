"""What of an account's grams was free all the time from an instant on, so that it can be taken as of then."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby


def least_since(*, instant: datetime, before_g: int, moves: Iterable[tuple[datetime, int]]) -> int:
    """The lowest balance from the instant on, never below zero; what moves at one time moves together.

    `before_g` is the balance just before the instant, `moves` are those at it and after it, in order.
    """
    balances = {instant: before_g}
    balance = before_g
    for moment, group in groupby(moves, key=lambda move: move[0]):
        balance += sum(grams for _, grams in group)
        balances[moment] = balance
    return max(0, min(balances.values()))
