"""Approvals where commits are real: two approvers at once, and content changed behind the service's back."""

import contextlib
import threading
from unittest import mock

import pytest
from django.db import connections
from django.db.models import QuerySet

from errors import Refusal
from governance import approvals
from governance.approvals import approve_proposal, propose
from governance.errors import ProposalChanged
from governance.models import Proposal, User
from governance.services import create_user

STEP = "test.open_gate"


def open_gate(actor: User) -> Proposal:
    return propose(action=STEP, subject_type="gate", subject_id="north", payload={"width_mm": 9}, actor=actor)


def approve_at_once(proposal: Proposal) -> tuple[list[str], int]:
    """Let two people approve at the same time: their outcomes, and how often the step was applied."""
    people = [create_user(username=name, roles=["approver"]) for name in ("bob", "cleo")]
    outcomes: list[str] = []
    applied: list[str] = []
    both_inside = threading.Barrier(2)

    def apply(found: Proposal, actor: User) -> None:
        applied.append(actor.username)
        with contextlib.suppress(threading.BrokenBarrierError):
            both_inside.wait(timeout=1)

    def approve(actor: User) -> None:
        try:
            approve_proposal(proposal_id=proposal.id, actor=actor)
            outcomes.append("approved")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections["default"].close()

    approvals.register_action(action=STEP, apply=apply)
    threads = [threading.Thread(target=approve, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return sorted(outcomes), len(applied)


def test_two_approvers_at_once_apply_the_step_once(committed_database: str, applied: list[Proposal]) -> None:
    proposal = open_gate(create_user(username="ada"))
    assert approve_at_once(proposal) == (["approved", "proposal_not_open"], 1)


def test_control_without_the_lock_both_would_apply_it(
    committed_database: str, applied: list[Proposal]
) -> None:
    proposal = open_gate(create_user(username="ada"))
    with mock.patch.object(QuerySet, "select_for_update", lambda rows, **_: rows):
        assert approve_at_once(proposal) == (["approved", "approved"], 2)


def test_a_changed_payload_is_noticed_even_if_the_owner_changed_it(
    committed_database: str, applied: list[Proposal]
) -> None:
    proposer = create_user(username="ada")
    approver = create_user(username="bob", roles=["approver"])
    proposal = open_gate(proposer)
    with connections["owner"].cursor() as cursor:
        cursor.execute("update governance_proposal set payload = '{\"width_mm\": 9000}'")
    with pytest.raises(ProposalChanged):
        approve_proposal(proposal_id=proposal.id, actor=approver)
