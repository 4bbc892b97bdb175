"""Reads of agreements and commitments, and what they add up to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from members.errors import AgreementNotFound
from members.models import Agreement, AnnualUse, Commitment, Firm


@dataclass(frozen=True, slots=True, order=True)
class Holding:
    """Key of what a firm has to do with a material."""

    firm_id: UUID
    material_code: str


def get_agreements(*, agreement_ids: Iterable[UUID]) -> dict[UUID, Agreement]:
    """Agreements by id. Raises AgreementNotFound if one is missing."""
    wanted = set(agreement_ids)
    found = {row.id: row for row in Agreement.objects.filter(id__in=wanted)}
    missing = sorted(str(key) for key in wanted - found.keys())
    if missing:
        raise AgreementNotFound("No such agreement.", field="agreement", agreements=missing)
    return found


def list_commitments(
    *,
    firm_ids: Collection[UUID] | None = None,
    material_codes: Collection[str] | None = None,
    states: Collection[str] = (Commitment.State.OPEN,),
) -> QuerySet[Commitment]:
    """Commitments, oldest first, with firm, agreement and material loaded; default only open ones."""
    rows = Commitment.objects.filter(state__in=states).select_related("firm", "agreement", "material")
    if firm_ids is not None:
        rows = rows.filter(firm_id__in=firm_ids)
    if material_codes is not None:
        rows = rows.filter(material__code__in=material_codes)
    return rows.order_by("made_at", "ordinal")


def committed_quantities(
    *,
    firm_ids: Collection[UUID] | None = None,
    material_codes: Collection[str] | None = None,
    is_active_only: bool = False,
) -> dict[Holding, int]:
    """Grams that open commitments still stand for, by firm and material, in one query."""
    rows = list_commitments(firm_ids=firm_ids, material_codes=material_codes)
    if is_active_only:
        rows = rows.filter(firm__state=Firm.State.ACTIVE)
    totals = (
        rows.order_by()
        .values_list("firm_id", "material__code")
        .annotate(total=Sum(F("quantity_g") - F("transferred_g")))
    )
    return {Holding(firm, material): int(total) for firm, material, total in totals}


def verified_uses(
    *,
    firm_ids: Collection[UUID] | None = None,
    material_codes: Collection[str] | None = None,
    is_active_only: bool = False,
) -> dict[Holding, int]:
    """Grams per year by firm and material, of the latest verified year, in one query."""
    rows = AnnualUse.objects.filter(verified_at__isnull=False)
    if firm_ids is not None:
        rows = rows.filter(firm_id__in=firm_ids)
    if material_codes is not None:
        rows = rows.filter(material__code__in=material_codes)
    if is_active_only:
        rows = rows.filter(firm__state=Firm.State.ACTIVE)
    latest = rows.order_by("firm_id", "material_id", "-year").distinct("firm_id", "material_id")
    return {
        Holding(firm, material): grams
        for firm, material, grams in latest.values_list("firm_id", "material__code", "quantity_g")
    }
