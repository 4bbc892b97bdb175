"""What the commands of export and import show while they work, and how they say no."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from errors import Refusal


@contextmanager
def progress_bar(noun: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on the standard error; gives a function that hears how many more are done."""
    columns = TextColumn(noun), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(noun, total=total)
        yield lambda count: progress.advance(task, count)


def refusal_text(refusal: Refusal) -> str:
    """The refusal on one line: code, sentence, facts."""
    facts = {**({"field": refusal.field} if refusal.field else {}), **refusal.details}
    told = ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
    return f"{refusal.code}: {refusal.message}" + (f" ({told})" if told else "")
