"""What stops a lot: each disagreement gives its finding, and only its finding."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reserve.domain.lot_checks import (
    DocumentFacts,
    LotFacts,
    Tolerances,
    find_mismatches,
    names_material,
)

TOLERANCES = Tolerances(weight_percent=Decimal("0.5"), assay_points=Decimal("0.5"))
PAPERS = tuple(
    DocumentFacts(kind=kind, filename=f"{kind}.pdf")
    for kind in ("assay_certificate", "certificate_of_origin", "bill_of_lading", "customs_entry")
)
GOOD = LotFacts(
    material_code="antimony",
    material_name="Antimony",
    net_g=1_000_000,
    assay_element="Sb",
    assay_percent=Decimal("99.70"),
    expected_assay_element="Sb",
    expected_assay_percent=Decimal("99.65"),
    origin_mining="BO",
    origin_refining="KR",
    declared_goods="Antimony metal ingots",
    documents=PAPERS,
)


def _codes(lot: LotFacts) -> list[str]:
    return [finding.code for finding in find_mismatches(lot, TOLERANCES)]


def test_a_lot_that_agrees_has_no_finding() -> None:
    assert _codes(GOOD) == []


@pytest.mark.parametrize("missing", [paper.kind for paper in PAPERS])
def test_each_paper_is_needed(missing: str) -> None:
    papers = [paper for paper in PAPERS if paper.kind != missing]
    assert _codes(replace(GOOD, documents=papers)) == ["document_missing"]


def test_what_was_refined_at_home_needs_no_customs_entry() -> None:
    assert _codes(replace(GOOD, origin_refining="US", documents=PAPERS[:3])) == []


@pytest.mark.parametrize(
    ("percent", "codes"), [("99.15", []), ("99.149999", ["assay_below_order"]), ("100", [])]
)
def test_an_assay_may_fall_short_by_the_tolerance(percent: str, codes: list[str]) -> None:
    assert _codes(replace(GOOD, assay_percent=Decimal(percent))) == codes


def test_another_element_is_not_compared_by_its_percentage() -> None:
    assert _codes(replace(GOOD, assay_element="Pb")) == ["assay_element_mismatch"]


@pytest.mark.parametrize(
    ("stated_g", "codes"),
    [
        (1_005_000, []),
        (995_000, []),
        (1_005_001, ["stated_weight_mismatch"]),
        (0, ["stated_weight_mismatch"]),
    ],
)
def test_a_stated_weight_may_differ_by_the_tolerance(stated_g: int, codes: list[str]) -> None:
    papers = [*PAPERS[:2], replace(PAPERS[2], stated_net_g=stated_g), PAPERS[3]]
    assert _codes(replace(GOOD, documents=papers)) == codes


@pytest.mark.parametrize(
    ("stated", "codes"),
    [
        ({"stated_assay_percent": Decimal("99.2")}, []),
        ({"stated_assay_percent": Decimal("99.1")}, ["stated_assay_mismatch"]),
        ({"stated_goods": "antimony, unwrought"}, []),
        ({"stated_goods": "mannequins"}, ["stated_goods_mismatch"]),
        ({"stated_origin": "BO"}, []),
        ({"stated_origin": "CN"}, ["stated_origin_mismatch"]),
    ],
)
def test_a_paper_must_not_contradict_the_lot(stated: dict[str, object], codes: list[str]) -> None:
    papers = [replace(PAPERS[0], **stated), *PAPERS[1:]]  # type: ignore[arg-type]
    assert _codes(replace(GOOD, documents=papers)) == codes


@pytest.mark.parametrize(
    ("text", "code", "name", "is_named"),
    [
        ("ANTIMONY METAL 99.65", "antimony", "Antimony", True),
        ("Tile adhesive", "antimony", "Antimony", False),
        ("antimonyless adhesive", "antimony", "Antimony", False),
        ("Natural graphite, flake", "graphite", "Graphite (natural)", True),
        ("Coal, metallurgical", "metallurgical-coal", "Metallurgical coal", True),
        ("Coal, thermal", "metallurgical-coal", "Metallurgical coal", False),
        ("Aluminium ingots", "aluminum", "Aluminum", True),
        ("", "tin", "Tin", False),
        ("Tinplate", "tin", "Tin", False),
    ],
)
def test_a_description_names_a_material_in_whole_words(
    text: str, code: str, name: str, is_named: bool
) -> None:
    assert names_material(text, code=code, name=name) is is_named


def test_everything_wrong_is_told_at_once() -> None:
    bad = replace(GOOD, assay_element="Pb", declared_goods="mannequins", documents=())
    assert set(_codes(bad)) == {"document_missing", "assay_element_mismatch", "declared_goods_mismatch"}
