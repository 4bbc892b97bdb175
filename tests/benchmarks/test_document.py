"""docs/speed.md says what was measured: its tables are those that the kept results make."""

import json

from benchmarks.document import DOCUMENT, FIGURES, RESULTS, TABLES, drawings, filled
from benchmarks.tables import bulk_table, medians_of


def test_every_table_is_the_one_its_results_make() -> None:
    text = DOCUMENT.read_text()

    assert filled(text, RESULTS) == text
    assert all(f"<!-- {name} -->\n|" in text or f"<!-- {name} -->\nS" in text for name in TABLES)


def test_every_plot_is_the_one_its_results_make() -> None:
    drawn = drawings(RESULTS)

    assert set(drawn) == {path.stem for path in FIGURES.glob("*.svg")}
    assert all((FIGURES / f"{name}.svg").read_text() == plot for name, plot in drawn.items())
    assert all(f"(figures/{name}.svg)" in DOCUMENT.read_text() for name in drawn)


def test_every_section_has_at_least_three_rounds() -> None:
    rounds = {name: len(json.loads((RESULTS / f"{name}.json").read_text())["rounds"]) for name in TABLES}

    assert {name for name, number in rounds.items() if number < 3} == set()


def test_figures_are_medians_of_the_rounds() -> None:
    content = {"rounds": [{"rate": {"a": {"hot 1": rate}, "b": rate}} for rate in (5.0, 1.0, 3.0)]}

    assert medians_of(content, "rate") == {"a": {"hot 1": 3.0}, "b": 3.0}


def test_a_ratio_is_strongrooms_rate_by_the_others() -> None:
    content = json.loads((RESULTS / "bulk.json").read_text())
    for figures in content["rounds"]:
        figures["transfers_per_second"] = {"strongroom_inside": 50.0, "minimal_function": 100.0}

    assert "| minimal, one function | 0.50 | 100 |" in bulk_table(content)
