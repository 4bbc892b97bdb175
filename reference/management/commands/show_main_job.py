"""`manage.py show_main_job`: the main job's result, read anew; status 1 where it isn't done."""

from typing import Any

from reference.progress import make_console
from reference.report import print_report
from reference.services.main_job import is_done
from tenancy.commands import ReserveCommand


class Command(ReserveCommand):
    """Print the result."""

    help = "Print the result of the main job on the reference reserve."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print, or end with status 1 and no word."""
        if not is_done() or not print_report(make_console()):
            raise SystemExit(1)
