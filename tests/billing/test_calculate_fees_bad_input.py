"""`manage.py calculate_fees` on bad input: exit code 2 and one error object that names the field."""

import json
from typing import Any

import pytest

from tests.billing.fee_questions import ABSENT, question, run_command
from tests.billing.worked_tables import rows_under

BAD_QUESTIONS: list[tuple[str, str | None, dict[str, Any]]] = [
    ("missing_field", "period", {"period": ABSENT}),
    ("missing_field", "period", {"period": None}),
    ("missing_field", "period.to", {"period.to": ABSENT}),
    ("missing_field", "storage", {"storage": None, "carrying": None}),
    ("missing_field", "storage.moves", {"storage.moves": ABSENT}),
    ("missing_field", "storage.rates", {"storage.rates": None}),
    ("missing_field", "storage.moves[1].grams", {"storage.moves.1.grams": None}),
    ("missing_field", "carrying.financed_usd", {"carrying.financed_usd": ABSENT}),
    ("missing_field", "carrying.annual_rate_percent", {"carrying.annual_rate_percent": ABSENT}),
    ("missing_field", "carrying.moves[0].usd", {"carrying": {"moves": [{"date": "2026-03-01"}]}}),
    ("missing_field", "storage.queue.half_days", {"storage.queue": {"joined": "2026-03-01", "full_days": 1}}),
    ("unknown_field", "fees", {"fees": 1}),
    ("unknown_field", "storage.moves[0].kg", {"storage.moves.0.kg": 1}),
    ("unknown_field", "storage.rates[0].to", {"storage.rates.0.to": "2026-02-01"}),
    ("unknown_choice", "currency", {"currency": "EUR"}),
    ("unknown_choice", "carrying.day_count", {"carrying.day_count": "ACT/ACT"}),
    ("wrong_type", "currency", {"currency": 840}),
    ("not_an_object", "storage", {"storage": []}),
    ("not_a_list", "storage.moves", {"storage.moves": {}}),
    ("not_an_object", "storage.moves[0]", {"storage.moves.0": "2026-03-01"}),
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
    ("empty_input", b""),
    ("empty_input", b" \n\t\n"),
    ("malformed_json", b"{"),
    ("input_not_utf8", b"\xff\xfe"),
    ("missing_field", b"\xef\xbb\xbf{}"),
    ("malformed_json", b'{"period": NaN}'),
    ("malformed_json", b'{"period": -Infinity}'),
    ("duplicate_field", b'{"currency": "USD", "currency": "USD"}'),
    ("number_too_long", b'{"a": 1' + b"0" * 5000 + b"}"),
    ("nested_too_deeply", b"[" * 100_000),
    ("malformed_json", b'{"period": {}} {"period": {}}'),
    ("malformed_json", b"{}\nnot json\n"),
    ("malformed_json", b"{'period': {}}"),
    ("not_an_object", b"[]"),
    ("not_an_object", b"null"),
    ("not_an_object", b'"text"'),
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
