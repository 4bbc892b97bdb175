"""A lender of our own making, who counts otherwise than we do: in decimals, from one change to the next.

It knows draws, repayments and rates of a loan, and writes its statement of any number of months.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise

CENT = Decimal("0.01")


@dataclass
class Lender:
    """`moves` are (day, dollars, kind), all above zero; `rates` are (day, percent)."""

    first_month: date
    basis: str
    is_capitalising: bool = False
    moves: list[tuple[date, Decimal, str]] = field(default_factory=list)
    rates: list[tuple[date, Decimal]] = field(default_factory=list)

    def interest_of(self, start: date, end: date) -> Decimal:
        """The interest of a month, from change to change, rounded once."""
        changes = {day for day, _, _ in self.moves} | {day for day, _ in self.rates}
        cuts = [start, *sorted(day for day in changes if start < day < end), end]
        with localcontext() as context:
            context.prec = 60
            # Divided once, at the end: a quotient of each stretch would not be exact.
            interest = sum(
                (
                    self.principal_at(cut) * self.rate_on(cut) * self._days(start, cut, following)
                    for cut, following in pairwise(cuts)
                ),
                Decimal(0),
            ) / (100 * (365 if self.basis == "ACT/365F" else 360))
        return interest.quantize(CENT, ROUND_HALF_UP)

    def principal_at(self, day: date) -> Decimal:
        """What is owed at the end of the day."""
        signs = {"draw": 1, "capitalisation": 1, "repayment": -1}
        owed = [amount * signs.get(kind, 0) for moved, amount, kind in self.moves if moved <= day]
        return sum(owed, Decimal(0))

    def rate_on(self, day: date) -> Decimal:
        """The rate of the latest day that isn't after it."""
        return max((known, percent) for known, percent in self.rates if known <= day)[1]

    def statement(self, months: int) -> list[tuple[date, str, Decimal]]:
        """Every line; interest stands on the first of the next month, and is paid or capitalised then."""
        lines: list[tuple[date, str, Decimal]] = []
        start = self.first_month
        for _ in range(months):
            end = (start + timedelta(days=31)).replace(day=1)
            interest = self.interest_of(start, end)
            if interest:
                lines.append((end, "interest", interest))
                kind = "capitalisation" if self.is_capitalising else "interest_payment"
                self.moves.append((end, interest, kind))
            start = end
        lines += [(day, kind, amount) for day, amount, kind in self.moves if day <= start]
        return sorted(lines, key=lambda line: line[0])

    def csv(self, months: int) -> bytes:
        """The file, with the principal after each line."""
        lines = self.statement(months)
        last = self.first_month
        for _ in range(months):
            last = (last + timedelta(days=31)).replace(day=1)
        owed = Decimal("0.00")
        rows = ["date,kind,amount_usd,principal_usd", f"{self.first_month},opening,0.00,0.00"]
        for day, kind, amount in lines:
            owed += {"draw": amount, "capitalisation": amount, "repayment": -amount}.get(kind, Decimal(0))
            rows.append(f"{day},{kind},{amount},{owed}")
        return "\n".join([*rows, f"{last},closing,0.00,{owed}", ""]).encode()

    def _days(self, start: date, first: date, last: date) -> int:
        if self.basis != "30/360":
            return (last - first).days
        # Months begin on their first day, so a last day 31 stands; a part is a difference of two counts.
        return self._thirty(start, last) - self._thirty(start, first)

    @staticmethod
    def _thirty(start: date, end: date) -> int:
        return 360 * (end.year - start.year) + 30 * (end.month - start.month) + end.day - start.day
