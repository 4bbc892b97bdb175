"""People of the reserve and clients that are signed in as them by key."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from governance.models import User
from governance.services import create_api_key, create_user

ClientOf = Callable[[User], APIClient]


@pytest.fixture
def client_of() -> ClientOf:
    """A client that sends an API key of the user."""

    def make(user: User) -> APIClient:
        _, secret = create_api_key(user=user, name="test")
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return make


@pytest.fixture
def anonymous() -> APIClient:
    return APIClient(raise_request_exception=False)


@pytest.fixture
def administrator(db: None) -> User:
    return create_user(username="ada", full_name="Ada", roles=["administrator"])


@pytest.fixture
def approver(db: None) -> User:
    return create_user(username="bob", roles=["approver"])


@pytest.fixture
def auditor(db: None) -> User:
    return create_user(username="cleo", roles=["auditor"])
