"""docs/speed.md says what was measured: its tables are those that the kept results make."""

import json
import re
from collections import Counter

from benchmarks.document import DOCUMENT, FIGURES, RESULTS, TABLES, drawings, filled
from benchmarks.tables import bulk_table, medians_of


def test_every_table_is_the_one_its_results_make() -> None:
    text = DOCUMENT.read_text()

    assert filled(text, RESULTS) == text
    assert set(re.findall(r"<!-- ([a-z]+) -->\n(?!<!)", text)) == _measured()
    assert set(re.findall(r"<!-- end of ([a-z]+) -->", text)) == _measured()


def _measured() -> set[str]:
    found = {path.stem for path in RESULTS.glob("*.json")}
    assert found <= set(TABLES)
    return found


def test_every_plot_is_the_one_its_results_make() -> None:
    drawn = drawings(RESULTS)

    assert set(drawn) == {path.stem for path in FIGURES.glob("*.svg")}
    assert all((FIGURES / f"{name}.svg").read_text() == plot for name, plot in drawn.items())
    assert all(f"(figures/{name}.svg)" in DOCUMENT.read_text() for name in drawn)


def test_every_section_has_at_least_three_rounds() -> None:
    rounds = Counter(
        (name, figures.get("size"))
        for name in _measured()
        for figures in json.loads((RESULTS / f"{name}.json").read_text())["rounds"]
    )

    assert {name for name, number in rounds.items() if number < 3} == set()


def test_figures_are_medians_of_the_rounds() -> None:
    content = {"rounds": [{"rate": {"a": {"hot 1": rate}, "b": rate}} for rate in (5.0, 1.0, 3.0)]}

    assert medians_of(content, "rate") == {"a": {"hot 1": 3.0}, "b": 3.0}


def test_a_ratio_is_strongrooms_rate_by_the_others() -> None:
    machine = dict.fromkeys(("commit", "processor", "cores", "memory", "system", "postgresql", "fsync"), "")
    figures = {
        "measured_at": "2026-11-26T00:00:00+00:00",
        "transfers_per_second": {"strongroom_inside": 50.0, "minimal_function": 100.0},
        "peak_mb": {"strongroom_inside": 200.0, "minimal_function": 30.0},
    }
    content = {"machine": {**machine, "python": ""}, "rounds": [figures]}

    assert "| minimal, one function | 0.50 | 100 | 30 |" in bulk_table(content)
