"""The figures of the growth section as markdown: a line for each size, ratios to one row by primary key."""

from collections.abc import Sequence
from typing import Any

from benchmarks.plot import plot
from benchmarks.results import median
from benchmarks.tables import Content, machine_lines, table

ONE_ROW = "one row by primary key"
# As docs/speed.md names it.
PLOT = "figures/growth.svg"
WAYS = (
    "guarded account now",
    "open account now",
    "as of a past time",
    "as of, as known then",
    "a page of a statement",
)


def growth_tables(content: Content) -> str:
    """Reads with totals up to date and behind, the trial balance, and posting, at each size."""
    rounds = by_size(content)
    smallest = min(rounds)
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
            f"{_posted(rounds[size]) / _posted(rounds[smallest]):.2f}",
        ]
        for size in rounds
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
            f"\n![Milliseconds of each read, the trial balance and posting, by size]({PLOT})",
            "\n" + machine_lines(content),
        ]
    )


def growth_plot(content: Content) -> str:
    """Medians in milliseconds with totals up to date, and what posting one journal takes, at each size."""
    rounds = by_size(content)
    lines = {
        way: [(float(size), _read(found, "read", way, "median")) for size, found in rounds.items()]
        for way in (ONE_ROW, *WAYS)
    }
    lines["trial balance"] = [(size, _books(found, "trial balance")) for size, found in rounds.items()]
    lines["adding up every transfer"] = [
        (size, _books(found, "full aggregate")) for size, found in rounds.items()
    ]
    lines["posting one journal"] = [(size, 1000 / _posted(found)) for size, found in rounds.items()]
    return plot(
        lines, title="Strongroom as its ledger grows", across="transfers in the ledger", up="milliseconds"
    )


def by_size(content: Content) -> dict[int, list[Any]]:
    """The rounds at each size, smallest first."""
    sizes = sorted({figures["size"] for figures in content["rounds"]})
    return {size: [one for one in content["rounds"] if one["size"] == size] for size in sizes}


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
