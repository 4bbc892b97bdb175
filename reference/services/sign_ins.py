"""One sign-in per role for the reference reserve, generated once and kept in a file only its owner reads."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from governance.domain.roles import Role
from governance.models import User
from governance.services import create_api_key, create_user

STAFF = (Role.ADMINISTRATOR, Role.APPROVER, Role.FINANCE, Role.AUDITOR)
RECEIVER = "receiver"


@dataclass(frozen=True)
class SignIn:
    """A generated sign-in. `api_key` is empty for users who only use pages."""

    username: str
    password: str
    role: str
    api_key: str = ""


def make_staff_sign_ins(*, path: Path) -> list[User]:
    """Make the staff users that don't exist yet; each new one's password goes to the file at `path`.

    A warehouse clerk (`receiver`) is an administrator too: who receives a lot can't accept it.
    """
    wanted = {role.value: (role.value,) for role in STAFF} | {RECEIVER: (Role.ADMINISTRATOR.value,)}
    return [_make_sign_in(username, roles, path=path) for username, roles in wanted.items()]


def make_member_sign_in(*, username: str, firm_name: str, path: Path) -> User:
    """Make a member's user with an API key for the REST door."""
    return _make_sign_in(username, (), path=path, role=f"member, owner of {firm_name}", with_key=True)


def _make_sign_in(
    username: str, roles: tuple[str, ...], *, path: Path, role: str = "", with_key: bool = False
) -> User:
    standing = User.objects.filter(username=username).first()
    if standing is not None:
        return standing
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        user = create_user(username=username, password=password, roles=roles)
        key = create_api_key(user=user, name="reference reserve")[1] if with_key else ""
        # Inside the transaction: a user whose password was never written down could never sign in.
        _append(path, SignIn(username, password, role or ", ".join(roles), key))
    return user


def _append(path: Path, sign_in: SignIn) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(
            f"{sign_in.username:<16} {sign_in.password:<18} {sign_in.api_key or '-'}  {sign_in.role}\n"
        )
