"""A lender's file ties to our book, or the first difference is named and stands until a person clears it."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from governance.errors import RoleRequired
from intake.errors import (
    EmptyInput,
    InputNotUtf8,
    MissingColumn,
    TableFaults,
    UnknownColumn,
    UnknownTableFormat,
)
from reserve.domain.lender_statements import BookLine, Cause, LineKind, StatementLine, compare_lines
from reserve.errors import ReasonMissing, TrancheNotFound
from reserve.loan_errors import (
    FindingCleared,
    LenderFindingNotFound,
    LenderStatementNotFound,
    StatementOutOfOrder,
)
from reserve.models import LenderFinding, LenderStatement, LenderStatementLine
from reserve.services import (
    accrue_tranche,
    clear_lender_finding,
    compare_lender_statement,
    draw_funding,
    import_lender_statement,
    pay_lender,
    preview_lender_statement,
)
from reserve.services.lender_statements import Comparison
from tests.reserve.lending import DAILY, DRAWN, noon, register
from tests.reserve.standing import NOON, USD, People

RIGHT = """date,kind,amount_usd,principal_usd,reference
2026-03-01,opening,,0.00,
2026-03-01,draw,7500000.00,7500000.00,first
2026-04-01,interest,31000.00,7500000.00,
2026-04-02,interest_payment,31000.00,7500000.00,
2026-04-11,draw,0.01,7500000.01,second
2026-04-21,repayment,1500000.00,6000000.01,
2026-05-01,interest,28000.00,6000000.01,
2026-05-31,closing,0.00,6000000.01,
"""


@pytest.fixture
def loan(people: People) -> Iterator[People]:
    """It is the tenth of June 2026, and the book says what RIGHT says."""
    with time_machine.travel(datetime(2026, 6, 10, 16, tzinfo=UTC)):
        register("loan-b")
        draw_funding(tranche_code="loan-b", amount_cents=DRAWN, actor=people.finance, effective_at=NOON)
        draw_funding(
            tranche_code="loan-b", amount_cents=1, actor=people.finance, effective_at=noon(date(2026, 4, 11))
        )
        accrue_tranche(tranche_code="loan-b", until=date(2026, 4, 2))
        for purpose, cents, day in (("interest", 31 * DAILY, 2), ("principal", 1_500_000 * USD, 21)):
            pay_lender(
                tranche_code="loan-b",
                purpose=purpose,
                amount_cents=cents,
                actor=people.finance,
                effective_at=noon(date(2026, 4, day)),
            )
        accrue_tranche(tranche_code="loan-b", until=date(2026, 6, 10))
        yield people


def send(text: str | bytes, people: People, *, filename: str = "a.csv", code: str = "loan-b") -> Comparison:
    content = text.encode() if isinstance(text, str) else text
    comparison, _ = import_lender_statement(
        table=io.BytesIO(content), filename=filename, tranche_code=code, actor=people.finance
    )
    return comparison


def test_a_file_that_says_what_the_book_says_ties(loan: People) -> None:
    assert send(RIGHT, loan).ties
    statement = LenderStatement.objects.get()
    assert (statement.starts_on, statement.ends_on) == (date(2026, 3, 1), date(2026, 5, 31))
    assert [line.reference for line in LenderStatementLine.objects.filter(kind="draw")] == ["first", "second"]
    assert LenderFinding.objects.count() == 0


def test_it_may_begin_in_the_middle_and_leave_out_lines_of_nothing(loan: People) -> None:
    part = """date,kind,amount_usd,principal_usd
2026-04-12,opening,,7500000.01
2026-04-21,repayment,1500000.00,6000000.01
2026-04-30,closing,,6000000.01
"""
    assert send(part, loan).ties


def test_the_same_file_twice_changes_nothing(loan: People) -> None:
    wrong = RIGHT.replace("28000.00", "28000.01")
    first = send(wrong, loan)
    comparison, is_new = import_lender_statement(
        table=io.BytesIO(wrong.encode()), filename="a.csv", tranche_code="loan-b", actor=loan.finance
    )
    assert (is_new, comparison.statement, comparison.first) == (False, first.statement, first.first)
    counts = [model.objects.count() for model in (LenderStatement, LenderStatementLine, LenderFinding)]
    assert counts == [1, 8, 1]


def test_a_dry_run_writes_nothing(loan: People) -> None:
    wrong = RIGHT.replace("28000.00", "28000.01")
    comparison = preview_lender_statement(
        table=io.BytesIO(wrong.encode()), filename="a.csv", tranche_code="loan-b", actor=loan.finance
    )
    assert (comparison.difference_count, comparison.statement) == (1, None)
    assert (LenderStatement.objects.count(), LenderFinding.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (
            "31000.00,7500000.00,\n2026-04-02",
            "30999.99,7500000.00,\n2026-04-02",
            (4, "interest", "amount_differs"),
        ),
        ("2026-04-11,draw,0.01,7500000.01,second\n", "", (None, "draw", "missing_in_statement")),
        ("2026-04-21,repayment", "2026-04-22,repayment", (None, "repayment", "missing_in_statement")),
        ("second\n", "second\n2026-04-12,draw,5.00,7500005.01,\n", (7, "draw", "missing_in_book")),
        ("6000000.01,\n2026-05-31", "6000000.02,\n2026-05-31", (8, "interest", "principal_differs")),
        ("opening,,0.00", "opening,,1.00", (2, "opening", "principal_differs")),
        ("closing,0.00,6000000.01", "closing,0.00,6000000.00", (9, "closing", "principal_differs")),
    ],
)
def test_the_first_difference_is_named(loan: People, old: str, new: str, named: tuple[object, ...]) -> None:
    assert old in RIGHT
    first = send(RIGHT.replace(old, new), loan).first
    assert first is not None
    assert (first.row, first.kind, first.cause) == named
    finding = LenderFinding.objects.get()
    assert (finding.row, finding.kind, finding.cause, finding.cleared_at) == (*named, None)


def test_a_finding_stands_until_a_person_clears_it_then_the_next_is_found(loan: People) -> None:
    wrong = RIGHT.replace("28000.00", "28000.01").replace("31000.00", "31000.02")
    statement = send(wrong, loan).statement
    assert statement is not None
    for _ in range(2):
        compare_lender_statement(statement_id=statement.id, actor=loan.finance)
    finding = LenderFinding.objects.get()
    with pytest.raises(ReasonMissing):
        clear_lender_finding(finding_id=finding.id, actor=loan.finance, reason="  ")
    with pytest.raises(RoleRequired):
        clear_lender_finding(finding_id=finding.id, actor=loan.approver, reason="fine")

    clear_lender_finding(finding_id=finding.id, actor=loan.finance, reason="the lender rounds up")

    with pytest.raises(FindingCleared):
        clear_lender_finding(finding_id=finding.id, actor=loan.finance, reason="again")
    assert [(row.kind, row.cleared_reason) for row in LenderFinding.objects.order_by("id")] == [
        ("interest", "the lender rounds up"),
        ("interest_payment", ""),
    ]
    comparison = compare_lender_statement(statement_id=statement.id, actor=loan.finance)
    assert (comparison.ties, comparison.difference_count) == (False, 3)


def test_a_mended_book_ties_and_its_finding_still_stands(loan: People) -> None:
    more = RIGHT.replace(
        "2026-05-31,closing,0.00,6", "2026-05-31,draw,1.00,6000001.01,\n2026-05-31,closing,0.00,6"
    )
    statement = send(more.replace("closing,0.00,6000000.01", "closing,0.00,6000001.01"), loan).statement
    assert statement is not None
    draw_funding(
        tranche_code="loan-b", amount_cents=100, actor=loan.finance, effective_at=noon(date(2026, 5, 31))
    )
    assert compare_lender_statement(statement_id=statement.id, actor=loan.finance).ties
    assert LenderFinding.objects.filter(cleared_at=None).count() == 1


@pytest.mark.parametrize(
    ("old", "new", "column", "code"),
    [
        ("2026-04-11,draw", "11.04.2026,draw", "date", "malformed_date"),
        ("2026-04-11,draw", "2026-06-11,draw", "date", "effective_in_future"),
        ("2026-04-11,draw", "2026-03-31,draw", "date", "statement_out_of_order"),
        ("draw,0.01", "gift,0.01", "kind", "unknown_choice"),
        ("draw,0.01", "draw,-0.01", "amount_usd", "quantity_out_of_range"),
        ("draw,0.01", "draw,0", "amount_usd", "quantity_not_positive"),
        ("draw,0.01", "draw,", "amount_usd", "quantity_not_positive"),
        ("draw,0.01", "draw,0.001", "amount_usd", "too_many_decimals"),
        ("draw,0.01", "draw,1e3", "amount_usd", "malformed_quantity"),
        ("draw,0.01", "draw,99999999999999999999", "amount_usd", "quantity_out_of_range"),
        ("0.01,7500000.01", "0.01,", "principal_usd", "malformed_quantity"),
        ("opening,,", "opening,1.00,", "amount_usd", "value_not_allowed"),
        ("second", "x" * 201, "reference", "value_too_long"),
        ("2026-04-11,draw", "2026-04-11,opening", "amount_usd", "value_not_allowed"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(
    loan: People, old: str, new: str, column: str, code: str
) -> None:
    assert old in RIGHT
    with pytest.raises(TableFaults) as refused:
        send(RIGHT.replace(old, new, 1), loan)
    faults = refused.value.details["faults"]
    assert isinstance(faults, list)
    assert (faults[0]["column"], faults[0]["code"]) == (column, code)
    assert LenderStatement.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "filename", "refusal"),
    [
        (b"", "a.csv", EmptyInput),
        (b"\xff\xfe", "a.csv", InputNotUtf8),
        (b"date,kind\n", "a.csv", MissingColumn),
        (b"date,kind,amount_usd,principal_usd,color\n", "a.csv", UnknownColumn),
        (b"date,kind,amount_usd,principal_usd\n", "a.csv", StatementOutOfOrder),
        (RIGHT.encode().rsplit(b"2026-05-31", 1)[0], "a.csv", StatementOutOfOrder),
        (RIGHT.encode(), "a.pdf", UnknownTableFormat),
    ],
)
def test_what_is_no_statement_is_refused(
    loan: People, content: bytes, filename: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        send(content, loan, filename=filename)


def test_unknown_tranches_statements_and_findings_are_refused(loan: People) -> None:
    with pytest.raises(TrancheNotFound):
        send(RIGHT, loan, code="none")
    with pytest.raises(TableFaults):
        send(RIGHT.replace("reference", "tranche").replace("first", "loan-a"), loan)
    with pytest.raises(LenderStatementNotFound):
        compare_lender_statement(statement_id=loan.finance.person, actor=loan.finance)
    with pytest.raises(LenderFindingNotFound):
        clear_lender_finding(finding_id=1, actor=loan.finance, reason="why")
    with pytest.raises(RoleRequired):
        compare_lender_statement(statement_id=loan.finance.person, actor=loan.approver)


DAY = date(2026, 3, 2)


def lines(*amounts: int) -> list[StatementLine]:
    """An opening line, one draw for each amount, a closing line."""
    found = [StatementLine(2, DAY, LineKind.OPENING, 0, 0)]
    for row, cents in enumerate(amounts, start=3):
        found.append(StatementLine(row, DAY, LineKind.DRAW, cents, found[-1].principal_cents + cents))
    end = StatementLine(len(amounts) + 3, DAY, LineKind.CLOSING, 0, found[-1].principal_cents)
    return [*found, end]


@pytest.mark.parametrize(
    ("theirs", "ours", "found"),
    [
        ([1, 2, 2], [2, 1, 2], []),
        ([2, 2], [2], [(4, Cause.MISSING_IN_BOOK, 2, None)]),
        ([2], [2, 2], [(None, Cause.MISSING_IN_STATEMENT, None, 2)]),
        ([1, 5], [5, 2, 3], [(3, Cause.AMOUNT_DIFFERS, 1, 2), (None, Cause.MISSING_IN_STATEMENT, None, 3)]),
    ],
)
def test_lines_of_a_day_are_matched_by_amount(
    theirs: list[int], ours: list[int], found: list[tuple[object, ...]]
) -> None:
    book = [BookLine(DAY, LineKind.DRAW, cents) for cents in ours]
    differences = list(compare_lines(statement=lines(*theirs), book=book, opening_cents=0))
    assert [(each.row, each.cause, each.lender_cents, each.book_cents) for each in differences] == found
