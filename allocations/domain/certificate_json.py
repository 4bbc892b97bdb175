"""Certificates as JSON and back. Numbers are texts: integers, or fractions in lowest terms."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

from allocations.domain.certificate import Certificate, Cut, GroupCertificate
from allocations.domain.claims import Mass
from allocations.domain.numbers import number_text
from allocations.domain.pouring import Pour
from allocations.domain.remainders import LastRemainder
from allocations.domain.requesters import NO_TIME, Requester
from allocations.domain.sainte_lague import LastUnit

JsonObject = dict[str, object]
Ids = Sequence[str] | Mapping[int, str]
"""Ids of claims by their place; of a certificate for one firm, its own is enough."""


def certificate_object(certificate: Certificate, ids: Ids) -> JsonObject:
    """A certificate as JSON; `ids` are those of the claims by their place."""
    content = _ran_out_object(certificate, ids)
    content["refused_in"] = {
        ids[index]: _ran_out_object(refused, ids) for index, refused in certificate.refused_in.items()
    }
    return content


def _ran_out_object(certificate: Certificate, ids: Ids) -> JsonObject:
    pour = certificate.pour
    return {
        "is_covered": certificate.is_covered,
        "tier": None if pour.tier is None else list(pour.tier),
        "level": _optional_text(pour.level),
        "is_loss": pour.is_loss,
        "remaining_pool_g": number_text(pour.remaining),
        "uncapped_weight": number_text(pour.weight),
        **_cut_object(certificate.cut, ids),
        "groups": [
            _group_object(group, ids)
            for index, group in certificate.groups.items()
            if index == group.party.members[0]
        ],
    }


def _cut_object(cut: Cut | None, ids: Ids) -> JsonObject:
    if cut is None:
        return {"threshold_of": None, "last_tier": None, "last_threshold": None, "tied": {}}
    tied = {ids[index]: is_served for index, is_served in cut.tied.items()}
    if isinstance(cut, LastRemainder):
        last = _optional_text(cut.remainder)
        return {"threshold_of": "remainder", "last_tier": None, "last_threshold": last, "tied": tied}
    return {
        "threshold_of": "level",
        "last_tier": None if cut.tier is None else list(cut.tier),
        "last_threshold": _optional_text(cut.level),
        "tied": tied,
    }


def _group_object(group: GroupCertificate, ids: Ids) -> JsonObject:
    party = group.party
    return {
        "ids": [ids[index] for index in party.members],
        "claimed_g": number_text(party.claimed),
        "units": party.units,
        "already_awarded_g": number_text(party.start),
        "claim_weight": number_text(party.claim_weight),
        "position_g": number_text(party.position),
        "right_g": _optional_text(party.right),
        "weight": number_text(party.weight),
        "priority": party.priority,
        "inside": _ran_out_object(group.inside, ids),
    }


def _optional_text(number: Mass | None) -> str | None:
    return None if number is None else number_text(number)


def certificate_of(content: Mapping[str, Any], ids: Sequence[str]) -> Certificate:
    """The certificate that `certificate_object` wrote. Other claims than `ids` are left out."""
    places = {name: index for index, name in enumerate(ids)}
    refused = {
        places[name]: _ran_out_of(inner, places)
        for name, inner in content.get("refused_in", {}).items()
        if name in places
    }
    found = _ran_out_of(content, places)
    return Certificate(found.is_covered, found.pour, found.cut, found.groups, refused)


def _ran_out_of(content: Mapping[str, Any], places: Mapping[str, int]) -> Certificate:
    pour = Pour(
        tier=_tier(content["tier"]),
        level=_optional_number(content["level"]),
        remaining=Fraction(content["remaining_pool_g"] or 0),
        weight=Fraction(content["uncapped_weight"] or 0),
        is_loss=bool(content["is_loss"]),
    )
    groups = {}
    for group in content["groups"]:
        members = tuple(places[name] for name in group["ids"] if name in places)
        for index in members:
            groups[index] = GroupCertificate(_party(group, members), _ran_out_of(group["inside"], places))
    return Certificate(bool(content["is_covered"]), pour, _cut(content, places), groups)


def _cut(content: Mapping[str, Any], places: Mapping[str, int]) -> Cut | None:
    tied = {places[name]: bool(served) for name, served in content["tied"].items() if name in places}
    last = _optional_number(content["last_threshold"])
    match content["threshold_of"]:
        case None:
            return None
        case "remainder":
            return LastRemainder(last, tied)
        case _:
            return LastUnit(_tier(content["last_tier"]), last, tied)


def _party(group: Mapping[str, Any], members: tuple[int, ...]) -> Requester:
    return Requester(
        members=members,
        claimed=Fraction(group["claimed_g"]),
        units=int(group["units"]),
        start=Fraction(group["already_awarded_g"]),
        claim_weight=Fraction(group["claim_weight"]),
        position=Fraction(group["position_g"]),
        right=_optional_number(group["right_g"]),
        weight=Fraction(group["weight"]),
        priority=int(group["priority"]),
        submitted_at=NO_TIME,
    )


def _tier(content: object) -> tuple[int, ...] | None:
    return None if content is None else tuple(cast(list[int], content))


def _optional_number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
