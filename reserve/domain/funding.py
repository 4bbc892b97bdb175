"""Which tranches a payment draws on."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Undrawn:
    """What a tranche has left, in cents."""

    tranche_code: str
    amount_cents: int


def plan_draws(*, shortage_cents: int, tranches: Sequence[Undrawn]) -> list[Undrawn]:
    """Amounts to draw, in the order of `tranches`, each emptied before the next is touched.

    The amounts add up to the shortage, or to everything there is when that is less.
    """
    draws: list[Undrawn] = []
    for tranche in tranches:
        amount = min(shortage_cents, tranche.amount_cents)
        if amount > 0:
            draws.append(Undrawn(tranche.tranche_code, amount))
            shortage_cents -= amount
    return draws
