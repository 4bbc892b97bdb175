"""From a calculator's document (a decoded JSON object) to the problem it states."""

from dataclasses import dataclass
from fractions import Fraction

from allocations.domain.claims import Claim, MinimumPolicy, Problem, Rounding, Rule, Terms
from allocations.domain.faults import DocumentFault, FaultCode
from allocations.domain.fields import Fields
from allocations.domain.numbers import share_of
from allocations.domain.supply_rights import Supply

DOCUMENT_FIELDS = frozenset(
    {
        "rule",
        "inner_rule",
        "rounding",
        "minimum_policy",
        "pool_g",
        "unit_g",
        "claims",
        "restraint",
        "selective",
    }
)
CLAIM_FIELDS = frozenset(
    {
        "id",
        "request_g",
        "right_g",
        "position_g",
        "weight",
        "minimum_g",
        "priority",
        "group",
        "submitted_at",
        "already_awarded_g",
        "outstanding_g",
        "base_use_g",
        "available_g",
        "reserve_commitment_g",
    }
)


@dataclass(frozen=True, slots=True)
class SupplyProblem:
    """Supply rights to compute: the general case by `restraint`, or the selective case of one firm."""

    rounding: Rounding
    unit: int | Fraction
    supplies: tuple[Supply, ...]
    restraint: Fraction | None
    selective_id: str | None


def parse_document(document: object) -> Problem | SupplyProblem:
    """Read and check a whole document. Raises DocumentFault naming the first field at fault."""
    fields = Fields(document, "", DOCUMENT_FIELDS)
    rule = fields.choice("rule", Rule)
    if rule is Rule.IEA:
        return _supply_problem(fields)
    rounding = fields.choice("rounding", Rounding, Rounding.SAINTE_LAGUE)
    fields.is_exact = rounding is Rounding.EXACT
    terms = Terms(
        rule=rule,
        rounding=rounding,
        unit=fields.positive_mass("unit_g") if fields.has("unit_g") else 1,
        inner_rule=_inner_rule(fields, rule),
        minimum_policy=fields.choice("minimum_policy", MinimumPolicy, MinimumPolicy.DROP_AND_RECOMPUTE),
    )
    pool = fields.mass("pool_g")
    claims = [_claim(entry, terms) for entry in _entries(fields)]
    _refuse_duplicates([claim.id for claim in claims])
    return Problem(terms, pool, tuple(claims))


def _inner_rule(fields: Fields, rule: Rule) -> Rule | None:
    if rule is not Rule.PRIORITY:
        return None
    inner = fields.choice("inner_rule", Rule)
    if inner in (Rule.PRIORITY, Rule.IEA):
        message = "Inside a class, any rule but priority and iea."
        raise DocumentFault(FaultCode.UNKNOWN_CHOICE, message, "inner_rule")
    return inner


def _entries(fields: Fields) -> list[Fields]:
    claims = fields.required("claims")
    if not isinstance(claims, list | tuple):
        raise DocumentFault(FaultCode.NOT_A_LIST, "Send a list of claims.", "claims")
    entries = [Fields(claim, f"claims[{place}]", CLAIM_FIELDS) for place, claim in enumerate(claims)]
    for entry in entries:
        entry.is_exact = fields.is_exact
    return entries


def _claim(fields: Fields, terms: Terms) -> Claim:
    if terms.sharing_rule is Rule.WEIGHTED:
        fields.required("weight")
    if terms.sharing_rule is Rule.PRO_RATA_RIGHT:
        fields.required("right_g")
    claim = Claim(
        id=fields.text("id"),
        request=fields.mass("request_g"),
        right=fields.optional_mass("right_g"),
        position=fields.mass("position_g", 0),
        weight=fields.number("weight") if fields.has("weight") else None,
        minimum=fields.mass("minimum_g", 0),
        priority=fields.integer("priority", 1),
        group=fields.optional_text("group"),
        submitted_at=fields.optional_instant("submitted_at"),
        already_awarded=fields.mass("already_awarded_g", 0),
        outstanding=fields.mass("outstanding_g", 0),
    )
    if claim.minimum > claim.request:
        message = "The minimum can't be above the request."
        raise DocumentFault(FaultCode.MINIMUM_ABOVE_REQUEST, message, fields.path_to("minimum_g"))
    return claim


def _refuse_duplicates(ids: list[str]) -> None:
    seen: set[str] = set()
    for place, name in enumerate(ids):
        if name in seen:
            message = "Another claim has the same id."
            raise DocumentFault(FaultCode.DUPLICATE_ID, message, f"claims[{place}].id")
        seen.add(name)


def _supply_problem(fields: Fields) -> SupplyProblem:
    rounding = fields.choice("rounding", Rounding, Rounding.EXACT)
    fields.is_exact = rounding is Rounding.EXACT
    is_selective = fields.has("selective")
    if is_selective and fields.has("restraint"):
        message = "Send either restraint or selective."
        raise DocumentFault(FaultCode.CONFLICTING_FIELDS, message, "selective")
    restraint = None if is_selective else share_of(fields.required("restraint"), "restraint")
    selective_id = fields.text("selective") if is_selective else None
    fields.mass("pool_g", 0)
    unit = fields.positive_mass("unit_g") if fields.has("unit_g") else 1
    supplies = tuple(_supply(entry, selective_id) for entry in _entries(fields))
    _refuse_duplicates([supply.id for supply in supplies])
    if is_selective and selective_id not in {supply.id for supply in supplies}:
        raise DocumentFault(FaultCode.UNKNOWN_ID, "No claim has this id.", "selective")
    return SupplyProblem(rounding, unit, supplies, restraint, selective_id)


def _supply(fields: Fields, selective_id: str | None) -> Supply:
    """The general case needs every figure; the selective one what each firm's part of it is."""
    name = fields.text("id")
    if selective_id is None:
        fields.required("reserve_commitment_g")
    if selective_id is None or selective_id == name:
        fields.required("available_g")
    return Supply(
        id=name,
        base_use=fields.mass("base_use_g"),
        available=fields.mass("available_g", 0),
        reserve_commitment=fields.mass("reserve_commitment_g", 0),
    )
