"""The strict base of every request body and query, and the envelope of every list."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from api.fields import TextField

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 200


class StrictSerializer(serializers.Serializer[Any]):
    """Reads an object and refuses every name it doesn't know."""

    def to_internal_value(self, data: Any) -> Any:
        """The checked values. Unknown names are reported with everything else that is wrong."""
        if not isinstance(data, Mapping):
            wrong = serializers.ErrorDetail("Send a JSON object.", code="not_an_object")
            raise serializers.ValidationError({"non_field_errors": [wrong]})
        unknown = {
            str(name): [serializers.ErrorDetail("There is no field of this name.", code="unknown_field")]
            for name in data
            if name not in self.fields
        }
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **unknown}) from error  # type: ignore[dict-item]
        if unknown:
            raise serializers.ValidationError(unknown)
        return values


class EmptyQuery(StrictSerializer):
    """No parameters."""


class NoValues(StrictSerializer):
    """An empty object."""


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE_SIZE})
class LimitField(serializers.Field):  # type: ignore[type-arg]
    """How many items a page holds."""

    default_error_messages = {  # noqa: RUF012 - the framework's own declaration
        "limit_out_of_range": f"Send a whole number from 1 to {LARGEST_PAGE_SIZE}."
    }

    def to_internal_value(self, data: object) -> int:
        """The number."""
        is_short_number = isinstance(data, str) and data.isascii() and data.isdigit() and len(data) <= 4
        if not is_short_number or not 1 <= int(str(data)) <= LARGEST_PAGE_SIZE:
            self.fail("limit_out_of_range")
        return int(str(data))

    def to_representation(self, value: int) -> int:
        """The number."""
        return value


class ListQuery(StrictSerializer):
    """Which page of a list."""

    limit = LimitField(default=DEFAULT_PAGE_SIZE, help_text="Items per page, 1 to 200; 50 if left out.")
    cursor = TextField(required=False, max_length=1000, help_text="`next_cursor` of the page before.")


def page_schema(item: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The envelope of a list, for the schema: `items`, and `next_cursor` or null."""
    next_cursor = serializers.CharField(
        allow_null=True, help_text="Send it as `cursor` for the next page; null on the last."
    )
    return inline_serializer(
        name=f"{item.__name__.removesuffix('Item')}List",
        fields={"items": item(many=True), "next_cursor": next_cursor},
    )
