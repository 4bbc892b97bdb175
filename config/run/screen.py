"""What `make run` shows: one line per step with its time, then addresses, then only what changes."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table


class Screen:
    """The terminal, or a plain stream where there is none."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show that something is going on, and how long it took once it is done."""
        begun = time.monotonic()
        with self._console.status(what):
            yield
        self._console.print(f"  {what} [dim]{time.monotonic() - begun:.1f} s[/dim]")

    def say(self, what: str) -> None:
        """One line of news."""
        self._console.print(f"  {what}", markup=False, soft_wrap=True)

    def warn(self, what: str) -> None:
        """Something went wrong."""
        self._console.print(what, style="bold red", markup=False, soft_wrap=True)

    def show_addresses(self, addresses: Mapping[str, str]) -> None:
        """Where everything is."""
        table = Table(show_header=False, box=None, padding=(0, 2))
        for name, address in addresses.items():
            table.add_row(name, address)
        self._console.print()
        self._console.print(table)
        self._console.print()
