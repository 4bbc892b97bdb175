"""The figures of the growth section as markdown: a line for each size, ratios to one row by primary key."""

from collections.abc import Sequence
from typing import Any

from benchmarks.results import median
from benchmarks.tables import Content, machine_lines, table

ONE_ROW = "one row by primary key"
WAYS = (
    "guarded account now",
    "open account now",
    "as of a past time",
    "as of, as known then",
    "a page of a statement",
)


def growth_tables(content: Content) -> str:
    """Reads with totals up to date and behind, the trial balance, and posting, at each size."""
    sizes = sorted({figures["size"] for figures in content["rounds"]})
    rounds = {size: [one for one in content["rounds"] if one["size"] == size] for size in sizes}
    columns = ["transfers", *WAYS]
    books = [
        [
            f"{size:,}",
            f"{_books(found, 'trial balance') / _books(found, 'full aggregate'):.4f}",
            f"{_books(found, 'trial balance as of a past time') / _books(found, 'full aggregate'):.4f}",
            f"{_books(found, 'full aggregate'):,.0f}",
        ]
        for size, found in rounds.items()
    ]
    posting = [
        [
            f"{size:,}",
            f"{_posted(rounds[size]):,.0f}",
            f"{_posted(rounds[size]) / _posted(rounds[sizes[0]]):.2f}",
        ]
        for size in sizes
    ]
    return "\n".join(
        [
            "Strongroom's selectors, divided by one row by primary key; medians, totals up to date:\n",
            table(columns, _ratios(rounds, "read", "median")),
            "\nThe same at the 99th percentile:\n",
            table(columns, _ratios(rounds, "read", "p99")),
            "\nMedians with 1,000 journals behind the totals:\n",
            table(columns, _ratios(rounds, "read_behind", "median")),
            "\nThe trial balance of all accounts, divided by adding up every transfer:\n",
            table(["transfers", "now", "as of a past time", "adding up, ms"], books),
            "\nPosting alone, one client:\n",
            table(["transfers", "journals per second", "of the first"], posting),
            "\n" + machine_lines(content),
        ]
    )


def _ratios(rounds: dict[int, list[Any]], what: str, figure: str) -> list[Sequence[str]]:
    return [
        [
            f"{size:,}",
            *(f"{_read(found, what, way, figure) / _read(found, what, ONE_ROW, figure):.2f}" for way in WAYS),
        ]
        for size, found in rounds.items()
    ]


def _read(rounds: list[Any], what: str, way: str, figure: str) -> float:
    return median(one[what][way][figure] for one in rounds)


def _books(rounds: list[Any], name: str) -> float:
    return median(one["books"][name] for one in rounds)


def _posted(rounds: list[Any]) -> float:
    return median(one["posted_per_second"] for one in rounds)
