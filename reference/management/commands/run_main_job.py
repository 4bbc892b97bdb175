"""`manage.py run_main_job`: a month billed, a drawdown, a disruption rationed; then the result as tables."""

from typing import Any

from django.core.management.base import CommandError

from errors import Refusal
from reference.progress import make_console, show_progress
from reference.report import print_report
from reference.services.main_job import run_main_job
from tenancy.commands import ReserveCommand


class Command(ReserveCommand):
    """Run what isn't done yet and print the result."""

    help = "Run the main job on the reference reserve. Needs a running worker and web server."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run, then report; a ledger that doesn't verify ends with status 1."""
        console = make_console()
        try:
            show_progress(run_main_job(), console=console)
        except Refusal as refusal:
            raise CommandError(f"{refusal.code}: {refusal.message}") from refusal
        if not print_report(console):
            raise CommandError("The ledger doesn't verify.")
