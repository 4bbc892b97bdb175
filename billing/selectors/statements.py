"""The statement of account of a firm for a month: opening, every movement, closing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from billing.domain.months import month_of
from billing.errors import MalformedMonth
from billing.models import Invoice
from billing.selectors.invoices import invoice_reference
from governance.models import User
from ledger.domain.days import day_of, start_of_day
from ledger.selectors import Movement, get_balance_as_of, get_balances_as_of, list_movements
from members.domain import accounts
from members.models import Firm
from members.selectors import get_firm_for
from reserve.models import MaterialVersion
from reserve.selectors import list_materials


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement: cents or grams, signed, and the balance after it. `text` is for people."""

    day: date
    text: str
    journal_id: int
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """One account over the month, in cents (money) or grams. `code` is the material's, or "money"."""

    code: str
    name: str
    opening: int
    entries: Sequence[Entry]

    @property
    def closing(self) -> int:
        """The balance at the end of the month."""
        return self.entries[-1].balance if self.entries else self.opening


@dataclass(frozen=True, slots=True)
class Statement:
    """A firm's month. Money above zero is owed by the firm; materials are its positions."""

    firm: Firm
    first_day: date
    last_day: date
    money: AccountStatement
    materials: Sequence[AccountStatement]


def get_statement_for(actor: User, firm_id: UUID | str, month: date) -> Statement:
    """The statement of a firm the actor may see, for a month given as its first day.

    Materials that the firm never held are left out. Raises FirmNotFound alike for a missing and a
    foreign firm, MalformedMonth.
    """
    firm = get_firm_for(actor, firm_id)
    if month.day != 1:
        raise MalformedMonth("Give the month as its first day.", field="month")
    zone = ZoneInfo(settings.TIME_ZONE)
    period = month_of(month)
    since, until = start_of_day(period.starts_on, zone), start_of_day(period.ends_on, zone)
    receivable = accounts.receivable(str(firm.id))
    owed = list_movements(prefix=receivable, since=since, until=until)
    held = list_movements(prefix=f"position/{firm.id}/", since=since, until=until)
    texts = _texts_of([*owed, *held])
    opening = get_balance_as_of(path=receivable, effective_at=since)
    return Statement(
        firm=firm,
        first_day=period.starts_on,
        last_day=period.last_day,
        money=AccountStatement("money", "Money owed", opening, _entries(opening, owed, texts, zone)),
        materials=_materials(firm, since, held, texts, zone),
    )


def _materials(
    firm: Firm, since: datetime, held: Sequence[Movement], texts: dict[int, str], zone: ZoneInfo
) -> list[AccountStatement]:
    openings = get_balances_as_of(prefix=f"position/{firm.id}/", effective_at=since)
    moved = {movement.path for movement in held}
    names = _names_of(path.split("/")[2] for path in openings)
    statements = []
    for path, opening in sorted(openings.items()):
        code = path.split("/")[2]
        if opening or path in moved:
            movements = [movement for movement in held if movement.path == path]
            statements.append(
                AccountStatement(
                    code, names.get(code, code), opening, _entries(opening, movements, texts, zone)
                )
            )
    return statements


def _names_of(codes: Iterable[str]) -> dict[str, str]:
    versions: list[MaterialVersion] = list_materials(material_codes=codes)
    return {version.material.code: version.name for version in versions}


def _entries(
    opening: int, movements: Iterable[Movement], texts: dict[int, str], zone: ZoneInfo
) -> list[Entry]:
    """One entry per journal: an invoice is one event for the reader, however many kinds of income it has."""
    entries = []
    balance = opening
    for journal_id, moved in groupby(movements, key=lambda movement: movement.journal_id):
        parts = list(moved)
        amount = sum(movement.amount for movement in parts)
        balance += amount
        day = day_of(parts[0].effective_at, zone)
        entries.append(Entry(day, texts[journal_id], journal_id, amount, balance))
    return entries


def _texts_of(movements: Sequence[Movement]) -> dict[int, str]:
    """What each journal was, in words: the invoice it posted, or its kind."""
    wanted = {movement.reference_id for movement in movements if movement.reference_type == "invoice"}
    invoices = Invoice.objects.filter(id__in=wanted).select_related("series")
    references = {str(invoice.id): f"Invoice {invoice_reference(invoice)}" for invoice in invoices}
    return {
        movement.journal_id: references.get(movement.reference_id) or _words_of(movement.kind)
        for movement in movements
    }


def _words_of(kind: str) -> str:
    """ "members.stock_attributed" reads "Stock attributed"."""
    return kind.rpartition(".")[2].replace("_", " ").capitalize()
