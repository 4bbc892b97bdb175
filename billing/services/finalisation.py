"""Making a run's invoices final: numbers without gaps, frozen content, posted journals, notices."""

import json
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from billing.business_days import is_business_day
from billing.domain.invoice_dates import due_date, issue_date
from billing.models import FeeRun, Invoice, InvoiceLine, InvoiceSeries
from billing.selectors.invoice_contents import Content, Numbering, contents_of
from billing.services.invoice_notices import announce_invoices
from governance.domain.canonical_json import sha256_of_json
from governance.selectors.policies import policy_of_version
from ledger.domain.days import start_of_day
from ledger.services import JournalRequest, PostedJournal, TransferRequest, post_journals
from members.domain import accounts
from reserve.domain import accounts as reserve_accounts
from reserve.selectors import today

JOURNAL_KIND = "billing.invoice_finalised"

_FINALISE = """
update billing_invoice invoice
set state = 'final', series_id = %(series)s, number = final.number, issue_date = %(issue_date)s,
    due_date = %(due_date)s, content = final.content, sha256 = final.sha256, journal_id = final.journal_id
from unnest(
    %(ids)s::uuid[], %(numbers)s::integer[], %(contents)s::jsonb[], %(sha256s)s::text[],
    %(journal_ids)s::bigint[]
) as final(id, number, content, sha256, journal_id)
where invoice.id = final.id
"""


def finalise_invoices(*, fee_run: FeeRun) -> int:
    """Make every draft of the locked run final, in order of firms; answers how many.

    The series stays locked until the transaction ends, so a number is given to an invoice that stays,
    or not at all. The number of queries doesn't depend on the number of invoices, but for the notices.
    """
    invoices = list(
        Invoice.objects.filter(fee_run=fee_run, state=Invoice.State.DRAFT)
        .select_related("firm")
        .order_by("firm_id")
    )
    if not invoices:
        return 0
    issued_on, due_on = _dates_of(fee_run)
    series = _take_numbers(f"INV-{issued_on.year}", len(invoices))
    first = series.last_number - len(invoices) + 1
    numbering = {
        invoice: Numbering(series.code, number, issued_on, due_on)
        for number, invoice in enumerate(invoices, start=first)
    }
    contents = contents_of(fee_run=fee_run, invoices=invoices, numbering=numbering)
    announce_invoices(invoices=invoices, contents=contents)
    journals = _post(fee_run, invoices, numbering)
    _write(series, invoices, numbering, contents, journals)
    return len(invoices)


def _dates_of(fee_run: FeeRun) -> tuple[date, date]:
    policy = policy_of_version(fee_run.policy_version)
    issued_on = issue_date(
        month=fee_run.month,
        finalised_on=today(),
        business_day=policy.invoice_issue_business_day,
        is_business_day=is_business_day,
    )
    due_on = due_date(issued_on=issued_on, due_day=policy.invoice_due_day, is_business_day=is_business_day)
    return issued_on, due_on


def _take_numbers(code: str, count: int) -> InvoiceSeries:
    """Lock the series and take the next `count` numbers; `last_number` is the last of them."""
    InvoiceSeries.objects.bulk_create([InvoiceSeries(code=code)], ignore_conflicts=True)
    series = InvoiceSeries.objects.select_for_update(no_key=True).get(code=code)
    series.last_number += count
    series.save(update_fields=["last_number"])
    return series


def _post(
    fee_run: FeeRun, invoices: Sequence[Invoice], numbering: dict[Invoice, Numbering]
) -> dict[str, PostedJournal]:
    """One journal per invoice with something to post, by idempotency key."""
    amounts = _amounts_of(invoices)
    requests = [
        _journal_of(fee_run, invoice, numbering[invoice], amounts[invoice.id])
        for invoice in invoices
        if invoice.posted_cents
    ]
    return {journal.idempotency_key: journal for journal in post_journals(journals=requests)}


def _amounts_of(invoices: Sequence[Invoice]) -> dict[object, dict[str, int]]:
    """Cents to post by invoice, then kind of income. The up-front fee was posted on activation."""
    amounts: dict[object, dict[str, int]] = {invoice.id: {} for invoice in invoices}
    rows = InvoiceLine.objects.filter(invoice__in=invoices).exclude(kind=InvoiceLine.Kind.UPFRONT)
    totals = rows.order_by("invoice_id", "kind").values_list("invoice_id", "kind")
    for invoice_id, kind, cents in totals.annotate(cents=Sum("amount_cents")):
        if cents:
            amounts[invoice_id][kind] = int(cents)
    return amounts


def _journal_of(
    fee_run: FeeRun, invoice: Invoice, numbering: Numbering, amounts: dict[str, int]
) -> JournalRequest:
    """The firm owes from the day of issue; the month it owes for stands beside it."""
    receivable = accounts.receivable(str(invoice.firm_id))
    return JournalRequest(
        kind=JOURNAL_KIND,
        idempotency_key=_key_of(invoice),
        effective_at=start_of_day(numbering.issue_date, ZoneInfo(settings.TIME_ZONE)),
        transfers=[
            TransferRequest(reserve_accounts.income(kind), receivable, cents)
            for kind, cents in amounts.items()
        ],
        reference_type="invoice",
        reference_id=str(invoice.id),
        metadata={"invoice": numbering.reference, "service_month": f"{fee_run.month:%Y-%m}"},
    )


def _key_of(invoice: Invoice) -> str:
    return f"invoice:{invoice.id}:final"


def _write(
    series: InvoiceSeries,
    invoices: Sequence[Invoice],
    numbering: dict[Invoice, Numbering],
    contents: Sequence[Content],
    journals: dict[str, PostedJournal],
) -> None:
    dates = numbering[invoices[0]]
    posted = [journals.get(_key_of(invoice)) for invoice in invoices]
    with connection.cursor() as cursor:
        cursor.execute(
            _FINALISE,
            {
                "series": series.pk,
                "issue_date": dates.issue_date,
                "due_date": dates.due_date,
                "ids": [invoice.id for invoice in invoices],
                "numbers": [numbering[invoice].number for invoice in invoices],
                "contents": [json.dumps(content) for content in contents],
                "sha256s": [sha256_of_json(content) for content in contents],
                "journal_ids": [journal and journal.id for journal in posted],
            },
        )
