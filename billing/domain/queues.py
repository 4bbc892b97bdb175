"""Relief for those who wait: rent that stops rising when load-out is late through the reserve's fault."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from billing.domain.periods import Period

FULL, HALF, NONE = Fraction(1), Fraction(1, 2), Fraction(0)


@dataclass(frozen=True, slots=True)
class QueueRelief:
    """Full rent for `full_days`, half for the next `half_days`, none after; day 1 is the day of joining."""

    joined_on: date
    full_days: int
    half_days: int


def rent_shares(period: Period, queue: QueueRelief | None) -> list[tuple[Period, Fraction]]:
    """Cut a period into stretches of one share of the rent each. Before joining the rent is full."""
    if queue is None:
        return [(period, FULL)]
    first, end = period.starts_on.toordinal(), period.ends_on.toordinal()
    half_from = queue.joined_on.toordinal() + queue.full_days
    none_from = half_from + queue.half_days
    stretches = []
    for share, start, stop in (
        (FULL, first, half_from),
        (HALF, half_from, none_from),
        (NONE, none_from, end),
    ):
        begins, ends = max(start, first), min(stop, end)
        if begins < ends:
            stretches.append((Period(date.fromordinal(begins), date.fromordinal(ends)), share))
    return stretches
