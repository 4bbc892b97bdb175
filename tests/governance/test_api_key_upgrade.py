"""An installation from before there were scopes: its keys may do afterwards what they could."""

from django.core.management import call_command
from django.db import connections

from governance.models import ApiKey
from governance.selectors import authenticate_api_key
from governance.services import create_api_key, create_user


def test_keys_made_before_may_do_what_they_could(committed_database: str) -> None:
    user = create_user(username="dora")
    key, secret = create_api_key(user=user, name="office", scopes=["jobs:read"])
    for name in ("0005_second_person", "0006_api_key_scopes"):
        call_command("migrate", "governance", name, database="owner", verbosity=0)
    connections["owner"].close()
    assert authenticate_api_key(secret) == user
    assert ApiKey.objects.get(pk=key.pk).scopes == ["all:write"]
