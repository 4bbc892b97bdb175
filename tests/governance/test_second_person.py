"""Nobody is a second person to oneself: not with another account, another key, or a lent role."""

from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from governance import approvals
from governance.acting import Acting, acting
from governance.approvals import approve_proposal, propose, reject_proposal
from governance.domain.differences import difference
from governance.domain.second_person import Authority, is_second_person, persons_behind
from governance.errors import (
    DecisionWithoutReason,
    DelegationTooLong,
    ProposalStale,
    RoleNotDelegable,
    RoleRequired,
    SelfApproval,
    SystemUserActs,
)
from governance.models import Proposal, User
from governance.selectors import authority_of, get_system_user, has_role, list_proposals_waiting_for, roles_of
from governance.services import (
    create_api_key,
    create_user,
    deactivate_user,
    delegate_role,
    record_same_person,
    revoke_role,
)
from tests.governance.test_proposals import open_gate

ADA, BOB, CLEO = (UUID(int=number) for number in (1, 2, 3))


def test_who_is_a_second_person() -> None:
    nobody: dict[str, frozenset[UUID]] = {}
    own, lent_by_ada = frozenset({"approver"}), {"approver": frozenset({ADA})}
    lent_by_two = {"approver": frozenset({ADA, CLEO})}
    cases = [
        (Authority(BOB, own, nobody), True),
        (Authority(ADA, own, nobody), False),
        (Authority(BOB, frozenset(), lent_by_ada), False),
        (Authority(BOB, frozenset(), lent_by_two), True),
        (Authority(BOB, own, lent_by_ada), True),
    ]
    for decider, expected in cases:
        assert is_second_person(behind={ADA}, decider=decider, roles=["approver"]) is expected


def test_a_lent_role_puts_its_lender_behind_the_proposal() -> None:
    lent = {"administrator": frozenset({ADA})}
    assert persons_behind(Authority(BOB, frozenset(), lent)) == {ADA, BOB}
    assert persons_behind(Authority(BOB, frozenset({"administrator"}), lent)) == {BOB}


def test_the_difference_names_what_stands_on_both_sides() -> None:
    before = {"price": "1", "terms": {"days": 30, "place": "north"}, "gone": 1}
    after = {"price": "2", "terms": {"days": 31, "place": "north"}, "new": 1}
    assert difference(before, after) == {
        "price": {"before": "1", "after": "2"},
        "terms.days": {"before": 30, "after": 31},
    }


@pytest.mark.django_db
def test_two_accounts_of_one_person_are_no_two_people(administrator: User, applied: list[Proposal]) -> None:
    second_account = create_user(username="ada-2", roles=["approver"])
    third_account = create_user(username="ada-3", roles=["approver"])
    record_same_person(users=[second_account, third_account], actor=administrator)
    proposal = open_gate(administrator)
    # Becomes known only after the proposal was made, and through one of the two accounts.
    record_same_person(users=[administrator, third_account])
    for account in User.objects.filter(pk__in=[second_account.pk, third_account.pk]):
        with pytest.raises(SelfApproval):
            approve_proposal(proposal_id=proposal.id, actor=account)
        with pytest.raises(SelfApproval):
            reject_proposal(proposal_id=proposal.id, actor=account, reason="no")
        assert list(list_proposals_waiting_for(account)) == []
    assert applied == []


@pytest.mark.django_db
def test_the_database_itself_refuses_another_account_of_the_proposer(
    administrator: User, approver: User, applied: list[Proposal]
) -> None:
    proposal = open_gate(administrator)
    for person, message in ((administrator.person, "other_person"), (None, "decision_names_person")):
        with pytest.raises(IntegrityError, match=f"governance_proposal_{message}"), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(
                state="approved", decided_by=approver, decided_person=person, decided_at=timezone.now()
            )


@pytest.mark.django_db
def test_keys_of_the_proposer_decide_nothing_and_others_keys_are_named(
    administrator: User, approver: User, applied: list[Proposal]
) -> None:
    own_key, _ = create_api_key(user=administrator, name="own")
    others_key, _ = create_api_key(user=approver, name="other")
    proposal = open_gate(administrator)
    with acting(Acting(user_id=administrator.id, key_id=own_key.id)), pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=administrator)
    with acting(Acting(user_id=approver.id, key_id=others_key.id)):
        approve_proposal(proposal_id=proposal.id, actor=approver)
    proposal.refresh_from_db()
    assert (proposal.proposed_with_key, proposal.decided_with_key) == (None, others_key)


@pytest.mark.django_db
def test_a_lent_role_does_not_decide_what_its_lender_proposed(
    administrator: User, outsider: User, applied: list[Proposal]
) -> None:
    in_an_hour = timezone.now() + timedelta(hours=1)
    delegate_role(user=outsider, role="approver", ends_at=in_an_hour, actor=administrator)
    assert has_role(outsider, "approver")
    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=open_gate(administrator).id, actor=outsider)
    third = create_user(username="dan", roles=["administrator"])
    proposal = open_gate(third, gate="south")
    assert list(list_proposals_waiting_for(outsider)) == [proposal]
    assert approve_proposal(proposal_id=proposal.id, actor=outsider).state == "approved"


@pytest.mark.django_db
def test_who_lent_a_role_does_not_decide_what_was_proposed_with_it(
    administrator: User, outsider: User, applied: list[Proposal]
) -> None:
    in_an_hour = timezone.now() + timedelta(hours=1)
    delegate_role(user=outsider, role="administrator", ends_at=in_an_hour, actor=administrator)
    proposal = open_gate(outsider)
    assert list(list_proposals_waiting_for(administrator)) == []
    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=administrator)
    # Taking the role back afterwards doesn't wash the proposal.
    revoke_role(user=outsider, role="administrator")
    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=administrator)


@pytest.mark.django_db
def test_a_lent_role_ends_with_its_time_with_its_lenders_role_and_with_the_lender(
    administrator: User, approver: User, outsider: User
) -> None:
    in_an_hour = timezone.now() + timedelta(hours=1)
    delegate_role(user=outsider, role="approver", ends_at=in_an_hour, actor=approver)
    with time_machine.travel(in_an_hour + timedelta(seconds=1)):
        assert roles_of(outsider) == {"auditor"}
    revoke_role(user=approver, role="approver")
    assert roles_of(outsider) == {"auditor"}
    delegate_role(user=outsider, role="approver", ends_at=in_an_hour, actor=administrator)
    assert roles_of(outsider) == {"auditor", "approver"}
    deactivate_user(user=administrator)
    assert roles_of(outsider) == {"auditor"}


@pytest.mark.django_db
def test_what_can_not_be_lent(administrator: User, approver: User, outsider: User) -> None:
    now = timezone.now()
    with pytest.raises(RoleNotDelegable):
        delegate_role(user=outsider, role="finance", ends_at=now + timedelta(days=1), actor=approver)
    with pytest.raises(RoleNotDelegable):
        delegate_role(user=approver, role="approver", ends_at=now + timedelta(days=1), actor=approver)
    for ends_at in (now - timedelta(seconds=1), now + timedelta(days=91)):
        with pytest.raises(DelegationTooLong):
            delegate_role(user=outsider, role="approver", ends_at=ends_at, actor=approver)
    delegate_role(user=outsider, role="approver", ends_at=now + timedelta(days=1), actor=approver)
    with pytest.raises(RoleNotDelegable):
        delegate_role(user=administrator, role="approver", ends_at=now + timedelta(days=1), actor=outsider)
    with pytest.raises(SystemUserActs):
        delegate_role(
            user=get_system_user(), role="approver", ends_at=now + timedelta(days=1), actor=approver
        )


@pytest.mark.django_db
def test_only_an_administrator_says_whose_accounts_they_are(outsider: User, approver: User) -> None:
    with pytest.raises(RoleRequired):
        record_same_person(users=[outsider, approver], actor=outsider)
    with pytest.raises(SystemUserActs):
        record_same_person(users=[outsider, get_system_user()])


@pytest.mark.django_db
def test_a_proposal_is_stale_once_its_subject_changed(administrator: User, approver: User) -> None:
    gates = {"north": {"width_mm": 800, "colour": "red"}}
    approvals.register_action(
        action="test.open_gate", apply=lambda proposal, actor: None, state_of=lambda gate: gates[gate]
    )
    try:
        proposal = open_gate(administrator)
        assert proposal.before == {"width_mm": 800, "colour": "red"}
        assert proposal.difference == {"width_mm": {"before": 800, "after": 900}}
        gates["north"]["colour"] = "green"
        with pytest.raises(ProposalStale):
            approve_proposal(proposal_id=proposal.id, actor=approver)
        gates["north"]["colour"] = "red"
        assert approve_proposal(proposal_id=proposal.id, actor=approver).state == "approved"
    finally:
        del approvals._ACTIONS["test.open_gate"]


@pytest.mark.django_db
def test_a_rejection_says_why(administrator: User, approver: User, applied: list[Proposal]) -> None:
    proposal = open_gate(administrator)
    with pytest.raises(DecisionWithoutReason):
        reject_proposal(proposal_id=proposal.id, actor=approver, reason=" ")


@pytest.mark.django_db
def test_the_list_of_what_waits_and_the_rule_agree(applied: list[Proposal]) -> None:
    in_an_hour = timezone.now() + timedelta(hours=1)
    people = [
        create_user(username=f"user-{number}", roles=roles)
        for number, roles in enumerate([["approver"], ["approver", "finance"], ["auditor"], [], ["finance"]])
    ]
    record_same_person(users=[people[0], people[3]])
    delegate_role(user=people[2], role="approver", ends_at=in_an_hour, actor=people[1])
    delegate_role(user=people[4], role="approver", ends_at=in_an_hour, actor=people[0])
    people = list(User.objects.filter(username__startswith="user-").order_by("username"))
    proposals = [open_gate(person, gate=person.username) for person in people]
    for proposal, person in product(proposals, people):
        behind = {UUID(text) for text in proposal.authority}
        authority = authority_of(person)
        may = "approver" in authority.roles and is_second_person(
            behind=behind, decider=authority, roles=["approver"]
        )
        assert (proposal in list_proposals_waiting_for(person)) is may


@pytest.mark.django_db
def test_a_step_nobody_registered_can_not_be_proposed(administrator: User) -> None:
    with pytest.raises(LookupError):
        propose(action="test.lost", subject_type="gate", subject_id="x", payload={}, actor=administrator)
