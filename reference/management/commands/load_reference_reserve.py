"""`manage.py load_reference_reserve`: real figures into an empty service; done again, it changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console

from reference.progress import show_progress
from reference.services.load import load_reserve


class Command(BaseCommand):
    """Load the reference reserve with progress."""

    help = "Load the reference reserve: 60 minerals, nine firms, three traders, 12 billion USD."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run the load and show each step."""
        console = Console()
        show_progress(load_reserve(), console=console)
        console.print("The reference reserve is loaded.")
