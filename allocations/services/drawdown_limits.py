"""Saying no to a drawdown with what would have been possible."""

from allocations.domain.drawdown_limits import DrawdownFacts, binding_limit, bounds_of, obtainable_g
from allocations.errors import LIMIT_REFUSALS
from ledger.domain.quantities import format_kg


def refuse_beyond(facts: DrawdownFacts, needed_g: int) -> None:
    """Raise the refusal of the tightest bound that `needed_g` goes beyond, with what would be possible."""
    limit = binding_limit(facts, needed_g)
    if limit is None:
        return
    allowed = {bound.value: format_kg(min(grams, needed_g)) for bound, grams in bounds_of(facts)}
    raise LIMIT_REFUSALS[limit](
        "More is asked for than is possible now.",
        field="quantity",
        requested_kg=format_kg(needed_g),
        possible_kg=format_kg(obtainable_g(facts)),
        bounds_kg=allowed,
    )
