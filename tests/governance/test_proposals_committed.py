"""Approvals where commits are real: two approvers at once, and content changed behind the service's back."""

import threading

import pytest
from django.db import connections

from errors import Refusal
from governance.approvals import approve_proposal, propose
from governance.errors import ProposalChanged
from governance.models import Proposal, User
from governance.services import create_user


def open_gate(actor: User) -> Proposal:
    return propose(
        action="test.open_gate",
        subject_type="gate",
        subject_id="north",
        payload={"width_mm": 900},
        actor=actor,
    )


def test_two_approvers_at_once_apply_the_step_once(committed_database, applied) -> None:
    """Both begin at the same time; the row lock makes the second wait and then see that it is late."""
    proposer = create_user(username="ada", roles=["administrator"])
    people = [create_user(username=name, roles=["approver"]) for name in ("bob", "cleo")]
    proposal = open_gate(proposer)
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def approve(actor: User) -> None:
        try:
            barrier.wait(timeout=10)
            approve_proposal(proposal_id=proposal.id, actor=actor)
            outcomes.append("approved")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=approve, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(outcomes) == ["approved", "proposal_not_open"]
    assert len(applied) == 1


def test_a_changed_payload_is_noticed_even_if_the_owner_changed_it(committed_database, applied) -> None:
    proposer = create_user(username="ada", roles=["administrator"])
    approver = create_user(username="bob", roles=["approver"])
    proposal = open_gate(proposer)
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("update governance_proposal set payload = '{\"width_mm\": 9000}'")
    with pytest.raises(ProposalChanged):
        approve_proposal(proposal_id=proposal.id, actor=approver)
