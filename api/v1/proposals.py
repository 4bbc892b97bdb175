"""Steps that wait for a second person."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import ChoiceTextField, TextField
from api.pagination import page_of
from api.serializers import ListQuery, StrictSerializer, page_schema
from governance.approvals import approve_proposal, reject_proposal, withdraw_proposal
from governance.domain.roles import STAFF_ROLES
from governance.domain.scopes import Area
from governance.models import Proposal
from governance.selectors import (
    get_proposal,
    list_open_proposals,
    list_proposals,
    list_proposals_waiting_for,
)

STATES = [state.value for state in Proposal.State]


class ProposalQuery(ListQuery):
    """Which proposals."""

    state = ChoiceTextField(
        choices=STATES, required=False, help_text="Only these; `open` leaves out what has expired."
    )


class ProposalItem(serializers.Serializer[Any]):
    """One proposal: what, by whom, and what was decided."""

    id = serializers.UUIDField(help_text="Identifier of the proposal.")
    action = serializers.CharField(help_text="The step that approving takes.")
    subject_type = serializers.CharField(help_text="Kind of what it is about.")
    subject_id = serializers.CharField(help_text="Which one it is about.")
    payload = serializers.JSONField(help_text="Exactly what was proposed.")
    payload_sha256 = serializers.CharField(help_text="SHA-256 of the payload's canonical JSON.")
    before = serializers.JSONField(
        allow_null=True,
        help_text="How its subject stood when it was proposed; null where the step doesn't say.",
    )
    difference = serializers.JSONField(help_text="What would change: each value before and after, by name.")
    reason = serializers.CharField(help_text="Why it was proposed.")
    state = serializers.ChoiceField(choices=STATES, help_text="Where it stands.")
    proposed_by = serializers.CharField(source="proposed_by.username", help_text="User name.")
    proposed_with_key = serializers.CharField(
        source="proposed_with_key.prefix", allow_null=True, default=None, help_text="Prefix of the API key."
    )
    proposed_at = serializers.DateTimeField(help_text="When it was proposed.")
    expires_at = serializers.DateTimeField(help_text="When it can no longer be decided.")
    decided_by = serializers.CharField(
        source="decided_by.username", allow_null=True, default=None, help_text="User name."
    )
    decided_with_key = serializers.CharField(
        source="decided_with_key.prefix", allow_null=True, default=None, help_text="Prefix of the API key."
    )
    decided_at = serializers.DateTimeField(allow_null=True, help_text="When it was decided.")
    decision_reason = serializers.CharField(help_text="Why it was decided so.")


PROPOSAL_PAGE = page_schema(ProposalItem)


class Approval(StrictSerializer):
    """What approving takes."""

    payload_sha256 = TextField(
        required=False, max_length=64, help_text="Hash of what you saw; refused if it isn't what is there."
    )
    reason = TextField(required=False, allow_blank=True, max_length=2000, default="", help_text="Remark.")


class Rejection(StrictSerializer):
    """What rejecting takes."""

    reason = TextField(max_length=2000, help_text="Why; kept with the proposal.")


class Withdrawal(StrictSerializer):
    """What taking back takes."""

    reason = TextField(required=False, allow_blank=True, max_length=2000, default="", help_text="Why.")


class ProposalListEndpoint(Endpoint):
    """Proposals, latest first."""

    area = Area.GOVERNANCE
    roles = STAFF_ROLES
    query_serializer = ProposalQuery

    @extend_schema(operation_id="listProposals", parameters=[ProposalQuery], responses=PROPOSAL_PAGE)
    def get(self, _request: Request) -> Response:
        """List proposals, latest first."""
        rows, state = list_proposals(), self.query.get("state")
        if state is not None:
            rows = list_open_proposals() if state == "open" else rows.filter(state=state)
        page = page_of(
            rows, order=("-proposed_at", "-id"), limit=self.query["limit"], cursor=self.query.get("cursor")
        )
        return paged(page, ProposalItem)


class ProposalWaitingEndpoint(Endpoint):
    """What waits for the one who asks."""

    area = Area.GOVERNANCE
    roles = STAFF_ROLES
    query_serializer = ListQuery

    @extend_schema(operation_id="listWaitingProposals", parameters=[ListQuery], responses=PROPOSAL_PAGE)
    def get(self, _request: Request) -> Response:
        """List the open proposals that you may decide as a second person, oldest first."""
        rows = list_proposals_waiting_for(self.actor)
        page = page_of(
            rows, order=("proposed_at", "id"), limit=self.query["limit"], cursor=self.query.get("cursor")
        )
        return paged(page, ProposalItem)


class ProposalEndpoint(Endpoint):
    """One proposal."""

    area = Area.GOVERNANCE
    roles = STAFF_ROLES

    @extend_schema(operation_id="readProposal", responses=ProposalItem)
    def get(self, _request: Request, proposal_id: UUID) -> Response:
        """Read a proposal."""
        return _sent(get_proposal(proposal_id=proposal_id))


class ProposalApprovalEndpoint(Endpoint):
    """The second person's yes."""

    area = Area.GOVERNANCE
    roles = STAFF_ROLES

    @extend_schema(operation_id="approveProposal", request=Approval, responses=ProposalItem)
    def post(self, _request: Request, proposal_id: UUID) -> Response:
        """Approve what somebody else proposed; the step is taken in the same moment."""
        return _sent(approve_proposal(proposal_id=proposal_id, actor=self.actor, **self.read(Approval)))


class ProposalRejectionEndpoint(Endpoint):
    """The second person's no."""

    area = Area.GOVERNANCE
    roles = STAFF_ROLES

    @extend_schema(operation_id="rejectProposal", request=Rejection, responses=ProposalItem)
    def post(self, _request: Request, proposal_id: UUID) -> Response:
        """Reject what somebody else proposed, with the reason."""
        return _sent(reject_proposal(proposal_id=proposal_id, actor=self.actor, **self.read(Rejection)))


class ProposalWithdrawalEndpoint(Endpoint):
    """Taking one's own back."""

    area = Area.GOVERNANCE
    roles = STAFF_ROLES

    @extend_schema(operation_id="withdrawProposal", request=Withdrawal, responses=ProposalItem)
    def post(self, _request: Request, proposal_id: UUID) -> Response:
        """Take back what you proposed; nothing is applied."""
        return _sent(withdraw_proposal(proposal_id=proposal_id, actor=self.actor, **self.read(Withdrawal)))


def _sent(proposal: Proposal) -> Response:
    return Response(ProposalItem(proposal).data)
