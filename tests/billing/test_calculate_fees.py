"""`manage.py calculate_fees`: the documented question gives the documented answer."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from billing.calculator import calculate_fees
from tests.billing.fee_questions import ABSENT, ANSWER, QUESTION, question, run_command


def test_the_page_shows_what_the_command_says() -> None:
    page = (Path(settings.BASE_DIR) / "docs/algorithms/calculate_fees.md").read_text()
    asked, answered = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL))
    assert asked == QUESTION
    assert calculate_fees(asked) == answered == ANSWER


def test_works_from_a_shell_without_a_database() -> None:
    environment = {key: value for key, value in os.environ.items() if "DATABASE" not in key}
    done = subprocess.run(
        [sys.executable, "manage.py", "calculate_fees"],
        cwd=settings.BASE_DIR,
        env=environment,
        input=json.dumps(QUESTION, indent=1).encode(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, ANSWER, b"")


def test_one_document_per_line_gives_one_answer_per_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    second = question({"storage": None})
    text = f"{json.dumps(QUESTION)}\r\n\n{json.dumps(second)}\n"
    code, out = run_command(text, monkeypatch, capsys)
    assert code == 0
    first_answer, second_answer = [json.loads(line) for line in out.splitlines()]
    assert first_answer == ANSWER
    assert second_answer["storage_usd"] == "0.00"
    assert second_answer["total_usd"] == "15500.00"


def test_a_bad_line_among_good_ones_leaves_only_the_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = question({"period.to": "2026-03-01"})
    code, out = run_command(f"{json.dumps(QUESTION)}\n{json.dumps(bad)}\n", monkeypatch, capsys)
    assert code == 2
    assert json.loads(out)["error"]["code"] == "empty_period"


def test_either_part_may_be_missing() -> None:
    only_storage = calculate_fees(question({"carrying": ABSENT}))
    assert (only_storage["carrying_usd"], only_storage["total_usd"]) == ("0.00", "175.65")
    only_carrying = calculate_fees(question({"storage": ABSENT, "currency": ABSENT}))
    assert (only_carrying["storage_usd"], only_carrying["total_usd"]) == ("0.00", "15500.00")


def test_rates_stay_as_they_were_written() -> None:
    changed = question(
        {"storage.rates.0.usd_per_tonne_day": "0.6200", "carrying.annual_rate_percent": "0.0000001"}
    )
    rates = [line["rate"] for line in calculate_fees(changed)["lines"]]
    assert rates == ["0.6200", "0.65", "0.0000001"]


def test_minimum_is_a_line_of_its_own() -> None:
    answer = calculate_fees(question({"storage.minimum_usd": "200", "carrying": None}))
    assert answer["lines"][2:] == [
        {"kind": "minimum", "from": "2026-03-01", "to": "2026-04-01", "amount_usd": "24.35"}
    ]
    assert answer["storage_usd"] == answer["total_usd"] == "200.00"
    assert len(calculate_fees(question({"storage.minimum_usd": "175.65"}))["lines"]) == 3
    nothing_stored = calculate_fees(question({"storage.moves": [], "storage.minimum_usd": "1.00"}))
    assert nothing_stored["storage_usd"] == "1.00"


def test_tiers_replace_rates() -> None:
    tiers = [{"up_to_tonnes": "10.5", "usd_per_tonne_day": "0.70"}, {"usd_per_tonne_day": "0.50"}]
    answer = calculate_fees(question({"storage.rates": None, "storage.tiers": tiers, "carrying": None}))
    # 1 to 10 March 10.5 and 1.5 tonnes, 11 to 31 March 7.5 tonnes
    assert [(line["tonne_days"], line["rate"], line["amount_usd"]) for line in answer["lines"]] == [
        ("262.5", "0.70", "183.75"),
        ("15", "0.50", "7.50"),
    ]


def test_queue_relief_shows_which_part_of_the_rate_is_charged() -> None:
    queue = {"joined": "2026-02-20", "full_days": 14, "half_days": 10}
    answer = calculate_fees(question({"storage.queue": queue, "storage.rates.1": ABSENT, "carrying": None}))
    assert [
        (line["from"], line["to"], line.get("rent_share"), line["amount_usd"]) for line in answer["lines"]
    ] == [
        ("2026-03-01", "2026-03-06", None, "37.20"),
        ("2026-03-06", "2026-03-16", "1/2", "30.23"),  # (5 x 12 + 5 x 7.5) x 0.62 / 2 = 30.225
        ("2026-03-16", "2026-04-01", "0", "0.00"),
    ]


@pytest.mark.parametrize("name", ["usd", "amount_usd", "financed_usd"])
def test_financed_moves_count_from_the_day_at_whose_end_they_are_held(name: str) -> None:
    moves = [{"date": "2026-03-11", name: "-1000000.00"}, {"date": "2025-06-01", name: "3750000"}]
    answer = calculate_fees(
        question({"carrying.financed_usd": ABSENT, "carrying.moves": moves, "storage": None})
    )
    (line,) = answer["lines"]
    assert line["usd_days"] == "95250000"  # 10 x 3.75 + 21 x 2.75 million
    assert line["amount_usd"] == "12700.00"


def test_masses_beyond_64_bits_are_exact() -> None:
    grams = 10**30 + 1
    answer = calculate_fees(
        question({"storage.moves": [{"date": "2026-03-31", "grams": grams}], "carrying": None})
    )
    assert answer["lines"][0]["tonne_days"] == "1" + "0" * 24 + ".000001"
    assert answer["storage_usd"] == "65" + "0" * 22 + ".00"


def test_the_longest_numbers_still_give_an_answer() -> None:
    nines = "9" * 1000
    changed = {
        "storage.moves": [{"date": "2026-03-01", "grams": int(nines)}] * 5,
        "storage.rates": [{"from": "2026-01-01", "usd_per_tonne_day": nines}],
        "carrying.financed_usd": nines,
        "carrying.annual_rate_percent": nines,
    }
    assert len(json.dumps(calculate_fees(question(changed)))) > 8000


def test_days_at_the_ends_of_the_calendar() -> None:
    changed = {
        "period": {"from": "0001-01-01", "to": "9999-12-31"},
        "storage.rates.0.from": "0001-01-01",
        "storage.queue": {"joined": "9999-12-31", "full_days": 10**999, "half_days": 10**999},
    }
    assert calculate_fees(question(changed))["lines"]
