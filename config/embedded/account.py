"""Which account a server runs as. PostgreSQL refuses to be root, and nothing else needs it."""

import os
import pwd
import shutil
from collections.abc import Sequence
from pathlib import Path

from config.startup import CannotStart


def server_account(directory: Path) -> pwd.struct_passwd | None:
    """The account for servers that keep their data below `directory`; None when we aren't root.

    It is the owner of the directory's parent (the checkout), or `nobody` when that is root too.
    """
    if os.geteuid() != 0:
        return None
    owner = directory.parent.stat().st_uid
    try:
        return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        return pwd.getpwnam("nobody")


def make_own_directory(path: Path, account: pwd.struct_passwd | None) -> None:
    """A directory that only the account of the server can enter."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    hand_over(path, account)


def hand_over(path: Path, account: pwd.struct_passwd | None) -> None:
    """Give a file or directory to the account of the server."""
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)


def as_account(
    account: pwd.struct_passwd | None, command: Sequence[str | Path], *, reaching: Sequence[Path]
) -> list[str]:
    """The command that runs `command` as the account.

    The program or the data may lie below a directory the account can't enter, such as a home
    with mode 0700. The server then gets the one capability to pass it; permissions of
    directories that aren't ours stay as they are.
    """
    plain = [str(part) for part in command]
    if account is None:
        return plain
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise CannotStart(
            "Started by root, PostgreSQL must run as another account, and the tool for that, setpriv "
            "(package util-linux), isn't installed. Install it, run as an ordinary user, or set DATABASE_URL "
            "and REDIS_URL."
        )
    identity = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    if all(_can_enter(account, path) for path in reaching):
        capabilities = ["--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all"]
    else:
        # PostgreSQL asks access(2) whether it may read its own programs. For an account other than root
        # that call leaves capabilities out, unless the kernel is told not to mend them.
        capabilities = ["--securebits=+no_setuid_fixup"]
        capabilities += ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"]
    return [setpriv, *identity, *capabilities, *plain]


def _can_enter(account: pwd.struct_passwd, path: Path) -> bool:
    return all(_may_pass(account, parent.stat()) for parent in path.resolve().parents)


def _may_pass(account: pwd.struct_passwd, status: os.stat_result) -> bool:
    if status.st_uid == account.pw_uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == account.pw_gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)
