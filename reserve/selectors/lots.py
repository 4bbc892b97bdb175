"""Reads of lots, their papers and what speaks against accepting them."""

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, QuerySet

from governance.domain.policy import Policy
from governance.selectors import get_policy
from reserve.domain.lot_checks import DocumentFacts, LotFacts, LotFinding, Tolerances, find_mismatches
from reserve.errors import LotNotFound
from reserve.models import Lot, LotDocument, LotDocumentContent, LotMove
from reserve.selectors.materials import get_materials, reserve_day


def list_lots(
    *,
    material_codes: Iterable[str] | None = None,
    facility_codes: Iterable[str] | None = None,
    states: Iterable[str] | None = None,
) -> QuerySet[Lot]:
    """Lots by number, with order, trader, material, facility and papers (without their bytes) loaded."""
    lots = Lot.objects.select_related("purchase_order__trader", "material", "facility").prefetch_related(
        Prefetch("documents", queryset=LotDocument.objects.order_by("kind", "filename"))
    )
    if material_codes is not None:
        lots = lots.filter(material__code__in=set(material_codes))
    if facility_codes is not None:
        lots = lots.filter(facility__code__in=set(facility_codes))
    if states is not None:
        lots = lots.filter(state__in=set(states))
    return lots.order_by("number")


def list_lot_moves() -> QuerySet[LotMove]:
    """Moves with lot, material and both facilities loaded."""
    return LotMove.objects.select_related("lot__material", "from_facility", "to_facility")


def get_lot(*, lot_number: str) -> Lot:
    """One lot, loaded as `list_lots` does. Raises LotNotFound."""
    return get_lots(lot_numbers=[lot_number])[0]


def get_lots(*, lot_numbers: Sequence[str]) -> list[Lot]:
    """Lots in the order of their numbers as given. Raises LotNotFound if one is missing."""
    found = {lot.number: lot for lot in list_lots().filter(number__in=lot_numbers)}
    missing = sorted(set(lot_numbers) - found.keys())
    if missing:
        raise LotNotFound("No lot has this number.", field="lot", lots=missing)
    return [found[number] for number in lot_numbers]


def get_document_content(*, document: LotDocument) -> bytes:
    """The bytes of a paper."""
    return bytes(LotDocumentContent.objects.get(document=document).content)


def check_lot(*, lot: Lot, policy: Policy | None = None) -> list[LotFinding]:
    """What stops the lot from being accepted, by the policy's tolerances; empty when nothing does."""
    return check_lots(lots=[lot], policy=policy)[lot.number]


def check_lots(*, lots: Sequence[Lot], policy: Policy | None = None) -> dict[str, list[LotFinding]]:
    """Findings by lot number. Load the lots with `list_lots` or `get_lots`, or each costs a query."""
    policy = policy or get_policy()
    tolerances = Tolerances(
        weight_percent=policy.lot_weight_tolerance_percent, assay_points=policy.lot_assay_tolerance_percent
    )
    latest = max((reserve_day(lot.received_at) for lot in lots), default=None)
    materials = get_materials(material_codes={lot.material.code for lot in lots}, at=latest)
    return {
        lot.number: find_mismatches(_facts_of(lot, materials[lot.material.code].name), tolerances)
        for lot in lots
    }


def _facts_of(lot: Lot, material_name: str) -> LotFacts:
    return LotFacts(
        material_code=lot.material.code,
        material_name=material_name,
        net_g=lot.net_g,
        assay_element=lot.assay_element,
        assay_percent=lot.assay_percent,
        expected_assay_element=lot.expected_assay_element,
        expected_assay_percent=lot.expected_assay_percent,
        origin_mining=lot.origin_mining,
        origin_refining=lot.origin_refining,
        declared_goods=lot.declared_goods,
        documents=[_facts_of_document(paper) for paper in lot.documents.all()],
    )


def _facts_of_document(paper: LotDocument) -> DocumentFacts:
    return DocumentFacts(
        kind=paper.kind,
        filename=paper.filename,
        stated_goods=paper.stated_goods,
        stated_net_g=paper.stated_net_g,
        stated_assay_percent=paper.stated_assay_percent,
        stated_origin=paper.stated_origin,
    )
