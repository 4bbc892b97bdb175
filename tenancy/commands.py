"""Management commands say for whom they work."""

from typing import Any

from django.core.management.base import BaseCommand

from tenancy.current import for_the_reserve, work_for_the_reserve


class ReserveCommand(BaseCommand):
    """A command of the reserve's operator: it sees every firm, in all its threads."""

    def run_from_argv(self, argv: list[str]) -> None:
        """From the command line the process is the command's alone."""
        work_for_the_reserve()
        super().run_from_argv(argv)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Called by a program, only while the command lasts."""
        with for_the_reserve():
            return super().execute(*args, **options)
