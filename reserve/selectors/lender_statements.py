"""Reads of lenders' statements: what our book says of the same days, and where the two differ."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from reserve.domain.lender_statements import (
    BookLine,
    Difference,
    LineKind,
    StatementLine,
    compare_lines,
    principal_effect,
)
from reserve.domain.loans import AccrualKind
from reserve.loan_errors import LenderStatementNotFound
from reserve.models import FundingDraw, FundingTranche, LenderFinding, LenderStatement, LoanPayment
from reserve.selectors.loans import list_loan_periods, recorded_accruals
from reserve.selectors.materials import reserve_day

_PAYMENT_KINDS = {
    LoanPayment.Purpose.PRINCIPAL: LineKind.REPAYMENT,
    LoanPayment.Purpose.INTEREST: LineKind.INTEREST_PAYMENT,
    LoanPayment.Purpose.FEES: LineKind.FEE_PAYMENT,
}


def list_lender_statements(*, tranche: FundingTranche) -> QuerySet[LenderStatement]:
    """A tranche's statements, each with how many of its findings stand (`open_findings`)."""
    standing = Count("findings", filter=Q(findings__cleared_at__isnull=True))
    return (
        LenderStatement.objects.filter(tranche=tranche)
        .select_related("tranche", "imported_by")
        .annotate(open_findings=standing)
    )


def get_lender_statement(*, statement_id: UUID) -> LenderStatement:
    """One statement. Raises LenderStatementNotFound."""
    row = LenderStatement.objects.select_related("tranche", "imported_by").filter(id=statement_id).first()
    if row is None:
        raise LenderStatementNotFound("No statement has this identifier.", statement=str(statement_id))
    return row


def list_lender_findings(*, is_open: bool = False) -> QuerySet[LenderFinding]:
    """Findings of all statements, or only those that stand."""
    rows = LenderFinding.objects.select_related("statement", "statement__tranche", "cleared_by")
    return rows.filter(cleared_at__isnull=True) if is_open else rows


def list_book_lines(*, tranche: FundingTranche, until: date) -> list[BookLine]:
    """Everything that our book says of a tranche up to a day, it included, as a lender would state it."""
    lines = [
        BookLine(reserve_day(moment), LineKind.DRAW, cents)
        for moment, cents in FundingDraw.objects.filter(tranche=tranche, reversal=None).values_list(
            "drawn_at", "amount_cents"
        )
    ]
    payments = LoanPayment.objects.filter(tranche=tranche, reversal=None)
    for purpose, moment, cents in payments.values_list("purpose", "paid_at", "amount_cents"):
        lines.append(BookLine(reserve_day(moment), _PAYMENT_KINDS[LoanPayment.Purpose(purpose)], cents))
    for period in list_loan_periods(tranche=tranche, until=until):
        lines.append(BookLine(period.ends_on, LineKind.INTEREST, period.interest_cents))
        lines.append(BookLine(period.ends_on, LineKind.COMMITMENT_FEE, period.fee_cents))
    for (kind, day), (cents, _) in recorded_accruals(tranche=tranche).items():
        if kind == AccrualKind.CAPITALISATION:
            lines.append(BookLine(day, LineKind.CAPITALISATION, cents))
    upfront = tranche.upfront_fee_cents
    lines.append(BookLine(reserve_day(tranche.registered_at), LineKind.UPFRONT_FEE, upfront))
    return [line for line in lines if line.cents and line.day <= until]


def list_differences(*, tranche: FundingTranche, statement: Sequence[StatementLine]) -> Iterator[Difference]:
    """Every difference between a statement's lines and our book, in order of time."""
    starts_on, ends_on = statement[0].day, statement[-1].day
    book = list_book_lines(tranche=tranche, until=ends_on)
    opening = sum(principal_effect(line.kind, line.cents) for line in book if line.day < starts_on)
    within = [line for line in book if line.day >= starts_on]
    return compare_lines(statement=statement, book=within, opening_cents=opening)


def lines_of(statement: LenderStatement) -> list[StatementLine]:
    """A statement's lines in the order of its file."""
    rows = statement.lines.order_by("row").values_list(
        "row", "day", "kind", "amount_cents", "principal_cents"
    )
    return [StatementLine(row, day, LineKind(kind), cents, owed) for row, day, kind, cents, owed in rows]
