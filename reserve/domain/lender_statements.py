"""Comparing a lender's statement of a loan with our own book: they tie, or the differences are named.

Lines are compared day by day: first what happened on the day, kind by kind in the order of `LineKind`, then
the principal at the day's end as the lender states it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class LineKind(StrEnum):
    """What a line tells. Interest and fees of a period stand on the day after its last."""

    OPENING = "opening"
    INTEREST = "interest"
    COMMITMENT_FEE = "commitment_fee"
    UPFRONT_FEE = "upfront_fee"
    CAPITALISATION = "capitalisation"
    DRAW = "draw"
    REPAYMENT = "repayment"
    INTEREST_PAYMENT = "interest_payment"
    FEE_PAYMENT = "fee_payment"
    CLOSING = "closing"


class Cause(StrEnum):
    """How a line differs."""

    AMOUNT_DIFFERS = "amount_differs"
    MISSING_IN_BOOK = "missing_in_book"
    MISSING_IN_STATEMENT = "missing_in_statement"
    PRINCIPAL_DIFFERS = "principal_differs"


_PRINCIPAL_SIGN = {LineKind.CAPITALISATION: 1, LineKind.DRAW: 1, LineKind.REPAYMENT: -1}
_BETWEEN = tuple(kind for kind in LineKind if kind not in (LineKind.OPENING, LineKind.CLOSING))


@dataclass(frozen=True, slots=True)
class BookLine:
    """What our book says happened on a day, in cents."""

    day: date
    kind: LineKind
    cents: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of the lender's, with the principal after it. `row` is its row in the file."""

    row: int
    day: date
    kind: LineKind
    cents: int
    principal_cents: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `row` and cents are None where that side has no line."""

    row: int | None
    day: date
    kind: LineKind
    cause: Cause
    lender_cents: int | None
    book_cents: int | None

    @property
    def key(self) -> tuple[date, str, str, int | None, int | None]:
        """What makes it the same difference when compared again."""
        return (self.day, self.kind, self.cause, self.lender_cents, self.book_cents)


def principal_effect(kind: LineKind, cents: int) -> int:
    """By how much a line changes what is drawn."""
    return _PRINCIPAL_SIGN.get(kind, 0) * cents


def compare_lines(
    *, statement: Sequence[StatementLine], book: Sequence[BookLine], opening_cents: int
) -> Iterator[Difference]:
    """Every difference in order of time; none if the two tie.

    `statement` is in the file's order, from its opening to its closing line; `book` holds what we have of
    the days from one to the other, both included, `opening_cents` what we had drawn before the first.
    A difference that was named explains what it does to the principal afterwards.
    """
    first, last = statement[0], statement[-1]
    if first.principal_cents != opening_cents:
        yield _principal(first, opening_cents)
    ours = opening_cents
    unexplained = first.principal_cents - opening_cents
    for day in sorted({line.day for line in statement} | {line.day for line in book}):
        theirs_of_day = [line for line in statement[1:-1] if line.day == day]
        book_of_day = [line for line in book if line.day == day]
        for difference in _differences_of_day(day, theirs_of_day, book_of_day):
            unexplained += principal_effect(
                difference.kind, (difference.lender_cents or 0) - (difference.book_cents or 0)
            )
            yield difference
        ours += sum(principal_effect(line.kind, line.cents) for line in book_of_day)
        stated = theirs_of_day[-1:] + ([last] if day == last.day else [])
        for line in stated:
            if line.principal_cents != ours + unexplained:
                yield _principal(line, ours + unexplained)
                unexplained = line.principal_cents - ours


def _differences_of_day(
    day: date, theirs: Sequence[StatementLine], ours: Sequence[BookLine]
) -> Iterator[Difference]:
    for kind in _BETWEEN:
        stated = [line for line in theirs if line.kind == kind]
        booked = sorted(line.cents for line in ours if line.kind == kind)
        if sorted(line.cents for line in stated) == booked:
            continue
        common = Counter(line.cents for line in stated) & Counter(booked)
        left = _without(stated, common)
        unmatched = list((Counter(booked) - common).elements())
        for index in range(max(len(left), len(unmatched))):
            line = left[index] if index < len(left) else None
            cents = unmatched[index] if index < len(unmatched) else None
            yield Difference(
                None if line is None else line.row,
                day,
                kind,
                _cause(line, cents),
                None if line is None else line.cents,
                cents,
            )


def _without(lines: Sequence[StatementLine], common: Counter[int]) -> list[StatementLine]:
    """The lines that no line of ours answers."""
    rest = Counter(common)
    left = []
    for line in lines:
        if rest[line.cents]:
            rest[line.cents] -= 1
        else:
            left.append(line)
    return left


def _cause(line: StatementLine | None, cents: int | None) -> Cause:
    if line is None:
        return Cause.MISSING_IN_STATEMENT
    return Cause.MISSING_IN_BOOK if cents is None else Cause.AMOUNT_DIFFERS


def _principal(line: StatementLine, book_cents: int) -> Difference:
    return Difference(
        line.row, line.day, line.kind, Cause.PRINCIPAL_DIFFERS, line.principal_cents, book_cents
    )
