"""`verify` names the invoice that somebody changed behind the service's back; here the owner does it."""

from collections.abc import Callable, Iterable

import pytest
from django.db import connections

from billing.models import Invoice
from billing.verification import check_contents, check_numbers, check_postings, check_totals
from ledger.verification import CheckResult, Finding, verify_ledger
from tests.billing.standing import Reserve, make_reserve


@pytest.fixture
def finalised(committed_database: str, early_april: None) -> Reserve:
    reserve = make_reserve()
    reserve.set_rate("0.62", "2026-01-01")
    for name in ("Ash (example)", "Birch (example)"):
        reserve.store(reserve.add_firm(name), "2026-03-01", 1_000_000)
    reserve.finalise()
    return reserve


def as_owner(*statements: str) -> None:
    """The owner of the tables can switch triggers off; nobody else can."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("alter table billing_invoice disable trigger user")
        cursor.execute("alter table billing_invoiceline disable trigger user")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("alter table billing_invoice enable trigger user")
        cursor.execute("alter table billing_invoiceline enable trigger user")


def billing_checks() -> list[CheckResult]:
    return [result for result in verify_ledger() if result.name.startswith("billing")]


def test_an_untouched_reserve_is_clean(finalised: Reserve) -> None:
    results = billing_checks()
    assert len(results) == 4
    assert all(result.is_clean for result in results)


LAST = "(select id from billing_invoice order by number desc limit 1)"


@pytest.mark.parametrize(
    ("check", "statements"),
    [
        (check_postings, [f"update billing_invoice set posted_cents = posted_cents - 1 where id = {LAST}"]),
        (
            check_postings,
            [f"update billing_invoice set journal_id = 999999 where id = {LAST}"],
        ),
        (check_numbers, [f"update billing_invoice set number = 7 where id = {LAST}"]),
        (check_numbers, ["update billing_invoiceseries set last_number = last_number + 1"]),
        (
            check_totals,
            [f"update billing_invoiceline set amount_cents = amount_cents + 1 where invoice_id = {LAST}"],
        ),
        (check_totals, [f"delete from billing_invoiceline where ordinal = 1 and invoice_id = {LAST}"]),
        (
            check_contents,
            [f"update billing_invoice set content = content - 'due_date' where id = {LAST}"],
        ),
    ],
)
def test_a_change_by_the_owner_is_found_and_named(
    finalised: Reserve, check: Callable[[], Iterable[Finding]], statements: list[str]
) -> None:
    last = Invoice.objects.order_by("-number")[0]
    as_owner(*statements)
    findings = list(check())
    assert findings
    named = {str(last.id), "INV-2026"}
    assert any(name in finding.row for finding in findings for name in named)
    assert all(finding.message for finding in findings)


def test_an_invoice_that_vanished_is_missed_by_its_journal(finalised: Reserve) -> None:
    last = Invoice.objects.order_by("-number")[0]
    as_owner(
        f"delete from billing_invoiceline where invoice_id = {LAST}",
        f"delete from billing_invoice where id = {LAST}",
    )
    assert [finding.row for finding in check_postings()] == [f"invoice {last.id}"]
    assert list(check_numbers())
