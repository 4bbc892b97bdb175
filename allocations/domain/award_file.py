"""The file a firm gets: its own line, the terms, its award and the certificate. Nobody else's figures.

From the file alone `verify_award_file` recomputes the award. How much of the common certificate is in
the file depends on the disclosure: all of it, the level without totals, or a certificate made of
nothing but the firm's own figures.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from allocations.domain.allocation import Allocation
from allocations.domain.certificate import Certificate, Cut, GroupCertificate, verify_award
from allocations.domain.certificate_json import JsonObject, certificate_object, certificate_of
from allocations.domain.claims import Claim, Mass, Problem, Rounding, Terms
from allocations.domain.disclosure import Disclosure
from allocations.domain.document import parse_document
from allocations.domain.numbers import mass_value, number_text
from allocations.domain.own_points import NOWHERE, own_last_unit, own_point
from allocations.domain.remainders import LastRemainder
from allocations.domain.requesters import requester_of

FILE_VERSION = 1


def certificate_for_firm(allocation: Allocation, index: int, disclosure: Disclosure) -> Certificate:
    """The part of a certificate that one firm needs, and of it what `disclosure` allows."""
    if disclosure is Disclosure.OWN:
        return _own_certificate(allocation, index)
    certificate = allocation.certificate
    judged = certificate.refused_in.get(index)
    own = _own_part(certificate, index, disclosure)
    refused = {} if judged is None else {index: _own_part(judged, index, disclosure)}
    return replace(own, refused_in=refused)


def _own_part(certificate: Certificate, index: int, disclosure: Disclosure) -> Certificate:
    groups = {}
    if index in certificate.groups:
        group = certificate.groups[index]
        party = replace(group.party, members=(index,))
        groups[index] = GroupCertificate(party, _own_part(group.inside, index, Disclosure.LEVEL))
    is_full = disclosure is Disclosure.FULL
    pour = certificate.pour if is_full else replace(certificate.pour, remaining=0, weight=0)
    return Certificate(certificate.is_covered, pour, _own_cut(certificate.cut, index), groups)


def _own_cut(cut: Cut | None, index: int) -> Cut | None:
    if cut is None:
        return None
    return replace(cut, tied={index: cut.tied[index]} if index in cut.tied else {})


def _own_certificate(allocation: Allocation, index: int) -> Certificate:
    """A certificate made of the firm's own figures: the point of its own path that its award stands for.

    It recomputes the award and tells nothing else; what all firms have in common is left out.
    """
    problem = allocation.problem
    claim = problem.claims[index]
    judged = allocation.certificate.refused_in.get(index)
    if judged is not None:
        amount = verify_award(
            index=index, claim=replace(claim, minimum=0), certificate=judged, terms=problem.terms
        )
        return Certificate(False, NOWHERE, refused_in={index: _point_of(claim, index, amount, problem.terms)})
    return _point_of(claim, index, allocation.awards[index], problem.terms)


def _point_of(claim: Claim, index: int, amount: Mass, terms: Terms) -> Certificate:
    party = requester_of(index, claim, terms)
    if amount == party.claimed:
        return Certificate(True, NOWHERE)
    if terms.rounding is Rounding.SAINTE_LAGUE:
        return Certificate(False, NOWHERE, own_last_unit(party, int(amount // terms.unit), terms))
    whole = party if terms.rounding is Rounding.EXACT else party.with_whole_claim(terms.unit)
    cut = LastRemainder(None, {}) if terms.rounding is Rounding.LARGEST_REMAINDER else None
    return Certificate(False, own_point(whole, amount, terms), cut)


def exact_text(allocation: Allocation, index: int, disclosure: Disclosure) -> str:
    """The share before rounding, or the award itself where the share would tell too much."""
    is_own = disclosure is Disclosure.OWN
    return number_text(allocation.awards[index] if is_own else allocation.exact[index])


def award_file(allocation: Allocation, index: int, *, disclosure: Disclosure) -> JsonObject:
    """The file of the firm at `index`, as a JSON object."""
    problem = allocation.problem
    claim = problem.claims[index]
    certificate = certificate_for_firm(allocation, index, disclosure)
    return {
        "version": FILE_VERSION,
        "disclosure": disclosure.value,
        "terms": terms_object(problem.terms),
        "claim": claim_object(claim, problem.terms),
        "award_g": mass_value(allocation.awards[index], problem.terms.rounding),
        "exact_g": exact_text(allocation, index, disclosure),
        "certificate": certificate_object(certificate, {index: claim.id}),
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
