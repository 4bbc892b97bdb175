"""Who sees which firm. Another firm and a missing one can't be told apart."""

from uuid import UUID, uuid4

import pytest

from governance.models import User
from governance.selectors import get_system_user
from governance.services.users import create_user
from members.errors import FirmNotFound, FirmRoleRequired, FirmUserExists
from members.selectors import (
    firms_of,
    get_firm_for,
    list_firms_for,
    list_positions_for,
    require_firm_role,
)
from members.services import add_firm_user
from reserve.errors import ValueNotAllowed
from tests.members.standing import Member, member
from tests.reserve.standing import People


@pytest.fixture
def mine(people: People) -> Member:
    """The firm of the person who acts."""
    return member(people, "Example Mine", committed_g=1000)


@pytest.fixture
def other(people: People) -> Member:
    """A competitor."""
    return member(people, "Example Other", committed_g=1000)


def _person_of(firm: Member, people: People, role: str = "owner") -> User:
    user = create_user(username=f"{role}-{uuid4().hex[:6]}")
    add_firm_user(firm_id=firm.firm.id, user=user, role=role, actor=people.administrator)
    return user


def test_a_member_sees_only_its_own_firm(people: People, mine: Member, other: Member) -> None:
    user = _person_of(mine, people)

    assert list(list_firms_for(user)) == list(firms_of(user)) == [mine.firm]
    assert get_firm_for(user, mine.firm.id) == mine.firm
    assert {position.firm_id for position in list_positions_for(user, mine.firm.id)} == {mine.firm.id}


@pytest.mark.parametrize("wanted", ["other", "missing", "malformed", "empty"])
def test_what_isnt_mine_looks_like_what_isnt_there(
    people: People, mine: Member, other: Member, wanted: str
) -> None:
    user = _person_of(mine, people)
    ids: dict[str, UUID | str] = {
        "other": other.firm.id,
        "missing": uuid4(),
        "malformed": "1 or 1=1",
        "empty": "",
    }
    firm_id = ids[wanted]

    answers = []
    for read in (get_firm_for, list_positions_for):
        with pytest.raises(FirmNotFound) as refused:
            read(user, firm_id)
        answers.append((refused.value.message, refused.value.field, refused.value.details))
    assert answers == [("No such firm.", "firm", {})] * 2


@pytest.mark.parametrize("role", ["administrator", "approver", "finance", "auditor"])
def test_the_reserves_staff_sees_every_firm(people: People, mine: Member, other: Member, role: str) -> None:
    user = create_user(username=f"staff-{role}", roles=[role])

    assert set(list_firms_for(user)) == {mine.firm, other.firm}
    assert get_firm_for(user, other.firm.id) == other.firm
    assert get_firm_for(get_system_user(), str(other.firm.id)) == other.firm


def test_a_trader_and_a_stranger_see_no_firm(people: People, mine: Member) -> None:
    for user in (create_user(username="seller", roles=["trader"]), create_user(username="stranger")):
        assert list(list_firms_for(user)) == []
        with pytest.raises(FirmNotFound):
            get_firm_for(user, mine.firm.id)


def test_a_role_within_the_firm_is_asked_for(people: People, mine: Member, other: Member) -> None:
    viewer = _person_of(mine, people, "viewer")

    assert require_firm_role(viewer, mine.firm.id, "viewer", "owner") == mine.firm
    with pytest.raises(FirmRoleRequired):
        require_firm_role(viewer, mine.firm.id, "owner", "operator")
    with pytest.raises(FirmNotFound):
        require_firm_role(viewer, other.firm.id, "viewer")
    with pytest.raises(FirmNotFound):
        require_firm_role(people.administrator, mine.firm.id, "owner")


def test_an_owner_adds_people_to_its_firm_only(people: People, mine: Member, other: Member) -> None:
    owner, operator = _person_of(mine, people), _person_of(mine, people, "operator")
    colleague = create_user(username="colleague")

    add_firm_user(firm_id=mine.firm.id, user=colleague, role="viewer", actor=owner)
    assert list(firms_of(colleague)) == [mine.firm]
    with pytest.raises(FirmUserExists):
        add_firm_user(firm_id=mine.firm.id, user=colleague, role="owner", actor=owner)
    with pytest.raises(FirmNotFound):
        add_firm_user(firm_id=other.firm.id, user=owner, role="owner", actor=owner)
    with pytest.raises(FirmRoleRequired):
        add_firm_user(firm_id=mine.firm.id, user=create_user(username="x1"), role="viewer", actor=operator)
    with pytest.raises(ValueNotAllowed):
        add_firm_user(firm_id=mine.firm.id, user=create_user(username="x2"), role="king", actor=owner)
