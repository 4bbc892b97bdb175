"""Reads of invoices. `…_for(actor, …)` are the only way from outside to an invoice."""

from uuid import UUID

from django.db.models import QuerySet

from billing.errors import InvoiceNotFound
from billing.models import Invoice
from governance.models import User
from members.selectors import firms_of, sees_all_firms


def list_invoices_for(actor: User) -> QuerySet[Invoice]:
    """Every invoice, drafts included, for the reserve's staff; for others the final ones of their firms.

    Latest month first, with firm and run loaded.
    """
    invoices = Invoice.objects.select_related("firm", "fee_run", "series")
    if not sees_all_firms(actor):
        invoices = invoices.filter(firm__in=firms_of(actor), state=Invoice.State.FINAL)
    return invoices.order_by("-ends_on", "firm__legal_name", "id")


def get_invoice_for(actor: User, invoice_id: UUID | str) -> Invoice:
    """An invoice the actor may see, with its lines. Raises InvoiceNotFound alike for a missing, foreign,
    unfinished or malformed id.
    """
    key = _uuid_or_none(invoice_id)
    lines = ("lines__material", "lines__facility", "lines__rate_card")
    invoice = list_invoices_for(actor).filter(id=key).prefetch_related(*lines).first() if key else None
    if invoice is None:
        raise InvoiceNotFound("No such invoice.", field="invoice")
    return invoice


def invoice_reference(invoice: Invoice) -> str:
    """The number as people write it, or "draft"."""
    return f"{invoice.series.code}-{invoice.number:06d}" if invoice.series else "draft"


def _uuid_or_none(text: UUID | str) -> UUID | None:
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None
