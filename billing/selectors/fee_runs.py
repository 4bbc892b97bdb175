"""Reads of fee runs."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from billing.errors import FeeRunNotFound
from billing.models import FeeRun, FeeRunException, InvoiceLine
from governance.domain.canonical_json import sha256_of_json


def get_fee_run(*, fee_run_id: UUID) -> FeeRun:
    """One run. Raises FeeRunNotFound."""
    fee_run = FeeRun.objects.select_related("policy_version").filter(id=fee_run_id).first()
    if fee_run is None:
        raise FeeRunNotFound("No such fee run.", field="fee_run")
    return fee_run


def find_fee_run(*, month: date) -> FeeRun | None:
    """The run that stands for a month, or None."""
    return FeeRun.objects.filter(month=month).exclude(state=FeeRun.State.DISCARDED).first()


def list_fee_runs() -> QuerySet[FeeRun]:
    """Every run, latest month and version first."""
    return FeeRun.objects.select_related("policy_version").order_by("-month", "-version")


def list_exceptions(*, fee_run_id: UUID) -> QuerySet[FeeRunException]:
    """What a person has to look at before the run is finalised, blocking ones first."""
    rows = FeeRunException.objects.filter(fee_run_id=fee_run_id)
    return rows.select_related("firm", "material", "facility").order_by("-is_blocking", "firm_id", "id")


def digest_of_drafts(*, fee_run: FeeRun) -> str:
    """SHA-256 over every line of the run's drafts: the same drafts, the same digest."""
    return sha256_of_json(list(_lines_as_text(fee_run)))


def _lines_as_text(fee_run: FeeRun) -> Iterator[list[str | int | None]]:
    rows = InvoiceLine.objects.filter(invoice__fee_run=fee_run).order_by("invoice__firm_id", "ordinal")
    for (
        firm,
        ordinal,
        kind,
        material,
        facility,
        starts_on,
        ends_on,
        gram_days,
        rate,
        cents,
    ) in rows.values_list(
        "invoice__firm_id",
        "ordinal",
        "kind",
        "material__code",
        "facility__code",
        "starts_on",
        "ends_on",
        "gram_days",
        "rate",
        "amount_cents",
    ).iterator(chunk_size=5000):
        span = [starts_on.isoformat(), ends_on.isoformat()]
        yield [str(firm), ordinal, kind, material, facility, *span, gram_days, format(rate, "f"), cents]
