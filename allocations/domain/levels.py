"""The level at which a pool is used up: the weighted kernel, exactly, in O(n log n).

Every segment gives `weight * level - offset`, not below 0 and not above `capacity`. The sum over
all segments rises with the level, straight between the points where a segment starts or is full; one
sweep over those points in order finds the stretch that holds the amount, and a division finds the level.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocations.domain.claims import Mass

# Points are compared by their first 64 binary places and only then as fractions, which is the same
# order and much quicker.
_PLACES = 1 << 64


@dataclass(frozen=True, slots=True)
class Segment:
    """What one party can get in one tier. `weight` and `capacity` are positive."""

    weight: Mass
    offset: Mass
    capacity: Mass

    def gain_at(self, level: Fraction) -> Mass:
        """The mass this segment has been given when the tier stands at `level`."""
        whole = self.weight * level.numerator - self.offset * level.denominator
        if whole <= 0:
            return 0
        if whole >= self.capacity * level.denominator:
            return self.capacity
        return Fraction(whole, level.denominator)

    def is_open_at(self, level: Fraction) -> bool:
        """Whether a higher level would give this segment more."""
        reached = self.weight * level.numerator - self.offset * level.denominator
        return 0 <= reached < self.capacity * level.denominator


def _point(mass: Mass, weight: Mass) -> tuple[int, Fraction]:
    return int(mass * _PLACES // weight), Fraction(mass, weight)


def level_of(segments: Sequence[Segment], amount: Mass) -> Fraction:
    """The lowest level at which `segments` take `amount`, which is at most their whole capacity."""
    points: list[tuple[tuple[int, Fraction], int, bool]] = []
    for index, segment in enumerate(segments):
        points.append((_point(segment.offset, segment.weight), index, True))
        points.append((_point(segment.offset + segment.capacity, segment.weight), index, False))
    points.sort()
    weight: Mass = 0
    full: Mass = 0
    offset: Mass = 0
    level = Fraction(0)
    for (_, level), index, is_start in points:
        if weight * level.numerator + (full - offset - amount) * level.denominator >= 0:
            break
        segment = segments[index]
        if is_start:
            weight, offset = weight + segment.weight, offset + segment.offset
        else:
            weight, offset = weight - segment.weight, offset - segment.offset
            full += segment.capacity
    return level if weight == 0 else Fraction(amount - full + offset, weight)
