"""Stated use counts once another person verified it, and of several years the latest counts."""

import pytest

from errors import Refusal
from governance.errors import RoleRequired
from governance.services.users import create_user, grant_role
from members.errors import (
    AnnualUseExists,
    AnnualUseNotFound,
    AnnualUseVerified,
    FirmNotFound,
    FirmRoleRequired,
    VerifiedByRecorder,
)
from members.selectors import Holding, verified_uses
from members.services import add_firm_user, record_annual_uses, verify_annual_uses
from reserve.errors import MaterialNotFound, NumberOutOfRange, QuantityNotPositive, TextMissing
from tests.members.standing import member, use, use_record
from tests.reserve.standing import People


def test_use_counts_once_verified(people: People) -> None:
    firm = member(people).firm
    recorded = record_annual_uses(uses=[use_record(firm)], actor=people.administrator)[0]
    assert verified_uses() == {}

    verify_annual_uses(annual_use_ids=[recorded.id], actor=people.approver)
    assert verified_uses() == {Holding(firm.id, "antimony"): 365_000}


def test_the_latest_verified_year_counts(people: People) -> None:
    firm = member(people).firm
    use(firm, people, year=2024, quantity_g=100)
    use(firm, people, year=2025, quantity_g=200)
    record_annual_uses(uses=[use_record(firm, year=2026, quantity_g=300)], actor=people.administrator)

    assert verified_uses() == {Holding(firm.id, "antimony"): 200}


def test_the_recorder_cannot_verify(people: People) -> None:
    grant_role(user=people.administrator, role="approver")
    recorded = record_annual_uses(uses=[use_record(member(people).firm)], actor=people.administrator)[0]

    with pytest.raises(VerifiedByRecorder):
        verify_annual_uses(annual_use_ids=[recorded.id], actor=people.administrator)
    with pytest.raises(RoleRequired):
        verify_annual_uses(annual_use_ids=[recorded.id], actor=people.finance)


def test_a_statement_is_verified_once(people: People) -> None:
    recorded = record_annual_uses(uses=[use_record(member(people).firm)], actor=people.administrator)[0]
    verify_annual_uses(annual_use_ids=[recorded.id], actor=people.approver)

    with pytest.raises(AnnualUseVerified):
        verify_annual_uses(annual_use_ids=[recorded.id], actor=people.approver)
    with pytest.raises(AnnualUseNotFound):
        verify_annual_uses(annual_use_ids=[recorded.id + 1], actor=people.approver)


def test_a_firms_own_people_record_its_use_and_no_others(people: People) -> None:
    mine, other = member(people, "Example Mine").firm, member(people, "Example Other").firm
    operator, viewer = create_user(username="operator"), create_user(username="viewer")
    add_firm_user(firm_id=mine.id, user=operator, role="operator", actor=people.administrator)
    add_firm_user(firm_id=mine.id, user=viewer, role="viewer", actor=people.administrator)

    assert record_annual_uses(uses=[use_record(mine)], actor=operator)[0].recorded_by == operator
    with pytest.raises(FirmRoleRequired):
        record_annual_uses(uses=[use_record(mine, year=2024)], actor=viewer)
    with pytest.raises(FirmNotFound):
        record_annual_uses(uses=[use_record(other)], actor=operator)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"quantity_g": 0}, QuantityNotPositive),
        ({"year": 20250}, NumberOutOfRange),
        ({"evidence": " "}, TextMissing),
        ({"material_code": "nothing"}, MaterialNotFound),
        ({"firm_id": "00000000-0000-0000-0000-000000000000"}, FirmNotFound),
        ({"year": 2025}, AnnualUseExists),
    ],
)
def test_a_bad_statement_is_refused(
    people: People, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    firm = member(people).firm
    use(firm, people)

    with pytest.raises(refusal):
        record_annual_uses(uses=[use_record(firm, **({"year": 2020} | changes))], actor=people.administrator)
