"""A disruption is declared and ended by two people each, and stops the clock of what must come back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from allocations.errors import (
    DisruptionHasRound,
    DisruptionNotFound,
    DisruptionOverlaps,
    DisruptionWrongState,
    NoMaterials,
)
from allocations.models import Disruption
from allocations.selectors import (
    disrupted_materials,
    get_disruption_for,
    list_disruptions_for,
    overdue_drawdowns,
)
from allocations.services import propose_disruption, propose_disruption_end
from governance.approvals import approve_proposal
from governance.errors import ProposalOpen, RoleRequired, SelfApproval
from governance.models import Proposal
from governance.services import create_user, grant_role
from reserve.errors import DatesReversed, MalformedCountry, MaterialNotFound, TextMissing
from reserve.selectors import today
from tests.allocations.standing import ANTIMONY, House, declare, draw, hold, open_window

pytestmark = pytest.mark.django_db


def _propose(house: House, **changes: object) -> tuple[Disruption, Proposal]:
    values: dict[str, object] = {
        "material_codes": [ANTIMONY],
        "cause": "example cut of supply",
        "authority": "example order",
        "review_on": today() + timedelta(days=30),
        "affected_origins": ["CN"],
        "actor": house.people.administrator,
    }
    return propose_disruption(**(values | changes))  # type: ignore[arg-type]


def _end(house: House, disruption: Disruption) -> None:
    proposal = propose_disruption_end(disruption_id=disruption.id, actor=house.people.administrator)
    approve_proposal(proposal_id=proposal.id, actor=house.people.approver)
    disruption.refresh_from_db()


def test_proposed_it_stops_nothing(house: House) -> None:
    disruption, _ = _propose(house)
    assert disruption.state == "proposed"
    assert disrupted_materials() == set()


def test_declared_it_is_open_with_both_names_and_the_policy(house: House) -> None:
    disruption = declare(house, ANTIMONY, "gallium")
    assert (disruption.state, disruption.affected_origins) == ("open", ["CN"])
    assert (disruption.proposed_by, disruption.declared_by) == (
        house.people.administrator,
        house.people.approver,
    )
    assert disruption.policy_version is not None
    assert disrupted_materials() == {ANTIMONY, "gallium"}
    assert disrupted_materials(material_codes=["gallium"]) == {"gallium"}


def test_who_proposed_can_not_declare(house: House) -> None:
    grant_role(user=house.people.administrator, role="approver")
    _, proposal = _propose(house)
    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=house.people.administrator)
    assert disrupted_materials() == set()


def test_a_material_is_in_one_open_disruption_at_a_time(house: House) -> None:
    waiting, proposal = _propose(house)
    declare(house)
    with pytest.raises(DisruptionOverlaps) as refused:
        _propose(house, material_codes=["gallium", ANTIMONY])
    assert refused.value.details["materials"] == [ANTIMONY]
    with pytest.raises(DisruptionOverlaps):
        approve_proposal(proposal_id=proposal.id, actor=house.people.approver)
    assert waiting.state == "proposed"


def test_ended_normal_drawdowns_are_open_again(house: House) -> None:
    disruption = declare(house)
    _end(house, disruption)
    assert disruption.state == "ended"
    assert disrupted_materials() == set()
    with pytest.raises(DisruptionWrongState):
        propose_disruption_end(disruption_id=disruption.id, actor=house.people.administrator)


def test_it_can_not_end_while_a_round_is_not_settled(house: House) -> None:
    disruption = declare(house)
    open_window(house, disruption)
    with pytest.raises(DisruptionHasRound):
        propose_disruption_end(disruption_id=disruption.id, actor=house.people.administrator)


def test_the_clock_of_what_must_come_back_stands_meanwhile(house: House) -> None:
    hold(house.alder, 500)
    drawdown = draw(house, house.alder, 200)
    due = drawdown.due_on
    assert due is not None
    with time_machine.travel(timezone.now() + timedelta(days=80), tick=False):
        disruption = declare(house)
    with time_machine.travel(timezone.now() + timedelta(days=100), tick=False):
        assert not overdue_drawdowns(firm_ids=[house.alder.id]).exists()
        _end(house, disruption)
        drawdown.refresh_from_db()
        assert drawdown.due_on == due + timedelta(days=20)
        assert not overdue_drawdowns(firm_ids=[house.alder.id]).exists()
    with time_machine.travel(timezone.now() + timedelta(days=112), tick=False):
        assert overdue_drawdowns(firm_ids=[house.alder.id]).exists()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"material_codes": []}, NoMaterials),
        ({"material_codes": ["unobtainium"]}, MaterialNotFound),
        ({"cause": " "}, TextMissing),
        ({"authority": ""}, TextMissing),
        ({"affected_origins": ["China"]}, MalformedCountry),
    ],
)
def test_bad_input_is_refused_and_nothing_kept(
    house: House, changes: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        _propose(house, **changes)
    assert Disruption.objects.count() == 0


def test_a_review_in_the_past_is_refused(house: House) -> None:
    with pytest.raises(DatesReversed):
        _propose(house, review_on=today() - timedelta(days=1))


def test_only_an_administrator_proposes(house: House) -> None:
    with pytest.raises(RoleRequired):
        _propose(house, actor=house.people.finance)
    with pytest.raises(RoleRequired):
        _propose(house, actor=house.owner(house.alder))


def test_one_proposal_at_a_time(house: House) -> None:
    disruption = declare(house)
    propose_disruption_end(disruption_id=disruption.id, actor=house.people.administrator)
    with pytest.raises(ProposalOpen):
        propose_disruption_end(disruption_id=disruption.id, actor=house.people.administrator)


def test_members_know_of_a_declared_one_only(house: House) -> None:
    proposed, _ = _propose(house, material_codes=["gallium"])
    declared = declare(house)
    assert list(list_disruptions_for(house.viewer(house.alder))) == [declared]
    assert set(list_disruptions_for(house.people.finance)) == {proposed, declared}
    with pytest.raises(DisruptionNotFound):
        get_disruption_for(house.viewer(house.alder), proposed.id)
    with pytest.raises(DisruptionNotFound):
        get_disruption_for(house.viewer(house.alder), "no-key")
    assert list(list_disruptions_for(create_user(username="nobody"))) == []
