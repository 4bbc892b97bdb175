"""`manage.py import_ledger`: an export in CSV becomes the ledger of an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from errors import Refusal
from ledger.management.progress import progress_bar, refusal_text
from ledger.services import import_ledger
from tenancy.commands import ReserveCommand


class Command(ReserveCommand):
    """All or nothing; needs the login that owns the tables."""

    help = "Import an export in CSV into an empty ledger, with DATABASE_OWNER_URL or as the owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The export's directory."""
        parser.add_argument("directory", help="what export_ledger --format csv wrote")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load it, with a progress bar on the standard error."""
        using = "owner" if "owner" in settings.DATABASES else "default"
        try:
            with progress_bar("journals") as advance:
                count = import_ledger(directory=Path(options["directory"]), using=using, advance=advance)
        except Refusal as refusal:
            raise CommandError(refusal_text(refusal)) from None
        self.stdout.write(f"{count} journals imported; `manage.py verify` checks them again.")
