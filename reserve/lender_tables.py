"""A lender's statement of one tranche, as it is uploaded: a line a row, from opening to closing line."""

from datetime import date
from typing import BinaryIO

from intake.cells import read_choice, read_day
from intake.tables import Columns, FaultList, TableRow, read_table
from ledger.domain.quantities import parse_usd
from reserve.domain.lender_statements import LineKind, StatementLine
from reserve.domain.measures import check_quantity
from reserve.errors import EffectiveInFuture, TooManyRows, ValueNotAllowed, ValueTooLong
from reserve.loan_errors import StatementOutOfOrder
from reserve.selectors.materials import today

COLUMNS = Columns(required=("date", "kind", "amount_usd", "principal_usd"), optional=("tranche", "reference"))
MOST_ROWS = 20_000
LONGEST_REFERENCE = 200
_ENDS = (LineKind.OPENING, LineKind.CLOSING)
_KINDS = tuple(kind.value for kind in LineKind)


def read_lender_table(
    stream: BinaryIO, *, filename: str, tranche_code: str
) -> tuple[list[StatementLine], dict[int, str]]:
    """The lines of a CSV or XLSX file in its order, and their references by row.

    Columns: date, kind, amount_usd, principal_usd (what is owed after the line); tranche and reference may be
    missing. Opening and closing lines have no amount. Raises what `read_table` raises, TooManyRows, or
    TableFaults with every cell that is wrong.
    """
    faults = FaultList()
    lines: list[StatementLine] = []
    references: dict[int, str] = {}
    latest = today()
    for row in read_table(stream, filename=filename, columns=COLUMNS):
        if row.number > MOST_ROWS + 1:
            raise TooManyRows(f"Send at most {MOST_ROWS} lines at a time.", most=MOST_ROWS)
        with faults.collecting(row.number):
            line = _line_of(row, tranche_code, latest)
            _refuse_disorder(line, lines)
            references[line.row] = _reference_of(row)
            lines.append(line)
    faults.raise_if_any()
    if len(lines) < len(_ENDS) or lines[0].kind != LineKind.OPENING or lines[-1].kind != LineKind.CLOSING:
        raise StatementOutOfOrder("A statement begins with an opening and ends with a closing line.")
    return lines, references


def _line_of(row: TableRow, tranche_code: str, latest: date) -> StatementLine:
    named = row.cells.get("tranche", "")
    if named and named != tranche_code:
        raise ValueNotAllowed("This line is about another tranche.", field="tranche")
    day = read_day(row.cells["date"], field="date")
    if day > latest:
        raise EffectiveInFuture("This day is still to come.", field="date")
    kind = LineKind(read_choice(row.cells["kind"], field="kind", choices=_KINDS))
    cents = parse_usd(row.cells["amount_usd"] or "0", field="amount_usd")
    if kind in _ENDS:
        if cents:
            raise ValueNotAllowed("Opening and closing lines have no amount.", field="amount_usd")
    else:
        check_quantity(cents, field="amount_usd")
    principal = parse_usd(row.cells["principal_usd"], field="principal_usd")
    return StatementLine(row.number, day, kind, cents, principal)


def _refuse_disorder(line: StatementLine, before: list[StatementLine]) -> None:
    if (line.kind == LineKind.OPENING) != (not before):
        raise StatementOutOfOrder("The opening line is the first, and only it.", field="kind")
    if before and before[-1].kind == LineKind.CLOSING:
        raise StatementOutOfOrder("Nothing follows the closing line.", field="kind")
    if before and line.day < before[-1].day:
        raise StatementOutOfOrder("The lines run from day to day.", field="date")


def _reference_of(row: TableRow) -> str:
    text = row.cells.get("reference", "")
    if len(text) > LONGEST_REFERENCE:
        raise ValueTooLong(f"At most {LONGEST_REFERENCE} characters.", field="reference")
    return text
