"""The base of every endpoint: who asks, with what, and how the answer is marked."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from api.errors import DuplicateField, NotAnObject, NotFound
from api.pagination import Page
from api.serializers import EmptyQuery, StrictSerializer
from governance.acting import name_actor
from governance.domain.scopes import Area, Level, scope_of
from governance.models import ApiKey, User
from governance.selectors import require_role, require_scope

INPUT_NAMES = {
    "firm": "firm_id",
    "drawdown": "drawdown_id",
    "invoice": "invoice_id",
    "quantity": "quantity_kg",
    "minimum": "minimum_kg",
}
"""What the door calls inputs that the services below name without unit or form."""


class Endpoint(APIView):
    """One resource. `roles` says which roles may use it at all; empty means everybody signed in.

    `area` says which scope a key needs: to read for GET and wherever `stores_nothing`, else to write. Every
    endpoint names its area; None, which any key passes, is for what tells of the key itself.
    What a user may see or do beyond that is decided by the selectors and services it calls.
    `query_serializer` reads the parameters of GET; no other method takes any.
    """

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]  # noqa: RUF012
    area: ClassVar[Area | None]
    stores_nothing: ClassVar[bool] = False
    roles: ClassVar[tuple[str, ...]] = ()
    input_names: ClassVar[Mapping[str, str]] = INPUT_NAMES
    query_serializer: ClassVar[type[StrictSerializer]] = EmptyQuery

    @property
    def actor(self) -> User:
        """The signed-in user."""
        assert isinstance(self.request.user, User)  # noqa: S101 - for the type checker; permissions saw to it
        return self.request.user

    @classmethod
    def needed_scope(cls, method: str) -> str | None:
        """The scope that a key needs for the method; None if any key will do."""
        if cls.area is None:
            return None
        is_read = cls.stores_nothing or method.upper() in ("GET", "HEAD")
        return scope_of(cls.area, Level.READ if is_read else Level.WRITE)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who asks and with which parameters, before anything else."""
        super().initial(request, *args, **kwargs)
        self._name_actor(request)
        scope = self.needed_scope(request.method or "")
        if isinstance(request.auth, ApiKey) and scope is not None:
            require_scope(request.auth, scope)
        if self.roles:
            require_role(self.actor, *self.roles)
        if any("\x00" in value for value in kwargs.values() if isinstance(value, str)):
            raise NotFound("There is nothing here that you may see.")
        serializer = self.query_serializer if request.method in ("GET", "HEAD") else EmptyQuery
        self.query = _checked(serializer, _single_values(request.query_params))

    def _name_actor(self, request: Request) -> None:
        if not isinstance(request.user, User):
            return
        if isinstance(request.auth, ApiKey):
            name_actor(user_id=request.user.id, key_id=request.auth.id)
        else:
            name_actor(user_id=request.user.id, session_key=request._request.session.session_key)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keep confidential answers out of every cache."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "no-store"
        return final

    def read(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        """The checked body."""
        return _checked(serializer, self.request.data)


def paged(page: Page[Any], serializer: type[BaseSerializer[Any]]) -> Response:
    """A page as it is sent."""
    items = serializer(page.items, many=True).data
    return Response({"items": items, "next_cursor": page.next_cursor})


def listed(items: Any, serializer: type[BaseSerializer[Any]]) -> Response:
    """A list that is always sent whole, in the same envelope as a page."""
    return Response({"items": serializer(items, many=True).data, "next_cursor": None})


def _checked(serializer: type[StrictSerializer], data: Any) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise NotAnObject("Send a JSON object.")
    bound = serializer(data=data)
    bound.is_valid(raise_exception=True)
    return dict(bound.validated_data)


def _single_values(parameters: QueryDict) -> dict[str, str]:
    for name, values in parameters.lists():
        if len(values) > 1:
            raise DuplicateField("The parameter stands twice.", field=name)
    return {str(name): str(value) for name, value in parameters.items()}
