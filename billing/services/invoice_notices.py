"""Telling firms that an invoice is there: an event to the outbox, delivered after the commit."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from billing.models import Invoice
from billing.selectors.invoice_contents import Content
from jobs.services import record_outbox_event
from members.models import FirmUser

TOPIC = "mail"


def announce_invoices(*, invoices: Sequence[Invoice], contents: Sequence[Content]) -> None:
    """Record one mail per invoice whose firm has somebody with an address; others see it in the portal."""
    addresses = _addresses_of({invoice.firm_id for invoice in invoices})
    for invoice, content in zip(invoices, contents, strict=True):
        if addresses[invoice.firm_id]:
            record_outbox_event(
                topic=TOPIC,
                dedupe_key=f"invoice:{invoice.id}:final",
                payload={
                    "to": addresses[invoice.firm_id],
                    "subject": f"Invoice {content['number']}",
                    "body": _body_of(content),
                },
            )


def _addresses_of(firm_ids: set[UUID]) -> defaultdict[UUID, list[str]]:
    """Addresses of each firm's owners and operators who can sign in."""
    addresses: defaultdict[UUID, list[str]] = defaultdict(list)
    people = FirmUser.objects.filter(
        firm_id__in=firm_ids,
        role__in=[FirmUser.Role.OWNER, FirmUser.Role.OPERATOR],
        user__is_active=True,
    ).exclude(user__email="")
    for firm_id, email in people.order_by("firm_id", "user__email").values_list("firm_id", "user__email"):
        addresses[firm_id].append(email)
    return addresses


def _body_of(content: Content) -> str:
    """No amount: mail is read by more eyes than the portal."""
    return (
        f"Invoice {content['number']} of {content['issue_date']} is ready and due on {content['due_date']}.\n"
        "Sign in to read it and the entries it follows from.\n"
    )
