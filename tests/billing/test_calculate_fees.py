"""`manage.py calculate_fees`: the documented question and answer, and one error object for anything else."""

import copy
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from billing.calculator import calculate_fees
from tests.billing.worked_tables import rows_under

QUESTION: dict[str, Any] = {
    "currency": "USD",
    "storage": {
        "moves": [{"date": "2026-03-01", "grams": 12000000}, {"date": "2026-03-11", "grams": -4500000}],
        "rates": [
            {"from": "2026-01-01", "usd_per_tonne_day": "0.62"},
            {"from": "2026-03-16", "usd_per_tonne_day": "0.65"},
        ],
        "tiers": None,
        "minimum_usd": None,
        "queue": None,
    },
    "carrying": {"financed_usd": "3750000.00", "annual_rate_percent": "4.80", "day_count": "ACT/360"},
    "period": {"from": "2026-03-01", "to": "2026-04-01"},
}
ANSWER = {
    "lines": [
        {
            "kind": "storage",
            "from": "2026-03-01",
            "to": "2026-03-16",
            "tonne_days": "157.5",
            "rate": "0.62",
            "amount_usd": "97.65",
        },
        {
            "kind": "storage",
            "from": "2026-03-16",
            "to": "2026-04-01",
            "tonne_days": "120",
            "rate": "0.65",
            "amount_usd": "78.00",
        },
        {
            "kind": "carrying",
            "from": "2026-03-01",
            "to": "2026-04-01",
            "usd_days": "116250000",
            "rate": "4.80",
            "day_count": "ACT/360",
            "amount_usd": "15500.00",
        },
    ],
    "storage_usd": "175.65",
    "carrying_usd": "15500.00",
    "total_usd": "15675.65",
}
ABSENT = object()


def question(changes: dict[str, Any]) -> dict[str, Any]:
    """The standing question with values set, or removed for ABSENT, at paths like "storage.moves.0.date"."""
    changed = copy.deepcopy(QUESTION)
    for path, value in changes.items():
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place: Any = changed
        for part in way:
            place = place[part]
        if value is ABSENT:
            del place[last]
        else:
            place[last] = value
    return changed


def run_command(
    text: str | bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Exit code and standard output of the command with this standard input."""
    data = text if isinstance(text, bytes) else text.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    code = 0
    try:
        call_command("calculate_fees")
    except SystemExit as stopped:
        code = int(str(stopped.code))
    return code, capsys.readouterr().out


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


BAD_QUESTIONS: list[tuple[str, str | None, dict[str, Any]]] = [
    ("missing_field", "period", {"period": ABSENT}),
    ("missing_field", "period", {"period": None}),
    ("missing_field", "period.to", {"period.to": ABSENT}),
    ("missing_field", "storage", {"storage": None, "carrying": None}),
    ("missing_field", "storage.moves", {"storage.moves": ABSENT}),
    ("missing_field", "storage.rates", {"storage.rates": None}),
    ("missing_field", "storage.moves[1].grams", {"storage.moves.1.grams": None}),
    ("missing_field", "carrying.financed_usd", {"carrying.financed_usd": ABSENT}),
    ("missing_field", "carrying.day_count", {"carrying.day_count": ABSENT}),
    ("missing_field", "carrying.annual_rate_percent", {"carrying.annual_rate_percent": ABSENT}),
    ("missing_field", "carrying.moves[0].usd", {"carrying": {"moves": [{"date": "2026-03-01"}]}}),
    ("missing_field", "storage.queue.half_days", {"storage.queue": {"joined": "2026-03-01", "full_days": 1}}),
    ("unknown_field", "fees", {"fees": 1}),
    ("unknown_field", "storage.moves[0].kg", {"storage.moves.0.kg": 1}),
    ("unknown_field", "storage.rates[0].to", {"storage.rates.0.to": "2026-02-01"}),
    ("unknown_choice", "currency", {"currency": "EUR"}),
    ("unknown_choice", "carrying.day_count", {"carrying.day_count": "ACT/ACT"}),
    ("wrong_type", "currency", {"currency": 840}),
    ("wrong_type", "storage", {"storage": []}),
    ("wrong_type", "storage.moves", {"storage.moves": {}}),
    ("wrong_type", "storage.moves[0]", {"storage.moves.0": "2026-03-01"}),
    ("wrong_type", "storage.moves[0].grams", {"storage.moves.0.grams": True}),
    ("wrong_type", "storage.moves[0].grams", {"storage.moves.0.grams": "12000000"}),
    ("wrong_type", "storage.moves[0].grams", {"storage.moves.0.grams": 12.0}),
    ("wrong_type", "storage.moves[0].date", {"storage.moves.0.date": 20260301}),
    ("wrong_type", "storage.rates[0].usd_per_tonne_day", {"storage.rates.0.usd_per_tonne_day": 0.62}),
    ("wrong_type", "storage.rates[0].usd_per_tonne_day", {"storage.rates.0.usd_per_tonne_day": 1}),
    ("wrong_type", "carrying.financed_usd", {"carrying.financed_usd": 3750000}),
    ("wrong_type", "storage.minimum_usd", {"storage.minimum_usd": False}),
    ("wrong_type", "storage.queue.full_days", {"storage.queue": {"joined": "2026-03-01", "full_days": "30"}}),
    ("malformed_date", "period.from", {"period.from": "2026-02-29"}),
    ("malformed_date", "period.from", {"period.from": "20260301"}),
    ("malformed_date", "period.from", {"period.from": "2026-W10-1"}),
    ("malformed_date", "period.from", {"period.from": "2026-3-1"}),
    ("malformed_date", "period.from", {"period.from": "2026-03-01T00:00:00Z"}),
    ("malformed_date", "period.from", {"period.from": "0000-01-01"}),
    ("malformed_date", "period.from", {"period.from": "\u0662\u0660\u0662\u0666-03-01"}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": "1e6"}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": "NaN"}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": "Infinity"}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": "+1"}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": "1,000"}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": " 1"}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": "1\n"}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": "01"}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": "1."}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": ".5"}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": ""}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": "1_000"}),
    ("malformed_decimal", "carrying.financed_usd", {"carrying.financed_usd": "\u0661"}),
    ("too_many_decimals", "carrying.financed_usd", {"carrying.financed_usd": "1.005"}),
    ("too_many_decimals", "carrying.financed_usd", {"carrying.financed_usd": "1.000"}),
    ("too_many_decimals", "storage.minimum_usd", {"storage.minimum_usd": "0.001"}),
    ("negative_number", "carrying.financed_usd", {"carrying.financed_usd": "-1.00"}),
    ("negative_number", "carrying.annual_rate_percent", {"carrying.annual_rate_percent": "-4.80"}),
    ("negative_number", "storage.rates[1].usd_per_tonne_day", {"storage.rates.1.usd_per_tonne_day": "-0.65"}),
    ("negative_number", "storage.rates[1].usd_per_tonne_day", {"storage.rates.1.usd_per_tonne_day": "-0"}),
    ("negative_number", "storage.minimum_usd", {"storage.minimum_usd": "-1"}),
    (
        "negative_number",
        "storage.queue.full_days",
        {"storage.queue": {"joined": "2026-03-01", "full_days": -1, "half_days": 0}},
    ),
    ("number_too_long", "storage.moves[0].grams", {"storage.moves.0.grams": 10**1000}),
    ("number_too_long", "carrying.financed_usd", {"carrying.financed_usd": "9" * 1001}),
    ("empty_period", "period.to", {"period.to": "2026-03-01"}),
    ("empty_period", "period.to", {"period.to": "2026-02-01"}),
    ("duplicate_rate", "storage.rates[1].from", {"storage.rates.1.from": "2026-01-01"}),
    ("conflicting_fields", "storage.tiers", {"storage.tiers": [{"usd_per_tonne_day": "1"}]}),
    ("conflicting_fields", "carrying.moves", {"carrying.moves": []}),
    (
        "conflicting_fields",
        "carrying.moves[0].amount_usd",
        {
            "carrying.financed_usd": None,
            "carrying.moves": [{"date": "2026-03-01", "usd": "1", "amount_usd": "1"}],
        },
    ),
    ("missing_rate", "storage.rates", {"storage.rates.0.from": "2026-03-02"}),
    ("missing_rate", "storage.rates", {"storage.rates": []}),
    ("missing_rate", "storage.tiers", {"storage.rates": None, "storage.tiers": []}),
    (
        "missing_rate",
        "storage.tiers",
        {"storage.rates": None, "storage.tiers": [{"up_to_tonnes": "11.999999", "usd_per_tonne_day": "1"}]},
    ),
    (
        "malformed_tiers",
        "storage.tiers[0]",
        {"storage.rates": None, "storage.tiers": [{"usd_per_tonne_day": "1"}, {"usd_per_tonne_day": "1"}]},
    ),
    (
        "malformed_tiers",
        "storage.tiers[1]",
        {
            "storage.rates": None,
            "storage.tiers": [
                {"up_to_tonnes": "5", "usd_per_tonne_day": "1"},
                {"up_to_tonnes": "5.0", "usd_per_tonne_day": "1"},
            ],
        },
    ),
    (
        "too_many_decimals",
        "storage.tiers[0].up_to_tonnes",
        {"storage.rates": None, "storage.tiers": [{"up_to_tonnes": "0.0000001", "usd_per_tonne_day": "1"}]},
    ),
    ("holding_below_zero", "storage.moves", {"storage.moves.1.grams": -12000001}),
    ("holding_below_zero", "storage.moves", {"storage.moves.1.date": "2026-02-28"}),
    (
        "holding_below_zero",
        "carrying.moves",
        {"carrying.financed_usd": None, "carrying.moves": [{"date": "2026-03-05", "usd": "-0.01"}]},
    ),
]


@pytest.mark.parametrize(("code", "field", "changes"), BAD_QUESTIONS)
def test_a_bad_question_gives_one_error_object_and_exit_code_2(
    code: str,
    field: str | None,
    changes: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    exit_code, out = run_command(json.dumps(question(changes)), monkeypatch, capsys)
    answer = json.loads(out)
    assert exit_code == 2
    assert set(answer) == {"error"}
    assert (answer["error"]["code"], answer["error"]["field"]) == (code, field)
    assert set(answer["error"]) == {"code", "field", "message"}
    assert answer["error"]["message"]


BAD_TEXTS: list[tuple[str, bytes]] = [
    ("malformed_json", b""),
    ("malformed_json", b" \n\t\n"),
    ("malformed_json", b"{"),
    ("malformed_json", b"\xff\xfe"),
    ("malformed_json", b"\xef\xbb\xbf{}"),
    ("malformed_json", b'{"period": NaN}'),
    ("malformed_json", b'{"period": -Infinity}'),
    ("malformed_json", b'{"currency": "USD", "currency": "USD"}'),
    ("malformed_json", b'{"a": 1' + b"0" * 5000 + b"}"),
    ("malformed_json", b"[" * 100_000),
    ("malformed_json", b'{"period": {}} {"period": {}}'),
    ("malformed_json", b"{}\nnot json\n"),
    ("malformed_json", b"{'period': {}}"),
    ("wrong_type", b"[]"),
    ("wrong_type", b"null"),
    ("wrong_type", b'"text"'),
    ("unknown_field", b'{"\\ud800": 1}'),
]


@pytest.mark.parametrize(("code", "text"), BAD_TEXTS, ids=lambda value: str(value)[:24])
def test_text_that_is_no_question(
    code: str, text: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code, out = run_command(text, monkeypatch, capsys)
    assert exit_code == 2
    assert json.loads(out)["error"]["code"] == code


def test_every_refusal_of_the_page_is_tried_here() -> None:
    tried = {code for code, *_ in BAD_QUESTIONS} | {code for code, _ in BAD_TEXTS}
    assert tried == {row["code"].strip("`") for row in rows_under("calculate_fees.md", "code")}
