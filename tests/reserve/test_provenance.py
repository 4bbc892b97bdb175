"""Which share of the stock was refined at home or in allied countries, against the target, as of any day."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from governance.approvals import approve_proposal
from governance.selectors import get_policy
from reserve.domain.provenance import measure_provenance, percent_for_display
from reserve.errors import DatesReversed, MalformedCountry, ReasonMissing
from reserve.models import AlliedCountries, Lot
from reserve.selectors import today
from reserve.selectors.provenance import list_allied_countries, list_provenance
from reserve.services import propose_allied_countries
from tests.reserve.standing import DAY, People, stock_up


def test_the_worked_table() -> None:
    """docs/algorithms/provenance.md."""
    origins = [("BO", "KR", 5000), ("CN", "CN", 1000), ("US", "US", 3000), ("AU", "CN", 1000)]

    shares = measure_provenance(origins=origins, countries=["AU", "KR", "US"])

    assert (shares.total_g, shares.refined_allied_g, shares.mined_allied_g) == (10_000, 8_000, 4_000)
    assert shares.refined_share == Fraction(4, 5)
    assert percent_for_display(Fraction(2, 3)) == Decimal("66.67")
    assert (shares.meets(Decimal("80")), shares.meets(Decimal("80.0001"))) == (True, False)
    assert measure_provenance(origins=[], countries=["US"]).meets(Decimal("0")) is None


def _set(people: People, countries: list[str], day: date | None = None) -> None:
    proposal = propose_allied_countries(
        countries=countries,
        effective_from=day or today(),
        actor=people.administrator,
        reason="list of the ministry",
    )
    approve_proposal(proposal_id=proposal.id, actor=people.approver)


def test_only_home_counts_until_a_list_is_set_by_two_people(people: People) -> None:
    stock_up(people, grams=1000)
    before = list_provenance(policy=get_policy())[0]

    _set(people, ["KR", "AU"])

    after = list_provenance(policy=get_policy())[0]
    assert (before.shares.refined_share, before.is_target_met) == (Fraction(0), False)
    assert (after.shares.refined_share, after.is_target_met) == (Fraction(1), True)
    assert list_allied_countries() == ["AU", "KR", "US"]
    assert list_allied_countries(at=today() - timedelta(days=1)) == ["US"]


def test_shares_are_as_of_any_day(people: People) -> None:
    stock_up(people, grams=1000)

    assert list_provenance(policy=get_policy(), at=DAY - timedelta(days=1)) == []
    assert list_provenance(policy=get_policy(), at=DAY)[0].shares.total_g == 1000


def test_lots_of_several_origins_are_weighed(people: People) -> None:
    first, _second = stock_up(people, grams=1000), stock_up(people, grams=3000)
    Lot.objects.filter(id=first.id).update(origin_refining="CN")
    _set(people, ["KR"])

    found = list_provenance(policy=get_policy(), material_codes=["antimony"])[0]

    assert found.shares.refined_share == Fraction(3, 4)
    assert found.is_target_met is False


def test_a_bad_list_is_refused(people: People) -> None:
    def propose(countries: list[str], day: date, reason: str = "list") -> None:
        propose_allied_countries(
            countries=countries, effective_from=day, actor=people.administrator, reason=reason
        )

    with pytest.raises(MalformedCountry):
        propose(["Korea"], today())
    with pytest.raises(DatesReversed):
        propose(["KR"], today() - timedelta(days=1))
    with pytest.raises(ReasonMissing):
        propose(["KR"], today(), "")

    assert not AlliedCountries.objects.exists()
