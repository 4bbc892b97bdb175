"""The file a firm gets: its own line, the terms, its award and the certificate. Nobody else's figures.

From the file alone `verify_award_file` recomputes the award. Where fewer than three parties were left
uncapped, totals would give away what the others have, so the file then holds the level but neither
the remaining pool nor the weights; the level is enough to recompute the award.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from allocations.domain.allocation import Allocation
from allocations.domain.certificate import Certificate, Cut, verify_award
from allocations.domain.certificate_json import JsonObject, certificate_object, certificate_of
from allocations.domain.claims import Claim, Mass, Problem, Terms
from allocations.domain.document import parse_document
from allocations.domain.numbers import mass_value, number_text

FILE_VERSION = 1


def certificate_for_firm(certificate: Certificate, index: int, *, shows_totals: bool) -> Certificate:
    """The part of a certificate that one firm needs."""
    judged = certificate.refused_in.get(index)
    own = _own_part(certificate, index, shows_totals=shows_totals)
    refused = {} if judged is None else {index: _own_part(judged, index, shows_totals=shows_totals)}
    return replace(own, refused_in=refused)


def _own_part(certificate: Certificate, index: int, *, shows_totals: bool) -> Certificate:
    groups = {
        first: replace(
            group,
            party=replace(group.party, members=(index,)),
            inside=_own_part(group.inside, index, shows_totals=False),
        )
        for first, group in certificate.groups.items()
        if index in group.party.members
    }
    pour = certificate.pour if shows_totals else replace(certificate.pour, remaining=0, weight=0)
    return Certificate(certificate.is_covered, pour, _own_cut(certificate.cut, index), groups)


def _own_cut(cut: Cut | None, index: int) -> Cut | None:
    if cut is None:
        return None
    return replace(cut, tied={index: cut.tied[index]} if index in cut.tied else {})


def award_file(allocation: Allocation, index: int, *, shows_totals: bool) -> JsonObject:
    """The file of the firm at `index`, as a JSON object."""
    problem = allocation.problem
    claim = problem.claims[index]
    certificate = certificate_for_firm(allocation.certificate, index, shows_totals=shows_totals)
    ids = [other.id if place == index else "" for place, other in enumerate(problem.claims)]
    return {
        "version": FILE_VERSION,
        "terms": terms_object(problem.terms),
        "claim": claim_object(claim, problem.terms),
        "award_g": mass_value(allocation.awards[index], problem.terms.rounding),
        "exact_g": number_text(allocation.exact[index]),
        "certificate": certificate_object(certificate, ids),
    }


def terms_object(terms: Terms) -> JsonObject:
    """The terms as the fields of a calculator's document."""
    return {
        "rule": terms.rule.value,
        "inner_rule": None if terms.inner_rule is None else terms.inner_rule.value,
        "rounding": terms.rounding.value,
        "minimum_policy": terms.minimum_policy.value,
        "unit_g": mass_value(terms.unit, terms.rounding),
    }


def claim_object(claim: Claim, terms: Terms) -> JsonObject:
    """One firm's line as the fields of a calculator's document."""

    def mass(value: Mass) -> int | str:
        return mass_value(value, terms.rounding)

    return {
        "id": claim.id,
        "request_g": mass(claim.request),
        "right_g": None if claim.right is None else mass(claim.right),
        "position_g": mass(claim.position),
        "weight": None if claim.weight is None else number_text(claim.weight),
        "minimum_g": mass(claim.minimum),
        "priority": claim.priority,
        "group": claim.group,
        "submitted_at": None if claim.submitted_at is None else claim.submitted_at.isoformat(),
        "already_awarded_g": mass(claim.already_awarded),
        "outstanding_g": mass(claim.outstanding),
    }


def verify_award_file(content: Mapping[str, Any]) -> Mass:
    """The award recomputed from a firm's file alone. Raises DocumentFault where its line is malformed."""
    problem = parse_document({**content["terms"], "pool_g": 0, "claims": [content["claim"]]})
    assert isinstance(problem, Problem)  # noqa: S101  (the rule `iea` has no award file)
    claim = problem.claims[0]
    return verify_award(
        index=0,
        claim=claim,
        certificate=certificate_of(content["certificate"], [claim.id]),
        terms=problem.terms,
    )
