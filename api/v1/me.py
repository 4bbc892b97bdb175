"""The signed-in user."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint
from governance.models import ApiKey
from governance.selectors import roles_of


class Me(serializers.Serializer[Any]):
    """Who the service takes you for."""

    id = serializers.UUIDField(help_text="Identifier of the user.")
    username = serializers.CharField(help_text="User name.")
    full_name = serializers.CharField(help_text="Name; may be empty.")
    roles = serializers.ListField(
        child=serializers.CharField(),
        help_text="Roles at the reserve. A member's rights follow from its firms instead.",
    )
    signed_in_by = serializers.ChoiceField(choices=["api_key", "session"], help_text="How you signed in.")
    api_key_prefix = serializers.CharField(allow_null=True, help_text="Which key; null for a session.")
    api_key_scopes = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="What the key may do; null for a session."
    )
    api_key_expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When the key stops working; null for a session, or if it doesn't."
    )


class MeEndpoint(Endpoint):
    """The signed-in user."""

    area = None

    @extend_schema(operation_id="readMe", responses=Me)
    def get(self, request: Request) -> Response:
        """Who you are signed in as."""
        key = request.auth if isinstance(request.auth, ApiKey) else None
        body = {
            "id": self.actor.id,
            "username": self.actor.username,
            "full_name": self.actor.get_full_name(),
            "roles": sorted(roles_of(self.actor)),
            "signed_in_by": "api_key" if key else "session",
            "api_key_prefix": key.prefix if key else None,
            "api_key_scopes": key.scopes if key else None,
            "api_key_expires_at": key.ends_at if key else None,
        }
        return Response(Me(body).data)
