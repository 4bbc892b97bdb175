"""Supply rights and obligations as in the Agreement on an International Energy Program (1974).

General case (articles 6 and 7): permissible use = base use * (1 - restraint). What all of it lacks
against what is available is drawn from the reserves, shared by reserve commitments. A firm's supply
right is its permissible use less its share of that drawdown; above what it has available it has a
right to receive the difference, below it an obligation to give it. All of them net to zero.

Selective case (articles 8 and 17): one firm loses supply. It absorbs the first 7 percent of its base
use itself and has a right to the rest of its loss; the others owe it by their base use.

Both are computed on the stated restraint and the base period, never on what a firm really saved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocations.domain.claims import Mass, Rounding
from allocations.domain.remainders import ceiling_to_unit, floor_to_unit

ABSORBED_SHARE = Fraction(7, 100)


@dataclass(frozen=True, slots=True)
class Supply:
    """One firm's figures, per day or for any one period."""

    id: str
    base_use: Mass
    available: Mass = 0
    reserve_commitment: Mass = 0


def drawdown_of(supplies: Sequence[Supply], restraint: Fraction) -> Mass:
    """What the reserves must add: permissible use of all less what is available to all."""
    permissible = sum((supply.base_use * (1 - restraint) for supply in supplies), start=Fraction(0))
    return permissible - sum((supply.available for supply in supplies), start=0)


def general_rights(supplies: Sequence[Supply], restraint: Fraction) -> list[Mass]:
    """The right (positive) or obligation (negative) of each firm; they sum to zero.

    Raises ValueError where a drawdown has to be shared and nobody has a reserve commitment.
    """
    drawdown = drawdown_of(supplies, restraint)
    commitments = sum((supply.reserve_commitment for supply in supplies), start=0)
    if drawdown != 0 and commitments == 0:
        raise ValueError("nobody has a reserve commitment to share the drawdown by")
    rights: list[Mass] = []
    for supply in supplies:
        duty = Fraction(drawdown * supply.reserve_commitment, commitments) if commitments else Fraction(0)
        rights.append(supply.base_use * (1 - restraint) - duty - supply.available)
    return rights


def selective_right(supply: Supply) -> Mass:
    """The loss of the one firm that lost supply, less the first 7 percent of its base use."""
    return max(Fraction(0), supply.base_use - supply.available - ABSORBED_SHARE * supply.base_use)


def selective_rights(supplies: Sequence[Supply], selective_id: str) -> list[Mass]:
    """The one firm's right (positive) and the obligations (negative) of the others, by base use.

    Raises ValueError where there is a right and no other firm has base use to owe it by.
    """
    right = next(selective_right(supply) for supply in supplies if supply.id == selective_id)
    base = sum((supply.base_use for supply in supplies if supply.id != selective_id), start=0)
    if right > 0 and base == 0:
        raise ValueError("no other firm has base use to share the obligation by")
    return [
        right
        if supply.id == selective_id
        else (-Fraction(right * supply.base_use, base) if base else Fraction(0))
        for supply in supplies
    ]


def _shared_out(total: Mass, shares: Sequence[Mass], unit: Mass) -> list[Mass]:
    """`total`, whole units, spread in proportion to `shares`: floors, then largest remainders."""
    whole = sum(shares, start=0)
    if whole == 0:
        return [0] * len(shares)
    exact = [Fraction(share * total, whole) for share in shares]
    rounded = [floor_to_unit(share, unit) for share in exact]
    missing = int((total - sum(rounded, start=0)) // unit)
    by_remainder = sorted(range(len(shares)), key=lambda place: (rounded[place] - exact[place], place))
    for place in by_remainder[:missing]:
        rounded[place] += unit
    return rounded


def round_rights(rights: Sequence[Mass], rounding: Rounding, unit: Mass) -> list[Mass]:
    """Rights and obligations in whole units that still net to zero.

    Rights are rounded as the policy says (Sainte-Laguë has no cap and no rounds here, so it and
    largest remainder both share out the whole units of all rights by largest remainder); the
    obligations share out the same total.
    """
    if rounding is Rounding.EXACT:
        return list(rights)
    receive = [place for place, right in enumerate(rights) if right > 0]
    give = [place for place, right in enumerate(rights) if right < 0]
    positive = [rights[place] for place in receive]
    match rounding:
        case Rounding.DOWN:
            rounded = [floor_to_unit(right, unit) for right in positive]
        case Rounding.UP_TO_MULTIPLE:
            rounded = [ceiling_to_unit(right, unit) for right in positive]
        case _:
            rounded = _shared_out(floor_to_unit(sum(positive, start=0), unit), positive, unit)
    owed = _shared_out(sum(rounded, start=0), [-rights[place] for place in give], unit)
    result: list[Mass] = [0] * len(rights)
    for place, right in zip(receive, rounded, strict=True):
        result[place] = right
    for place, obligation in zip(give, owed, strict=True):
        result[place] = -obligation
    return result
