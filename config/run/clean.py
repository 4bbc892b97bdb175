"""`python -m config.run.clean [--force]`: deletes everything an installation keeps. `make clean` calls it."""

import argparse
import os
import shutil
import signal
import sys
from pathlib import Path

from config.embedded.processes import processes_in, stop_processes
from config.installation import Installation
from config.run.programs import BASE_DIR, programs_of
from config.startup import CannotStart


def main() -> int:
    """Ask, stop what a killed run left, delete; the exit code."""
    parser = argparse.ArgumentParser(
        prog="make clean", description="Delete the database, secrets and logs of this machine."
    )
    parser.add_argument("--force", action="store_true", help="don't ask")
    is_forced = parser.parse_args().force
    installation = Installation(Path(os.environ.get("STRONGROOM_VAR") or BASE_DIR / "var").absolute())
    if not installation.directory.exists():
        return _end(f"{installation.directory} isn't there; nothing to delete.", 0)
    if not is_forced and not _is_confirmed(installation):
        return _end("Nothing was deleted.", 1)
    try:
        with installation.locked(holder="`make clean`"):
            _stop_leftovers(installation)
            shutil.rmtree(installation.directory)
    except CannotStart as error:
        return _end(str(error), 1)
    return _end(f"{installation.directory} is deleted.", 0)


def _is_confirmed(installation: Installation) -> bool:
    if not sys.stdin.isatty():
        sys.stderr.write("There is nobody to ask: say FORCE=1 to delete.\n")
        return False
    sys.stderr.write(f"This deletes {installation.directory} with the whole reserve in it. Type yes: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == "yes"


def _stop_leftovers(installation: Installation) -> None:
    left = programs_of(installation.directory)
    for name, program in (("postgres", "postgres"), ("valkey", "valkey-server")):
        left += processes_in(installation.directory / name / "data", program=program)
    stop_processes(left, with_signal=signal.SIGTERM, within_seconds=10)


def _end(message: str, code: int) -> int:
    sys.stderr.write(f"{message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
