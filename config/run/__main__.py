"""`python -m config.run [--once] [--empty]`: what `make run` calls."""

import argparse
import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.installation import Installation
from config.run.programs import BASE_DIR
from config.run.screen import Screen
from config.run.supervisor import Supervisor
from config.startup import CannotStart


def main() -> int:
    """Run until stopped; the exit code."""
    parser = argparse.ArgumentParser(prog="make run", description="Run the whole service on this machine.")
    parser.add_argument(
        "--once", action="store_true", help="stop again after the main job's result is printed"
    )
    parser.add_argument(
        "--empty", action="store_true", help="begin with an empty reserve: load nothing, run no main job"
    )
    arguments = parser.parse_args()
    screen = Screen()
    var = Path(os.environ.get("STRONGROOM_VAR") or BASE_DIR / "var").absolute()
    try:
        return (
            0
            if Supervisor(Installation(var), screen, is_empty=arguments.empty).run(once=arguments.once)
            else 1
        )
    except (CannotStart, ImproperlyConfigured) as error:
        screen.warn(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
