"""Whether the ledger is known to be right: verifications, the alarm, and ending it with a reason."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import TextField
from api.pagination import page_of
from api.serializers import ListQuery, StrictSerializer, page_schema
from governance.domain.roles import Role
from governance.domain.scopes import Area
from ledger.selectors import get_sealed_part, get_verification_state, list_alarms, list_verifications
from ledger.services import acknowledge_alarm

READERS = (Role.ADMINISTRATOR, Role.AUDITOR)


class FindingItem(serializers.Serializer[Any]):
    """A row that breaks an invariant."""

    check = serializers.CharField(help_text="Which check found it.")
    row = serializers.CharField(help_text="Table and number of the row.")
    message = serializers.CharField(help_text="What is wrong with it.")


class VerificationItem(serializers.Serializer[Any]):
    """One verification that was recorded."""

    id = serializers.IntegerField(help_text="Its number.")
    kind = serializers.ChoiceField(
        choices=["full", "new"], help_text="`full` looked at everything, `new` at what was sealed since."
    )
    started_at = serializers.DateTimeField(help_text="When it began.")
    finished_at = serializers.DateTimeField(help_text="When it ended.")
    verified_journal = serializers.IntegerField(help_text="Last sealed journal it looked at.")
    finding_count = serializers.IntegerField(help_text="Rows that break an invariant.")
    unknown_count = serializers.IntegerField(help_text="Those of them that nobody has acknowledged.")
    findings = FindingItem(many=True, help_text="The first 100 of them.")


class AlarmItem(serializers.Serializer[Any]):
    """An alarm and, once it stands no more, why."""

    id = serializers.IntegerField(help_text="Its number.")
    raised_at = serializers.DateTimeField(help_text="Since when it stands.")
    raised_by = VerificationItem(help_text="The verification that raised it.")
    ended_at = serializers.DateTimeField(
        source="end.ended_at", allow_null=True, default=None, help_text="Until when; null while it stands."
    )
    ended_by = serializers.IntegerField(
        source="end.verification_id",
        allow_null=True,
        default=None,
        help_text="The clean full verification that ended it, or the last one that is acknowledged with it.",
    )
    acknowledged_by = serializers.UUIDField(
        source="end.acknowledged_by", allow_null=True, default=None, help_text="Who acknowledged it."
    )
    reason = serializers.CharField(
        source="end.reason", allow_null=True, default=None, help_text="Why; empty if a verification ended it."
    )


class SealedItem(serializers.Serializer[Any]):
    """How far the ledger is sealed."""

    seal_number = serializers.IntegerField(help_text="Number of the last seal; 0 before the first.")
    last_journal = serializers.IntegerField(help_text="Last journal number it covers.")
    sealed_at = serializers.DateTimeField(allow_null=True, help_text="When it was made.")
    unsealed_journals = serializers.IntegerField(help_text="Journals recorded after that.")
    unsealed_since = serializers.DateTimeField(
        allow_null=True, help_text="When the first of them was recorded."
    )


class VerificationStateDetail(serializers.Serializer[Any]):
    """Whether the ledger is known to be right."""

    is_alarmed = serializers.BooleanField(help_text="Whether an alarm stands.")
    alarm = AlarmItem(allow_null=True, help_text="The one that stands.")
    last = VerificationItem(allow_null=True, help_text="The latest verification of any kind.")
    last_full = VerificationItem(allow_null=True, help_text="The latest that looked at everything.")
    verified_journal = serializers.IntegerField(
        help_text="Last journal that was looked at without an unknown finding, before the alarm."
    )
    sealed = SealedItem(help_text="How far the ledger is sealed.")


class Acknowledgement(StrictSerializer):
    """What ending an alarm takes."""

    reason = TextField(max_length=1000, help_text="Why the alarm need not stand; kept with it.")


class VerificationListEndpoint(Endpoint):
    """Verifications, latest first."""

    area = Area.LEDGER
    roles = READERS
    query_serializer = ListQuery

    @extend_schema(
        operation_id="listVerifications", parameters=[ListQuery], responses=page_schema(VerificationItem)
    )
    def get(self, _request: Request) -> Response:
        """List what verifications of the ledger found, latest first."""
        page = page_of(
            list_verifications(), order=("-id",), limit=self.query["limit"], cursor=self.query.get("cursor")
        )
        return paged(page, VerificationItem)


class VerificationStateEndpoint(Endpoint):
    """The state of the ledger's proof."""

    area = Area.LEDGER
    roles = READERS

    @extend_schema(operation_id="readVerificationState", responses=VerificationStateDetail)
    def get(self, _request: Request) -> Response:
        """Read whether the ledger is known to be right, and how far it is sealed."""
        state = get_verification_state()
        body = {
            "is_alarmed": state.is_alarmed,
            "alarm": state.alarm,
            "last": state.last,
            "last_full": state.last_full,
            "verified_journal": state.verified_journal,
            "sealed": get_sealed_part(),
        }
        return Response(VerificationStateDetail(body).data)


class AlarmListEndpoint(Endpoint):
    """Alarms, latest first."""

    area = Area.LEDGER
    roles = READERS
    query_serializer = ListQuery

    @extend_schema(operation_id="listAlarms", parameters=[ListQuery], responses=page_schema(AlarmItem))
    def get(self, _request: Request) -> Response:
        """List the alarms of the ledger, those that stand and those that ended, latest first."""
        page = page_of(
            list_alarms(), order=("-id",), limit=self.query["limit"], cursor=self.query.get("cursor")
        )
        return paged(page, AlarmItem)


class AlarmAcknowledgementEndpoint(Endpoint):
    """Ending an alarm."""

    area = Area.LEDGER
    roles = (Role.ADMINISTRATOR,)

    @extend_schema(operation_id="acknowledgeAlarm", request=Acknowledgement, responses=AlarmItem)
    def post(self, _request: Request, alarm_id: int) -> Response:
        """Acknowledge an alarm with a reason: what was found until now raises none again."""
        reason = self.read(Acknowledgement)["reason"]
        acknowledge_alarm(alarm_id=alarm_id, acknowledged_by=self.actor.id, reason=reason)
        return Response(AlarmItem(list_alarms().get(id=alarm_id)).data)
