"""A round as pure data: from the snapshot to the result, byte for byte the same for ever.

A snapshot holds one calculator's document for each material. Anybody who may see it can feed that
document to `calculate_awards` and get the round's awards.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from allocations.domain.allocation import Allocation, allocate
from allocations.domain.award_file import award_file, exact_text
from allocations.domain.certificate_json import JsonObject
from allocations.domain.claims import Problem, Rounding, Rule
from allocations.domain.disclosure import Disclosure, disclosure_of
from allocations.domain.document import parse_document
from allocations.domain.explanation import explain_all
from allocations.domain.numbers import number_text
from allocations.domain.reasons import reason_of

SNAPSHOT_VERSION = 1
LIVE_RULES = (Rule.POSITION_FIRST, Rule.PRO_RATA_RIGHT, Rule.PRO_RATA_REQUEST)
"""Rules a live round can use: the kernel, with weights that every firm has."""
POOL_KEEPING_ROUNDINGS = tuple(rounding for rounding in Rounding if rounding is not Rounding.UP_TO_MULTIPLE)
"""Roundings a live round can use: rounding everybody up may grant more than there is in stock."""
SINGLE_SHOT_ROUNDINGS = (Rounding.LARGEST_REMAINDER,)
"""Roundings for which a later round could lower somebody, so that only one round may use them."""


@dataclass(frozen=True, slots=True)
class AwardResult:
    """What came out for one firm. `exact_g` is the share before rounding where it may be told, else the
    award; `file` is what the firm gets."""

    firm: str
    requested_g: int
    claimed_g: int
    award_g: int
    exact_g: str
    reason: str
    explanation: list[str]
    file: JsonObject


@dataclass(frozen=True, slots=True)
class MaterialResult:
    """What came out for one material; `awards` in the order of the document's claims."""

    material: str
    pool_g: int
    requested_g: int
    claimed_g: int
    granted_g: int
    level: str | None
    firms: int
    disclosure: str
    is_coarse: bool
    awards: tuple[AwardResult, ...]


def compute_snapshot(snapshot: Mapping[str, Any]) -> list[MaterialResult]:
    """The results of every material of a snapshot, in the order of their codes. Raises DocumentFault."""
    return [
        _material_result(material, snapshot["materials"][material])
        for material in sorted(snapshot["materials"])
    ]


def result_object(results: list[MaterialResult]) -> JsonObject:
    """What a round's result hash is taken of."""
    return {
        "version": SNAPSHOT_VERSION,
        "materials": {
            result.material: {
                "granted_g": result.granted_g,
                "level": result.level,
                "awards": [asdict(award) for award in result.awards],
            }
            for result in results
        },
    }


def _material_result(material: str, document: Mapping[str, Any]) -> MaterialResult:
    problem = parse_document(document)
    if not isinstance(problem, Problem):
        raise TypeError("a live round divides a pool")
    allocation = allocate(problem)
    disclosure = disclosure_of(allocation)
    return MaterialResult(
        material=material,
        pool_g=int(problem.pool),
        requested_g=sum(int(claim.request) for claim in problem.claims),
        claimed_g=sum(int(claim.claimed) for claim in problem.claims),
        granted_g=int(allocation.granted),
        level=None if allocation.level is None else number_text(allocation.level),
        firms=len(problem.claims),
        disclosure=disclosure.value,
        is_coarse=allocation.is_coarse,
        awards=tuple(
            _award(allocation, index, disclosure, lines)
            for index, lines in enumerate(explain_all(allocation, disclosure=disclosure))
        ),
    )


def _award(allocation: Allocation, index: int, disclosure: Disclosure, lines: list[str]) -> AwardResult:
    claim = allocation.problem.claims[index]
    return AwardResult(
        firm=claim.id,
        requested_g=int(claim.request),
        claimed_g=int(claim.claimed),
        award_g=int(allocation.awards[index]),
        exact_g=exact_text(allocation, index, disclosure),
        reason=reason_of(allocation, index).value,
        explanation=lines,
        file=award_file(allocation, index, disclosure=disclosure),
    )
