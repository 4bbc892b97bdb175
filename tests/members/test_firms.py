"""A firm's life: which step leads where, who takes it, and what its identifier must be."""

from typing import Any
from uuid import uuid4

import pytest

from errors import Refusal
from governance.approvals import approve_proposal
from governance.errors import ProposalChanged, RoleRequired, SelfApproval
from governance.services.users import grant_role
from members.errors import ExitUnsettled, FirmNotFound, LeiMissing, WrongState
from members.models import Firm, FirmTransition
from members.services import (
    approve_firm,
    exit_firm,
    propose_activation,
    reinstate_firm,
    reject_firm,
    screen_firm,
    suspend_firm,
)
from reserve.errors import (
    DuplicateLei,
    MalformedCountry,
    MalformedLei,
    NumberOutOfRange,
    ReasonMissing,
    TextMissing,
    TextNotStorable,
    ValueTooLong,
)
from tests.members.standing import activate, apply, approve, commit, member, sign
from tests.reserve.standing import People

# ISO 17442 numbers of two public companies, as published.
LEI = "RVHJWBXLJ1RFUBSY1F30"
OTHER_LEI = "54930070NSV60J38I987"

STEPS: dict[str, Any] = {
    "screen": lambda firm, people: screen_firm(firm_id=firm.id, actor=people.administrator, reason="x"),
    "approve": lambda firm, people: approve_firm(firm_id=firm.id, actor=people.administrator),
    "reject": lambda firm, people: reject_firm(firm_id=firm.id, actor=people.administrator, reason="x"),
    "activate": lambda firm, people: activate(firm, people),
    "suspend": lambda firm, people: suspend_firm(firm_id=firm.id, actor=people.administrator, reason="x"),
    "reinstate": lambda firm, people: reinstate_firm(firm_id=firm.id, actor=people.administrator, reason="x"),
    "exit": lambda firm, people: exit_firm(firm_id=firm.id, actor=people.administrator, reason="x"),
}
ALLOWED = {
    "applied": {"screen", "reject"},
    "screened": {"approve", "reject"},
    "approved": {"activate", "reject"},
    "active": {"suspend", "exit"},
    "suspended": {"reinstate", "exit"},
    "exited": set(),
    "rejected": set(),
}


@pytest.mark.parametrize("state", ALLOWED)
@pytest.mark.parametrize("step", STEPS)
def test_each_state_allows_its_steps_and_no_other(people: People, state: str, step: str) -> None:
    firm = apply(people)
    Firm.objects.filter(id=firm.id).update(state=state)

    if step in ALLOWED[state]:
        STEPS[step](firm, people)
        firm.refresh_from_db()
        assert firm.state != state
    else:
        with pytest.raises(WrongState) as refused:
            STEPS[step](firm, people)
        assert refused.value.details["state"] == state
        assert state not in refused.value.details["allowed"]  # type: ignore[operator]


def test_every_step_is_on_record_with_who_and_why(people: People) -> None:
    firm = member(people).firm
    suspend_firm(firm_id=firm.id, actor=people.second_administrator, reason="overdue")

    steps = FirmTransition.objects.filter(firm=firm).order_by("id")
    assert [(step.from_state, step.to_state) for step in steps] == [
        ("", "applied"),
        ("applied", "screened"),
        ("screened", "approved"),
        ("approved", "active"),
        ("active", "suspended"),
    ]
    assert [step.actor for step in steps][-2:] == [people.approver, people.second_administrator]
    assert [step.reason for step in steps][-1] == "overdue"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"lei": LEI[:-1] + "1"}, MalformedLei),
        ({"lei": "RVHJWBXLJ1RFUBSY1F3"}, MalformedLei),
        ({"lei": "../../etc"}, MalformedLei),
        ({"country": "us"}, MalformedCountry),
        ({"country": "USA"}, MalformedCountry),
        ({"name": "  "}, TextMissing),
        ({"name": "x" * 201}, ValueTooLong),
        ({"name": "x\x00"}, TextNotStorable),
        ({"credit_limit_cents": -1}, NumberOutOfRange),
        ({"credit_limit_cents": 2**63}, NumberOutOfRange),
    ],
)
def test_a_bad_application_is_refused(
    people: People, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        apply(people, **changes)  # type: ignore[arg-type]
    assert Firm.objects.count() == 0


def test_an_identifier_is_kept_in_capitals_without_spaces(people: People) -> None:
    assert apply(people, lei=f" {LEI.lower()} ").lei == LEI


def test_two_firms_cannot_share_an_identifier_but_may_both_lack_one(people: People) -> None:
    apply(people, lei=LEI)
    apply(people, lei=OTHER_LEI)
    apply(people)
    apply(people)

    with pytest.raises(DuplicateLei):
        apply(people, lei=LEI)


def test_without_identifier_and_reason_a_firm_is_not_activated(people: People) -> None:
    firm = approve(apply(people, lei_waiver_reason=""), people)

    with pytest.raises(LeiMissing):
        propose_activation(firm_id=firm.id, actor=people.administrator)


def test_activation_needs_a_second_person_with_the_role(people: People) -> None:
    grant_role(user=people.administrator, role="approver")
    firm = approve(apply(people, lei=LEI), people)
    proposal = propose_activation(firm_id=firm.id, actor=people.administrator)

    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=people.administrator)
    with pytest.raises(RoleRequired):
        approve_proposal(proposal_id=proposal.id, actor=people.finance)
    firm.refresh_from_db()
    assert firm.state == Firm.State.APPROVED


def test_a_commitment_made_meanwhile_makes_the_proposal_stale(people: People) -> None:
    firm = approve(apply(people), people)
    agreement = sign(firm, people)
    proposal = propose_activation(firm_id=firm.id, actor=people.administrator)
    commit(agreement, people)

    with pytest.raises(ProposalChanged):
        approve_proposal(proposal_id=proposal.id, actor=people.approver)


def test_a_firm_that_still_owes_cannot_exit(people: People) -> None:
    firm = member(people, committed_g=1000).firm

    with pytest.raises(ExitUnsettled) as refused:
        exit_firm(firm_id=firm.id, actor=people.administrator, reason="sold")
    assert refused.value.details["accounts"] == [
        f"commitment/{firm.id}/antimony",
        f"receivable/{firm.id}",
    ]


def test_steps_need_a_reason_the_role_and_a_firm(people: People) -> None:
    firm = apply(people)

    with pytest.raises(ReasonMissing):
        reject_firm(firm_id=firm.id, actor=people.administrator, reason=" ")
    with pytest.raises(RoleRequired):
        reject_firm(firm_id=firm.id, actor=people.approver, reason="x")
    with pytest.raises(FirmNotFound):
        approve_firm(firm_id=uuid4(), actor=people.administrator)


def test_affiliates_share_one_group(people: People) -> None:
    first = apply(people, "Example One", affiliate_group="Example Group")
    second = apply(people, "Example Two", affiliate_group="Example Group")

    assert first.affiliate_group == second.affiliate_group
    assert apply(people, "Example Three").affiliate_group is None
