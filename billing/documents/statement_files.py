"""A statement of account as PDF and as CSV."""

import csv
import io
from collections.abc import Callable

from django.conf import settings

from billing.documents.csv_cells import text_cell
from billing.documents.pdf import render_pdf
from billing.selectors.statements import AccountStatement, Statement
from ledger.domain.quantities import format_kg, format_usd

_COLUMNS = ("account", "unit", "day", "entry", "journal", "amount", "balance")
Format = Callable[[int], str]


def render_statement_pdf(statement: Statement) -> bytes:
    """The statement on paper, dated with the month's last day: the same statement gives the same bytes."""
    firm = statement.firm
    data = {
        "issuer": settings.STRONGROOM_ISSUER_NAME,
        "month": f"{statement.first_day:%Y-%m}",
        "first_day": statement.first_day.isoformat(),
        "last_day": statement.last_day.isoformat(),
        "firm": {"legal_name": firm.legal_name, "lei": firm.lei, "country": firm.country},
        "money": _account_data(statement.money, format_usd),
        "materials": [_account_data(account, format_kg) for account in statement.materials],
    }
    return render_pdf(template="statement", data=data, dated=statement.last_day)


def render_statement_csv(statement: Statement) -> bytes:
    """One row per movement, with rows for opening and closing of each account; UTF-8."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    _write_account(writer.writerow, statement, statement.money, "USD", format_usd)
    for account in statement.materials:
        _write_account(writer.writerow, statement, account, "kg", format_kg)
    return sheet.getvalue().encode()


def _write_account(
    write: Callable[[list[str]], object],
    statement: Statement,
    account: AccountStatement,
    unit: str,
    text_of: Format,
) -> None:
    first, last = statement.first_day.isoformat(), statement.last_day.isoformat()
    write([account.code, unit, first, "opening", "", "", text_of(account.opening)])
    for entry in account.entries:
        amounts = [text_of(entry.amount), text_of(entry.balance)]
        write(
            [
                account.code,
                unit,
                entry.day.isoformat(),
                text_cell(entry.text),
                str(entry.journal_id),
                *amounts,
            ]
        )
    write([account.code, unit, last, "closing", "", "", text_of(account.closing)])


def _account_data(account: AccountStatement, text_of: Format) -> dict[str, object]:
    return {
        "code": account.code,
        "name": account.name,
        "opening": text_of(account.opening),
        "closing": text_of(account.closing),
        "movements": [
            {
                "day": entry.day.isoformat(),
                "text": entry.text,
                "amount": text_of(entry.amount),
                "balance": text_of(entry.balance),
            }
            for entry in account.entries
        ],
    }
