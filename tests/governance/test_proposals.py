"""A step that needs two people: who may propose and decide, once, and exactly what was proposed."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from governance import approvals
from governance.approvals import approve_proposal, propose, reject_proposal, withdraw_proposal
from governance.errors import (
    ProposalChanged,
    ProposalExpired,
    ProposalNotOpen,
    ProposalOpen,
    RoleRequired,
    SelfApproval,
    SystemUserActs,
    UnknownProposal,
)
from governance.models import Proposal, User
from governance.selectors import get_system_user, list_open_proposals

pytestmark = pytest.mark.django_db


def open_gate(actor: User, gate: str = "north", **payload: object) -> Proposal:
    return propose(
        action="test.open_gate",
        subject_type="gate",
        subject_id=gate,
        payload={"width_mm": 900} | payload,
        actor=actor,
        reason="delivery",
    )


def test_a_second_person_approves_and_the_step_is_applied(
    administrator: User, approver: User, applied: list[Proposal]
) -> None:
    proposal = open_gate(administrator)
    decided = approve_proposal(proposal_id=proposal.id, actor=approver)
    assert [item.id for item in applied] == [proposal.id]
    decided.refresh_from_db()
    assert (decided.state, decided.proposed_by, decided.decided_by) == ("approved", administrator, approver)
    assert decided.decided_at is not None


def test_the_proposer_never_approves_even_with_the_role(administrator: User, applied: list[Proposal]) -> None:
    proposal = open_gate(administrator)
    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=administrator)
    with pytest.raises(SelfApproval):
        reject_proposal(proposal_id=proposal.id, actor=administrator, reason="no")
    assert applied == []


def test_the_database_itself_refuses_self_approval(administrator: User, applied: list[Proposal]) -> None:
    proposal = open_gate(administrator)
    with pytest.raises(IntegrityError, match="governance_proposal_second_person"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(
            state="approved", decided_by=administrator, decided_person=uuid4(), decided_at=timezone.now()
        )


def test_deciding_needs_the_role_of_the_step(
    administrator: User, outsider: User, applied: list[Proposal]
) -> None:
    proposal = open_gate(administrator)
    with pytest.raises(RoleRequired):
        approve_proposal(proposal_id=proposal.id, actor=outsider)
    assert applied == []


def test_the_system_user_decides_nothing(administrator: User, applied: list[Proposal]) -> None:
    proposal = open_gate(administrator)
    with pytest.raises(SystemUserActs):
        approve_proposal(proposal_id=proposal.id, actor=get_system_user())


def test_one_open_proposal_per_subject(administrator: User, approver: User, applied: list[Proposal]) -> None:
    first = open_gate(administrator)
    with pytest.raises(ProposalOpen):
        open_gate(approver)
    assert open_gate(approver, gate="south").state == "open"
    withdraw_proposal(proposal_id=first.id, actor=administrator)
    assert open_gate(approver).state == "open"


def test_a_decided_proposal_is_not_decided_again(
    administrator: User, approver: User, applied: list[Proposal]
) -> None:
    proposal = open_gate(administrator)
    reject_proposal(proposal_id=proposal.id, actor=approver, reason="no delivery today")
    with pytest.raises(ProposalNotOpen):
        approve_proposal(proposal_id=proposal.id, actor=approver)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decision_reason) == ("rejected", "no delivery today")
    assert applied == []


def test_only_the_proposer_withdraws(administrator: User, approver: User, applied: list[Proposal]) -> None:
    proposal = open_gate(administrator)
    with pytest.raises(RoleRequired):
        withdraw_proposal(proposal_id=proposal.id, actor=approver)
    assert withdraw_proposal(proposal_id=proposal.id, actor=administrator).decided_by is None


def test_an_expired_proposal_is_refused_and_gives_way(
    administrator: User, approver: User, applied: list[Proposal]
) -> None:
    proposal = open_gate(administrator)
    with time_machine.travel(proposal.expires_at + timedelta(seconds=1), tick=False):
        assert list(list_open_proposals()) == []
        with pytest.raises(ProposalExpired):
            approve_proposal(proposal_id=proposal.id, actor=approver)
        assert open_gate(administrator).state == "open"
    proposal.refresh_from_db()
    assert proposal.state == "expired"
    assert applied == []


def test_a_proposal_expires_after_the_days_of_the_policy(
    administrator: User, applied: list[Proposal]
) -> None:
    proposal = open_gate(administrator)
    assert proposal.expires_at - proposal.proposed_at == timedelta(days=14)


def test_unknown_proposal(approver: User) -> None:
    with pytest.raises(UnknownProposal):
        approve_proposal(proposal_id="00000000-0000-0000-0000-000000000000", actor=approver)


def test_the_approver_says_what_was_seen(
    administrator: User, approver: User, applied: list[Proposal]
) -> None:
    proposal = open_gate(administrator)
    with pytest.raises(ProposalChanged):
        approve_proposal(proposal_id=proposal.id, actor=approver, payload_sha256="0" * 64)
    approve_proposal(proposal_id=proposal.id, actor=approver, payload_sha256=proposal.payload_sha256)
    assert len(applied) == 1


def test_the_service_can_not_change_what_was_proposed(administrator: User, applied: list[Proposal]) -> None:
    proposal = open_gate(administrator)
    for change in ("payload = '{}'", "proposed_by_id = gen_random_uuid()", "expires_at = now()"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(
                f"update governance_proposal set {change} where id = %s", [proposal.id]
            )
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        proposal.delete()


def test_a_payload_has_exact_values_only(administrator: User, applied: list[Proposal]) -> None:
    with pytest.raises(TypeError):
        open_gate(administrator, height_m=2.1)


def test_a_step_that_fails_leaves_the_proposal_open(
    administrator: User, approver: User, applied: list[Proposal]
) -> None:
    def jam(proposal: Proposal, actor: User) -> None:
        raise RuntimeError("the gate is jammed")

    approvals.register_action(action="test.open_gate", apply=jam)
    proposal = open_gate(administrator)
    with pytest.raises(RuntimeError):
        approve_proposal(proposal_id=proposal.id, actor=approver)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("open", None)


def test_open_proposals_are_listed_oldest_first(administrator: User, applied: list[Proposal]) -> None:
    first, second = open_gate(administrator, "a"), open_gate(administrator, "b")
    assert list(list_open_proposals()) == [first, second]
