"""One pass of a division: exact shares and awards of a set of claims, affiliates counted together.

A claim that the pool covers is not a share and is not rounded: where the pool covers all claims,
everybody gets the claim to the gram. Otherwise awards are whole units, capped by the whole units of
the claim (a part of a unit can't be awarded).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from allocations.domain.certificate import Certificate, Cut, GroupCertificate
from allocations.domain.claims import Mass, Problem, Rounding, Terms
from allocations.domain.pouring import Pour, pour
from allocations.domain.remainders import ceiling_to_unit, floor_to_unit, round_by_largest_remainder
from allocations.domain.requesters import Requester, requester_of, requesters_of
from allocations.domain.sainte_lague import hand_out_units

Sharer = Callable[[Sequence[Requester], Mass, Terms], tuple[list[Mass], Pour, Cut | None]]


@dataclass(frozen=True, slots=True)
class Division:
    """Amounts by index of the claim, with the certificate of how they came about."""

    amounts: dict[int, Mass]
    certificate: Certificate


def _share_exactly(
    parties: Sequence[Requester], pool: Mass, terms: Terms
) -> tuple[list[Mass], Pour, Cut | None]:
    amounts, ran_out = pour(parties, pool, terms)
    return amounts, ran_out, None


def _share_whole_claims(
    parties: Sequence[Requester], pool: Mass, terms: Terms
) -> tuple[list[Mass], Pour, Cut | None]:
    return _share_exactly([party.with_whole_claim(terms.unit) for party in parties], pool, terms)


def _share_by_remainder(
    parties: Sequence[Requester], pool: Mass, terms: Terms
) -> tuple[list[Mass], Pour, Cut | None]:
    shares, ran_out, _ = _share_whole_claims(parties, pool, terms)
    units, cut = round_by_largest_remainder(parties, shares, pool, terms)
    return [count * terms.unit for count in units], ran_out, cut


def _share_by_sainte_lague(
    parties: Sequence[Requester], pool: Mass, terms: Terms
) -> tuple[list[Mass], Pour, Cut | None]:
    _, ran_out = pour(parties, pool, terms)
    units, cut = hand_out_units(parties, pool, terms)
    return [count * terms.unit for count in units], ran_out, cut


_SHARERS: dict[Rounding, Sharer] = {
    Rounding.EXACT: _share_exactly,
    Rounding.DOWN: _share_whole_claims,
    Rounding.UP_TO_MULTIPLE: _share_whole_claims,
    Rounding.LARGEST_REMAINDER: _share_by_remainder,
    Rounding.SAINTE_LAGUE: _share_by_sainte_lague,
}


def _share_among(
    parties: Sequence[Requester], pool: Mass, terms: Terms, sharer: Sharer
) -> tuple[list[Mass], Certificate]:
    if pool >= sum((party.claimed for party in parties), start=0):
        nothing_left = Certificate(is_covered=True, pour=Pour(None, None, 0, 0))
        return [party.claimed for party in parties], nothing_left
    amounts, ran_out, cut = sharer(parties, pool, terms)
    return amounts, Certificate(is_covered=False, pour=ran_out, cut=cut)


def _divide(problem: Problem, indices: Sequence[int], sharer: Sharer) -> Division:
    terms = problem.terms
    parties = requesters_of(problem.claims, indices, terms)
    shared, certificate = _share_among(parties, problem.pool, terms, sharer)
    amounts: dict[int, Mass] = {}
    groups: dict[int, GroupCertificate] = {}
    for party, amount in zip(parties, shared, strict=True):
        if len(party.members) == 1:
            amounts[party.members[0]] = amount
            continue
        affiliates = [requester_of(index, problem.claims[index], terms) for index in party.members]
        inside_amounts, inside = _share_among(affiliates, amount, terms, sharer)
        amounts.update(zip(party.members, inside_amounts, strict=True))
        groups.update(dict.fromkeys(party.members, GroupCertificate(party, inside)))
    return Division(amounts, Certificate(certificate.is_covered, certificate.pour, certificate.cut, groups))


def divide_exactly(problem: Problem, indices: Sequence[int]) -> Division:
    """The shares of the claims at `indices` before any rounding."""
    return _divide(problem, indices, _share_exactly)


def divide(problem: Problem, indices: Sequence[int]) -> Division:
    """The awards of the claims at `indices`, rounded as the terms say, before any minimum."""
    rounding, unit = problem.terms.rounding, problem.terms.unit
    division = _divide(problem, indices, _SHARERS[rounding])
    if division.certificate.is_covered or rounding not in (Rounding.DOWN, Rounding.UP_TO_MULTIPLE):
        return division
    to_unit = floor_to_unit if rounding is Rounding.DOWN else ceiling_to_unit
    rounded = {index: to_unit(amount, unit) for index, amount in division.amounts.items()}
    return Division(rounded, division.certificate)
