"""A cost shared out over several firms, to the cent."""

from collections.abc import Mapping

from ledger.domain.quantities import share_by_largest_remainder


def share_cost(*, cost_cents: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Each firm's share by weight, by largest remainder: the shares add up to the cost.

    Firms stand in order of their id, so that of equal remainders the first by id gets the extra cent.
    """
    firms = sorted(weights)
    shares = share_by_largest_remainder(total=cost_cents, weights=[weights[firm] for firm in firms])
    return dict(zip(firms, shares, strict=True))
