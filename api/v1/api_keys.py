"""API keys: made and rotated by their holders; seen and revoked by owners and administrators too."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import ChoiceTextField, InstantField, TextField
from api.pagination import page_of
from api.serializers import ListQuery, NoValues, StrictSerializer, page_schema
from governance.domain.scopes import SCOPES, Area
from governance.models import ApiKey, User
from governance.services import create_api_key, revoke_api_key, rotate_api_key
from members.selectors import get_api_key_for, get_revocable_api_key_for, list_api_keys_for

STATES = [state.value for state in ApiKey.State]


@extend_schema_field({"type": "integer", "minimum": 0, "example": 24})
class HoursField(serializers.Field):  # type: ignore[type-arg]
    """A whole number of hours; the service knows how many it takes."""

    default_error_messages = {"not_an_integer": "Send a whole number such as 24."}  # noqa: RUF012

    def to_internal_value(self, data: object) -> int:
        """The number."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("not_an_integer")
        return data

    def to_representation(self, value: int) -> int:
        """The number."""
        return value


class ApiKeyQuery(ListQuery):
    """Which keys."""

    state = ChoiceTextField(choices=STATES, required=False, help_text="Only keys in this state.")
    username = TextField(required=False, max_length=150, help_text="Only keys of this user.")


class NewApiKey(StrictSerializer):
    """What a key is for, what it may do and until when."""

    name = TextField(max_length=100, help_text="What the key is for, for you to tell keys apart.")
    scopes = serializers.ListField(
        child=ChoiceTextField(choices=SCOPES),
        max_length=len(SCOPES),
        help_text="What the key may do of what you may. `write` includes `read`, `all` every area.",
    )
    expires_at = InstantField(
        required=False,
        help_text="When it stops working; left out: never, or with the key that makes it.",
    )


class Rotation(StrictSerializer):
    """How long the old key works on, and until when the new one."""

    overlap_hours = HoursField(
        required=False, help_text="Hours for which the old key works on; 0 ends it at once, left out: 24."
    )
    expires_at = InstantField(
        required=False, help_text="When the new key stops working; left out: after as long as the old one."
    )


class ApiKeyItem(serializers.Serializer[Any]):
    """One key, without its secret."""

    id = serializers.UUIDField(help_text="Identifier of the key.")
    name = serializers.CharField(help_text="What it is for.")
    prefix = serializers.CharField(help_text="The key begins with `sr_`, this, and `_`.")
    username = serializers.CharField(source="user.username", help_text="Whom it signs in.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES), help_text="What it may do.")
    state = serializers.ChoiceField(
        choices=STATES,
        help_text="`live`; `ending` works on until `overlap_ends_at`; the others don't work any more.",
    )
    created_at = serializers.DateTimeField(help_text="When it was made.")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When it expires; null if never.")
    last_used_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was last used, to the minute; null if never."
    )
    replaced_by_id = serializers.UUIDField(allow_null=True, help_text="The key that took its place.")
    overlap_ends_at = serializers.DateTimeField(
        allow_null=True, help_text="When it stops working because another took its place."
    )
    revoked_at = serializers.DateTimeField(allow_null=True, help_text="When it was revoked.")


class NewApiKeyItem(ApiKeyItem):
    """A key with its secret, this once."""

    api_key = serializers.CharField(help_text="The key itself. It is shown once and can't be read again.")


API_KEY_PAGE = page_schema(ApiKeyItem)


class ApiKeyListEndpoint(Endpoint):
    """API keys, latest first."""

    area = Area.API_KEYS
    query_serializer = ApiKeyQuery

    @extend_schema(operation_id="listApiKeys", parameters=[ApiKeyQuery], responses=API_KEY_PAGE)
    def get(self, _request: Request) -> Response:
        """List your keys, those of the people of firms you own, and all for administrators and auditors."""
        rows = list_api_keys_for(self.actor, state=self.query.get("state"))
        if "username" in self.query:
            rows = rows.filter(user__username=self.query["username"])
        page = page_of(
            rows, order=("-created_at", "-id"), limit=self.query["limit"], cursor=self.query.get("cursor")
        )
        return paged(page, ApiKeyItem)

    @extend_schema(operation_id="createApiKey", request=NewApiKey, responses={201: NewApiKeyItem})
    def post(self, _request: Request) -> Response:
        """Make a key of your own. A key makes none that may do more, or longer, than itself."""
        return _shown_once(self.actor, *create_api_key(user=self.actor, **self.read(NewApiKey)))


class ApiKeyEndpoint(Endpoint):
    """One key."""

    area = Area.API_KEYS

    @extend_schema(operation_id="readApiKey", responses=ApiKeyItem)
    def get(self, _request: Request, api_key_id: UUID) -> Response:
        """Read a key."""
        return Response(ApiKeyItem(get_api_key_for(self.actor, api_key_id)).data)


class ApiKeyRotationEndpoint(Endpoint):
    """A new key in place of one's old one."""

    area = Area.API_KEYS

    @extend_schema(operation_id="rotateApiKey", request=Rotation, responses={201: NewApiKeyItem})
    def post(self, _request: Request, api_key_id: UUID) -> Response:
        """Make a key that takes the place of one of yours, which works on for the overlap."""
        old = get_api_key_for(self.actor, api_key_id)
        return _shown_once(self.actor, *rotate_api_key(key=old, actor=self.actor, **self.read(Rotation)))


class ApiKeyRevocationEndpoint(Endpoint):
    """The end of a key."""

    area = Area.API_KEYS

    @extend_schema(operation_id="revokeApiKey", request=NoValues, responses=ApiKeyItem)
    def post(self, _request: Request, api_key_id: UUID) -> Response:
        """Revoke a key at once; revoking twice is no error. What took its place works on."""
        self.read(NoValues)
        revoke_api_key(key=get_revocable_api_key_for(self.actor, api_key_id), actor=self.actor)
        return Response(ApiKeyItem(get_api_key_for(self.actor, api_key_id)).data)


def _shown_once(actor: User, key: ApiKey, text: str) -> Response:
    row = get_api_key_for(actor, key.id)
    return Response({**ApiKeyItem(row).data, "api_key": text}, status=201)
