"""Cross-checks between invoices and the ledger, run by `manage.py verify`."""

from collections.abc import Iterator

from django.db import connection

from billing.models import Invoice
from governance.domain.canonical_json import sha256_of_json
from ledger.domain.quantities import format_usd
from ledger.selectors import OF_JOURNAL
from ledger.verification import Finding, register_check

_POSTED = f"""
select coalesce(invoice.id::text, journal.reference_id), invoice.posted_cents, coalesce(posted.cents, 0)
from (select * from billing_invoice where state = 'final') as invoice
full join (
    select * from ledger_journal where kind = 'billing.invoice_finalised' and reference_type = 'invoice'
) as journal on journal.id = invoice.journal_id and journal.reference_id = invoice.id::text
left join lateral (
    select sum(transfer.amount) as cents
    from ledger_transfer transfer
    join ledger_account target on target.id = transfer.target_id
    where {OF_JOURNAL} and target.path = 'receivable/' || invoice.firm_id::text
) as posted on true
where invoice.id is null or invoice.posted_cents <> coalesce(posted.cents, 0)
order by 1
"""  # noqa: S608 - constant text

_NUMBERS = """
select series.code, series.last_number, count(invoice.id), coalesce(max(invoice.number), 0)
from billing_invoiceseries series
left join billing_invoice invoice on invoice.series_id = series.id
group by series.code, series.last_number
having count(invoice.id) <> series.last_number or coalesce(max(invoice.number), 0) <> series.last_number
order by series.code
"""

_TOTALS = """
select invoice.id, invoice.total_cents, invoice.posted_cents, coalesce(sum(line.amount_cents), 0),
    coalesce(sum(line.amount_cents) filter (where line.kind <> 'upfront'), 0)
from billing_invoice invoice
left join billing_invoiceline line on line.invoice_id = invoice.id
group by invoice.id
having coalesce(sum(line.amount_cents), 0) <> invoice.total_cents
    or coalesce(sum(line.amount_cents) filter (where line.kind <> 'upfront'), 0) <> invoice.posted_cents
order by invoice.id
"""


def register_checks() -> None:
    """Make the checks part of every verification."""
    register_check(
        name="billing postings",
        invariant="What a final invoice charges stands on its firm's receivable, posted by its journal.",
        check=check_postings,
    )
    register_check(
        name="billing numbers",
        invariant="The numbers of final invoices run from 1 to the series' last number, without a gap.",
        check=check_numbers,
    )
    register_check(
        name="billing totals",
        invariant="The lines of an invoice add up to its total.",
        check=check_totals,
    )
    register_check(
        name="billing contents",
        invariant="A final invoice's content has the SHA-256 it was finalised with, and names its total.",
        check=check_contents,
    )


def check_postings() -> Iterator[Finding]:
    """Final invoices against their journals, both ways."""
    for invoice, expected, posted in _rows(_POSTED):
        if expected is None:
            yield Finding(f"invoice {invoice}", "posted in the ledger, but there is no such final invoice")
        else:
            yield Finding(f"invoice {invoice}", f"{expected} cents to post, {posted} cents on the receivable")


def check_numbers() -> Iterator[Finding]:
    """Series against the numbers given."""
    for code, last, count, highest in _rows(_NUMBERS):
        yield Finding(f"series {code}", f"last number {last}, {count} invoices, highest number {highest}")


def check_totals() -> Iterator[Finding]:
    """Totals against lines."""
    for invoice, total, to_post, lines, lines_to_post in _rows(_TOTALS):
        yield Finding(
            f"invoice {invoice}",
            f"total {total}, lines {lines}; to post {to_post}, lines to post {lines_to_post} (cents)",
        )


def check_contents() -> Iterator[Finding]:
    """Frozen contents against their hashes and the totals beside them."""
    final = Invoice.objects.filter(state=Invoice.State.FINAL).order_by("id")
    for invoice in final.only("id", "content", "sha256", "total_cents").iterator(chunk_size=500):
        content = invoice.content or {"totals": {"total_usd": None}}
        if sha256_of_json(content) != invoice.sha256:
            yield Finding(f"invoice {invoice.id}", "the content doesn't have the hash it was finalised with")
        elif content["totals"]["total_usd"] != format_usd(invoice.total_cents):
            yield Finding(f"invoice {invoice.id}", f"the content doesn't say {invoice.total_cents} cents")


def _rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())
