"""Writes the tables of docs/speed.md from the results, so that no figure is copied by hand."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from benchmarks.growth_tables import growth_plot, growth_tables
from benchmarks.seals_tables import seals_tables
from benchmarks.server import BASE_DIR
from benchmarks.tables import Content, bulk_table, posting_tables

DOCUMENT = BASE_DIR / "docs" / "speed.md"
FIGURES = BASE_DIR / "docs" / "figures"
RESULTS = BASE_DIR / "benchmarks" / "results"
UNMEASURED = "No figures are kept."
PLOTS: dict[str, Callable[[Content], str]] = {"growth": growth_plot}
TABLES: dict[str, Callable[[Content], str]] = {
    "posting": posting_tables,
    "bulk": bulk_table,
    "growth": growth_tables,
    "seals": seals_tables,
}


def publish(measured: Path) -> None:
    """Keep the results below `measured` in the repository and write them into the document."""
    RESULTS.mkdir(exist_ok=True)
    for name in TABLES:
        source = measured / f"{name}.json"
        if source.exists():
            (RESULTS / source.name).write_text(source.read_text())
    DOCUMENT.write_text(filled(DOCUMENT.read_text(), RESULTS))
    FIGURES.mkdir(exist_ok=True)
    for name, drawn in drawings(RESULTS).items():
        (FIGURES / f"{name}.svg").write_text(drawn)


def drawings(results: Path) -> dict[str, str]:
    """Each plot by its name, made of the kept results."""
    found = {name: results / f"{name}.json" for name in PLOTS}
    return {name: PLOTS[name](json.loads(path.read_text())) for name, path in found.items() if path.exists()}


def filled(text: str, results: Path) -> str:
    """The document with each table between its marks made anew from the kept results."""
    for name, make in TABLES.items():
        path = results / f"{name}.json"
        tables = make(json.loads(path.read_text())) if path.exists() else UNMEASURED
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        text = pattern.sub(lambda _, b=begin, t=tables, e=end: f"{b}\n{t}\n{e}", text)  # type: ignore[misc]
    return text
