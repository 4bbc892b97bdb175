"""`manage.py load_reference_reserve`: real figures into an empty service; done again, it changes nothing."""

from typing import Any

from reference.progress import make_console, show_progress
from reference.services.load import load_reserve, sign_in_file
from tenancy.commands import ReserveCommand


class Command(ReserveCommand):
    """Load the reference reserve with progress."""

    help = "Load the reference reserve: 60 minerals, nine firms, three traders, 12 billion USD."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run the load and show each step."""
        console = make_console()
        path = sign_in_file()
        known = path.read_text(encoding="utf-8") if path.exists() else ""
        show_progress(load_reserve(), console=console)
        console.print("The reference reserve is loaded.")
        made = path.read_text(encoding="utf-8").removeprefix(known)
        if made:
            console.print(f"\nSign-ins, shown this once; only you can read them in {path}:\n")
            console.print(made, markup=False, soft_wrap=True)
