"""docs/speed.md says what was measured: its tables are those that the kept results make."""

import json
import re
from collections import Counter
from typing import Any

from benchmarks.document import DOCUMENT, FIGURES, RESULTS, TABLES, UNMEASURED, drawings, filled
from benchmarks.seals_tables import seals_tables
from benchmarks.tables import bulk_table, medians_of, posting_tables


def test_every_table_is_the_one_its_results_make() -> None:
    text = DOCUMENT.read_text()

    assert filled(text, RESULTS) == text
    assert set(re.findall(r"<!-- ([a-z]+) -->\n", text)) == set(TABLES)
    assert set(re.findall(r"\n<!-- end of ([a-z]+) -->", text)) == set(TABLES)
    assert text.count(UNMEASURED) == len(TABLES) - len(_measured())


def _measured() -> set[str]:
    found = {path.stem for path in RESULTS.glob("*.json")}
    assert found <= set(TABLES)
    return found


def test_every_plot_is_the_one_its_results_make() -> None:
    drawn = drawings(RESULTS)

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


def _content(**figures: Any) -> dict[str, Any]:
    machine = dict.fromkeys(
        ("commit", "processor", "cores", "memory", "system", "postgresql", "fsync", "python"), ""
    )
    rounds = [{"measured_at": "2026-11-26T00:00:00+00:00", **figures}]
    return {"machine": machine, "rounds": rounds, "sizes": {"journals": 1000, "clients": 4, "every": 1.0}}


def test_a_ratio_is_strongrooms_rate_by_the_others() -> None:
    rates = {"strongroom_inside": 50.0, "minimal_function": 100.0}
    peaks = {"strongroom_inside": 200.0, "minimal_function": 30.0}

    table = bulk_table(_content(transfers_per_second=rates, peak_mb=peaks))

    assert "| minimal, one function | 0.50 | 100 | 30 |" in table


def test_of_a_peers_two_ways_the_faster_one_counts() -> None:
    names = ("minimal_function", "minimal_keys", "hordak", "hordak_bulk", "django_ledger")
    rates = {name: {"random 1": 10.0, "hot 1": 10.0} for name in names}
    rates |= {"strongroom_alone": {"random 1": 30.0, "hot 1": 60.0}, "pgbench": {"random 1": 7.0}}
    rates["hordak_bulk"]["hot 1"] = 20.0

    tables = posting_tables(_content(transfers_per_second=rates))

    assert "| django-hordak, the faster of its two ways | 3.00 | 3.00 |" in tables
    assert "| pgbench, TPC-B-like | 7 |  |" in tables


def test_sealing_is_compared_with_hashing_what_it_reads() -> None:
    seconds = {"seal": 6.0, "hash_journals": 3.0, "verify": 20.0, "hash_everything": 8.0}
    rates = {"without": 1000.0, "with": 970.0}

    tables = seals_tables(_content(seconds=seconds, transfers_per_second=rates))

    assert "| sealing of 1,000 journals | 2.00 | 6.0 | 3.0 |" in tables
    assert "| full verification of 1,000 journals | 2.50 | 20.0 | 8.0 |" in tables
    assert "| 4 | 0.970 | 1,000 | 970 |" in tables
