"""What one installation keeps for itself: the directory `var/` with its secrets, logs and lock."""

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from config.startup import CannotStart

MEGABYTE = 1_000_000
# initdb, the reference reserve and the write-ahead log of a first start need about 250 MB.
NEEDED_AT_FIRST = 500 * MEGABYTE
NEEDED_LATER = 100 * MEGABYTE


@dataclass(frozen=True)
class Secrets:
    """Generated once per installation, each from 32 random bytes."""

    secret_key: str
    owner_password: str
    service_password: str
    postgres_password: str
    valkey_password: str


@dataclass(frozen=True)
class Installation:
    """Where the things of one installation are."""

    directory: Path

    @property
    def secrets_path(self) -> Path:
        """Secret key and passwords, readable by the owner of the file only."""
        return self.directory / "secrets.json"

    @property
    def environment_path(self) -> Path:
        """What the running service was started with, so that `manage.py` finds it too."""
        return self.directory / "environment.json"

    @property
    def sign_ins_path(self) -> Path:
        """One sign-in per role, written when the reference reserve is loaded."""
        return self.directory / "sign-ins.txt"

    @property
    def log_directory(self) -> Path:
        """One log file per process kind."""
        return self.directory / "log"

    def log_path(self, name: str) -> Path:
        """Where the process kind `name` logs."""
        return self.log_directory / f"{name}.log"

    def make_ready(self) -> None:
        """Make the directories, and see that there is room and a right to write.

        Raises CannotStart before anything is half done.
        """
        try:
            self.directory.mkdir(mode=0o711, parents=True, exist_ok=True)
            self.log_directory.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.directory) as probe:
                probe.write(bytes(MEGABYTE))
                probe.flush()
                os.fsync(probe.fileno())
        except OSError as error:
            raise CannotStart(
                f"{self.directory} can't be written ({error.strerror}). Make room or give the right to "
                "write, or set STRONGROOM_VAR to a directory that can be written."
            ) from None
        needed = NEEDED_LATER if self.secrets_path.exists() else NEEDED_AT_FIRST
        free = shutil.disk_usage(self.directory).free
        if free < needed:
            raise CannotStart(
                f"Only {free // MEGABYTE} MB are free for {self.directory}; {needed // MEGABYTE} MB are "
                "needed. Make room or set STRONGROOM_VAR to a directory on another disk."
            )

    @contextmanager
    def locked(self, *, holder: str) -> Iterator[None]:
        """Hold the installation while it runs. Raises CannotStart when another process holds it."""
        path = self.directory / "lock"
        with path.open("a+") as file:
            try:
                flock(file, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise CannotStart(
                    f"{self.directory} is in use by {file.read().strip() or 'another process'}. Stop that "
                    "first (Ctrl-C in its terminal), or set STRONGROOM_VAR to another directory."
                ) from None
            file.truncate(0)
            file.write(f"{holder} (process {os.getpid()})\n")
            file.flush()
            yield
            file.truncate(0)

    def load_secrets(self) -> Secrets:
        """Read the secrets; generate and keep those that aren't there yet."""
        known = self._read_secrets()
        complete = Secrets(
            **{field.name: known.get(field.name) or secrets.token_urlsafe(32) for field in fields(Secrets)}
        )
        if asdict(complete) != known:
            write_private_json(self.secrets_path, asdict(complete))
        self.secrets_path.chmod(0o600)
        return complete

    def _read_secrets(self) -> dict[str, str]:
        try:
            content = json.loads(self.secrets_path.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise CannotStart(
                f"{self.secrets_path} can't be read ({error}). Restore it from a backup, or move "
                f"{self.directory} away to begin with an empty reserve."
            ) from None
        return {str(key): str(value) for key, value in dict(content).items()}


def running_environment(installation: Installation) -> dict[str, str]:
    """The environment of the service that `make run` keeps running, if it does and none was given."""
    if "DATABASE_URL" in os.environ:
        return {}
    try:
        content = json.loads(installation.environment_path.read_text())
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in dict(content).items()}


def write_private_json(path: Path, content: dict[str, str]) -> None:
    """Replace a file by one only its owner can read; never leaves half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
