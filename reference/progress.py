"""Shows the steps of a long command while it works."""

from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from reference.services.load import LoadProgress

LEAST_WIDTH = 130


def make_console() -> Console:
    """A console wide enough for every table: a narrow terminal breaks the lines, but no column is lost."""
    return Console(highlight=False, width=max(Console().width, LEAST_WIDTH))


def show_progress(steps: Iterable[LoadProgress], *, console: Console) -> None:
    """Run through the steps; a terminal gets a bar, a file one line per step."""
    if not console.is_terminal:
        last = ""
        for progress in steps:
            if progress.step != last:
                console.print(f"  {progress.step}")
                last = progress.step
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(), transient=True) as bar:
        task = bar.add_task("starting")
        for progress in steps:
            bar.update(task, description=progress.step, completed=progress.done, total=progress.total)
