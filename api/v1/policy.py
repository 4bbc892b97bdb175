"""The policy in force: every parameter that decisions are made by."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint
from governance.domain.policy import POLICY_DEFINITIONS, Policy, PolicyDefinition
from governance.domain.policy_values import stored_policy_value
from governance.domain.scopes import Area
from governance.selectors import get_policy


class PolicyValueItem(serializers.Serializer[Any]):
    """One parameter. Whole numbers, decimals and choices all come as text."""

    name = serializers.CharField(help_text="Name of the parameter.")
    value = serializers.CharField(help_text="Its value in this version.")
    unit = serializers.CharField(help_text="Unit of value, default and bounds.")
    default = serializers.CharField(help_text="The program's default.")
    minimum = serializers.CharField(allow_null=True, help_text="Smallest value; null for a choice.")
    maximum = serializers.CharField(allow_null=True, help_text="Largest value; null for a choice.")
    choices = serializers.ListField(
        child=serializers.CharField(), help_text="What can be chosen; empty for a number."
    )
    meaning = serializers.CharField(help_text="What it does.")


class PolicyDetail(serializers.Serializer[Any]):
    """One policy version."""

    version = serializers.IntegerField(help_text="Number of the version; decisions are stamped with it.")
    effective_from = serializers.DateTimeField(help_text="In force from this time on.")
    values = PolicyValueItem(many=True, help_text="Every parameter.")


class PolicyEndpoint(Endpoint):
    """The policy in force."""

    area = Area.GOVERNANCE

    @extend_schema(operation_id="readPolicy", responses=PolicyDetail)
    def get(self, _request: Request) -> Response:
        """Read the policy in force now."""
        policy = get_policy()
        values = [_value(policy, definition) for definition in POLICY_DEFINITIONS.values()]
        body = {
            "version": policy.version_number,
            "effective_from": policy.effective_from,
            "values": values,
        }
        return Response(PolicyDetail(body).data)


def _value(policy: Policy, definition: PolicyDefinition) -> dict[str, object]:
    return {
        "name": definition.name,
        "value": str(stored_policy_value(getattr(policy, definition.name))),
        "unit": definition.unit,
        "default": str(stored_policy_value(definition.default)),
        "minimum": None if definition.minimum is None else str(definition.minimum),
        "maximum": None if definition.maximum is None else str(definition.maximum),
        "choices": list(definition.choices),
        "meaning": definition.sentence,
    }
