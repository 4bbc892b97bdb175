"""Signing in and out with user name and password, for programs that keep a cookie."""

from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import CsrfSessionAuthentication, require_csrf_token
from api.endpoints import Endpoint
from api.fields import TextField
from api.serializers import StrictSerializer
from governance.errors import SignInFailed


class SignIn(StrictSerializer):
    """What signing in takes."""

    username = TextField(max_length=150, help_text="User name.")
    password = TextField(max_length=200, trim_whitespace=False, help_text="Password.")


class SessionState(serializers.Serializer[Any]):
    """Whether somebody is signed in, and the token that unsafe requests of a session carry."""

    username = serializers.CharField(allow_null=True, help_text="Who is signed in; null if nobody is.")
    csrf_token = serializers.CharField(help_text="Send it as the header X-CSRFToken.")


class SessionEndpoint(Endpoint):
    """The session of the cookie."""

    area = None
    authentication_classes = (CsrfSessionAuthentication,)
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="readSession", responses=SessionState, auth=[])
    def get(self, request: Request) -> Response:
        """Who is signed in, and the token for unsafe requests."""
        return _state(request)

    @extend_schema(operation_id="signIn", request=SignIn, responses=SessionState, auth=[])
    def post(self, request: Request) -> Response:
        """Sign in. Needs the token of GET as X-CSRFToken; gives a new one."""
        require_csrf_token(request)
        values = self.read(SignIn)
        user = authenticate(request, username=values["username"], password=values["password"])
        if user is None:
            raise SignInFailed("User name and password don't belong together, or the user may not sign in.")
        login(request._request, user)
        request.user = user
        return _state(request)

    @extend_schema(operation_id="signOut", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out; signing out twice is no error."""
        require_csrf_token(request)
        logout(request._request)
        return Response(status=204)


def _state(request: Request) -> Response:
    username = request.user.get_username() if request.user else None
    return Response({"username": username, "csrf_token": get_token(request._request)})
