"""Which share of the stock comes from home or allied countries. Exact. docs/algorithms/provenance.md."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ledger.domain.quantities import round_half_up


@dataclass(frozen=True, slots=True)
class OriginShare:
    """Grams of one material by where they were mined and refined."""

    total_g: int
    mined_allied_g: int
    refined_allied_g: int

    @property
    def refined_share(self) -> Fraction | None:
        """Share refined at home or in allied countries; None without stock."""
        return Fraction(self.refined_allied_g, self.total_g) if self.total_g else None

    @property
    def mined_share(self) -> Fraction | None:
        """Share mined at home or in allied countries; None without stock."""
        return Fraction(self.mined_allied_g, self.total_g) if self.total_g else None

    def meets(self, target_percent: Decimal) -> bool | None:
        """Whether the refined share reaches the target; None without stock."""
        return None if self.refined_share is None else self.refined_share * 100 >= Fraction(target_percent)


def measure_provenance(*, origins: Iterable[tuple[str, str, int]], countries: Collection[str]) -> OriginShare:
    """The shares of (country mined, country refined, grams), by a list that includes the home country."""
    total = mined = refined = 0
    for mined_in, refined_in, grams in origins:
        total += grams
        mined += grams if mined_in in countries else 0
        refined += grams if refined_in in countries else 0
    return OriginShare(total, mined, refined)


def percent_for_display(share: Fraction) -> Decimal:
    """A share in percent with two decimals, half-up."""
    return Decimal(round_half_up(share * 10_000)).scaleb(-2)
