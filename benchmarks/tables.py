"""The figures as markdown tables: ratios first, medians of the rounds, rates last."""

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks import contenders
from benchmarks.pgbench import TITLE as PGBENCH
from benchmarks.results import median

Content = dict[str, Any]

TITLES = {entry.name: entry.title for entry in contenders.CONTENDERS} | {"pgbench": PGBENCH}
STRONGROOM = contenders.STRONGROOM_ALONE.name
MINIMAL = (contenders.FUNCTION.name, contenders.FUNCTION_WITH_KEYS.name)
HORDAK = (contenders.HORDAK.name, contenders.HORDAK_BULK.name)


def machine_lines(content: Content) -> str:
    """What it was measured on, and when."""
    machine = content["machine"]
    moments = [figures["measured_at"] for figures in content["rounds"]]
    return (
        f"{len(moments)} rounds, {moments[0]} to {moments[-1]}, commit {machine['commit']}; "
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}, {machine['system']}; "
        f"PostgreSQL {machine['postgresql']}, fsync {machine['fsync']}; Python {machine['python']}."
    )


def posting_tables(content: Content) -> str:
    """The two tables of the section: ratios, and transfers per second."""
    rates = medians_of(content, "transfers_per_second")
    cells = list(rates[STRONGROOM])
    names = [name for name in TITLES if name in rates]
    ratios = [
        ["minimal, one function", *(_ratio(rates, cell, MINIMAL[:1]) for cell in cells)],
        ["minimal, one function, with foreign keys", *(_ratio(rates, cell, MINIMAL[1:]) for cell in cells)],
        ["django-hordak, the faster of its two ways", *(_ratio(rates, cell, HORDAK) for cell in cells)],
        ["django-ledger", *(_ratio(rates, cell, (contenders.DJANGO_LEDGER.name,)) for cell in cells)],
    ]
    absolute = [
        [TITLES[name], *(f"{rates[name][cell]:,.0f}" if cell in rates[name] else "" for cell in cells)]
        for name in names
    ]
    return "\n".join(
        [
            "Strongroom, a transaction of its own, divided by:\n",
            table(["", *cells], ratios),
            "\nTransfers per second (medians):\n",
            table(["", *cells], absolute),
            "\n" + machine_lines(content),
        ]
    )


def bulk_table(content: Content) -> str:
    """Rates, ratios of Strongroom's to them, and memory."""
    rates = medians_of(content, "transfers_per_second")
    peaks = medians_of(content, "peak_mb")
    own = rates[contenders.STRONGROOM_INSIDE.name]
    rows = [
        [TITLES[name], f"{own / rate:.2f}", f"{rate:,.0f}", f"{peaks[name]:,.0f}"]
        for name, rate in rates.items()
    ]
    columns = ["", "Strongroom divided by it", "transfers per second", "peak memory of the process, MB"]
    return table(columns, rows) + "\n\n" + machine_lines(content)


def medians_of(content: Content, what: str) -> dict[str, Any]:
    """The median over the rounds of every figure, whether a number or numbers by cell."""
    rounds = [figures[what] for figures in content["rounds"]]
    return {name: _median_of([figures[name] for figures in rounds if name in figures]) for name in rounds[0]}


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _ratio(rates: dict[str, dict[str, float]], cell: str, others: Sequence[str]) -> str:
    fastest = max(rates[name][cell] for name in others)
    return f"{rates[STRONGROOM][cell] / fastest:.2f}"


def _median_of(figures: list[Any]) -> Any:
    if isinstance(figures[0], dict):
        return {cell: median(figure[cell] for figure in figures) for cell in figures[0]}
    return median(figures)
