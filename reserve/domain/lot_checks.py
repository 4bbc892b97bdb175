"""What must agree before a lot may be accepted: papers, assay, weight, and what it was declared as.

Material shipped as something else is a known fraud in this trade, so any disagreement stops a lot.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

HOME_COUNTRY = "US"
ALWAYS_REQUIRED = ("assay_certificate", "certificate_of_origin", "bill_of_lading")
REQUIRED_FOR_IMPORTS = "customs_entry"

_SPELLINGS = {"aluminium": "aluminum", "caesium": "cesium", "wolfram": "tungsten"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What one paper states; empty or None means that it doesn't say."""

    kind: str
    filename: str
    stated_goods: str = ""
    stated_net_g: int | None = None
    stated_assay_percent: Decimal | None = None
    stated_origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFacts:
    """What arrived and what was expected. Assays in percent, masses in grams."""

    material_code: str
    material_name: str
    net_g: int
    assay_element: str
    assay_percent: Decimal
    expected_assay_element: str
    expected_assay_percent: Decimal
    origin_mining: str
    origin_refining: str
    declared_goods: str
    documents: Sequence[DocumentFacts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """Weight in percent of the lot's net weight, assay in percentage points."""

    weight_percent: Decimal
    assay_points: Decimal


@dataclass(frozen=True, slots=True)
class LotFinding:
    """One thing that doesn't agree. `code` is stable, `message` is a sentence for people."""

    code: str
    message: str


def find_mismatches(lot: LotFacts, tolerances: Tolerances) -> list[LotFinding]:
    """Everything that stops the lot; empty when it may be accepted."""
    return [
        *_missing_documents(lot),
        *_assay_findings(lot, tolerances),
        *_goods_findings(lot),
        *(finding for paper in lot.documents for finding in _paper_findings(lot, paper, tolerances)),
    ]


def names_material(text: str, *, code: str, name: str) -> bool:
    """Whether a description of goods contains all words of the material's code or name.

    Remarks in brackets don't count as part of the name: "Graphite (natural)" is named by "graphite".
    """
    said = set(_words(text))
    return any(
        wanted and wanted <= said for wanted in (set(_words(code)), set(_words(re.sub(r"\(.*?\)", "", name))))
    )


def is_assay_within(
    *, element: str, percent: Decimal, expected_element: str, expected_percent: Decimal, points: Decimal
) -> bool:
    """Whether an assay is of the ordered element and at most `points` below what was ordered."""
    return element == expected_element and percent >= expected_percent - points


def _words(text: str) -> list[str]:
    return [_SPELLINGS.get(word, word) for word in re.findall(r"[a-z0-9]+", text.lower())]


def _missing_documents(lot: LotFacts) -> Iterator[LotFinding]:
    present = {paper.kind for paper in lot.documents}
    required = list(ALWAYS_REQUIRED)
    if lot.origin_refining != HOME_COUNTRY:
        required.append(REQUIRED_FOR_IMPORTS)
    for kind in required:
        if kind not in present:
            yield LotFinding("document_missing", f"The {kind.replace('_', ' ')} is missing.")


def _assay_findings(lot: LotFacts, tolerances: Tolerances) -> Iterator[LotFinding]:
    if lot.assay_element != lot.expected_assay_element:
        yield LotFinding(
            "assay_element_mismatch",
            f"{lot.assay_element} was assayed, {lot.expected_assay_element} was ordered.",
        )
    elif lot.assay_percent < lot.expected_assay_percent - tolerances.assay_points:
        yield LotFinding(
            "assay_below_order",
            f"{lot.assay_percent} percent of {lot.assay_element} is below the "
            f"{lot.expected_assay_percent} ordered.",
        )


def _goods_findings(lot: LotFacts) -> Iterator[LotFinding]:
    if not names_material(lot.declared_goods, code=lot.material_code, name=lot.material_name):
        yield LotFinding(
            "declared_goods_mismatch",
            f"Declared as {lot.declared_goods!r}, which doesn't name {lot.material_name}.",
        )


def _paper_findings(lot: LotFacts, paper: DocumentFacts, tolerances: Tolerances) -> Iterator[LotFinding]:
    """Where a paper contradicts the lot."""
    if paper.stated_goods and not names_material(
        paper.stated_goods, code=lot.material_code, name=lot.material_name
    ):
        yield LotFinding("stated_goods_mismatch", f"{paper.filename} speaks of {paper.stated_goods!r}.")
    if paper.stated_net_g is not None and _differs_in_weight(lot.net_g, paper.stated_net_g, tolerances):
        yield LotFinding(
            "stated_weight_mismatch",
            f"{paper.filename} states {paper.stated_net_g} g net, {lot.net_g} g were weighed.",
        )
    if (
        paper.stated_assay_percent is not None
        and abs(paper.stated_assay_percent - lot.assay_percent) > tolerances.assay_points
    ):
        yield LotFinding(
            "stated_assay_mismatch",
            f"{paper.filename} states {paper.stated_assay_percent} percent, the lot {lot.assay_percent}.",
        )
    if paper.stated_origin and paper.stated_origin not in (lot.origin_mining, lot.origin_refining):
        yield LotFinding(
            "stated_origin_mismatch",
            f"{paper.filename} states origin {paper.stated_origin}, the lot "
            f"{lot.origin_mining} (mined) and {lot.origin_refining} (refined).",
        )


def _differs_in_weight(net_g: int, stated_g: int, tolerances: Tolerances) -> bool:
    return abs(net_g - stated_g) * Decimal(100) > tolerances.weight_percent * net_g
