"""`manage.py calculate_awards`: one object in, one object out; bad input is exit code 2 and one error."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from allocations.errors import DOCUMENT_REFUSALS
from tests.allocations.documents import answer, document

ROOT = Path(__file__).parent.parent.parent
GOOD = document([{"request_g": 60}, {"request_g": 40}], rule="pro_rata_request", pool=50)


def _run(content: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    out = io.StringIO()
    try:
        call_command("calculate_awards", stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def _with(**changes: object) -> dict[str, Any]:
    """The good document with fields replaced, or left out where the value is `...`."""
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not ...}


def _claiming(**changes: object) -> dict[str, Any]:
    """The good document with the first claim's fields replaced, or left out where the value is `...`."""
    claim = {**GOOD["claims"][0], **changes}
    first = {name: value for name, value in claim.items() if value is not ...}
    return _with(claims=[first, GOOD["claims"][1]])


def test_a_process_of_its_own_without_any_setting_answers() -> None:
    """No database, no secret, no Redis: nothing of the service's environment is needed."""
    done = subprocess.run(
        [sys.executable, "manage.py", "calculate_awards"],
        input=json.dumps(GOOD).encode(),
        capture_output=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        check=False,
    )
    result = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert [award["award_g"] for award in result["awards"]] == [30, 20]
    assert list(result) == [
        "awards",
        "granted_g",
        "unallocated_g",
        "level",
        "certificate",
        "rule",
        "rounding",
    ]
    assert list(result["awards"][0]) == ["id", "award_g", "exact_g", "reason", "explanation"]


def test_bad_input_ends_a_process_with_2_and_one_error() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "calculate_awards"],
        input=b"{}",
        capture_output=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, b"")
    assert json.loads(done.stdout) == {
        "error": {"code": "missing_field", "field": "rule", "message": "This field is needed."}
    }


def test_one_object_over_several_lines_is_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    code, out = _run(json.dumps(GOOD, indent=2).encode(), monkeypatch)
    assert code == 0
    assert len(out.splitlines()) == 1


def test_json_lines_are_answered_line_by_line_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [json.dumps(_with(pool_g=pool)) for pool in (10, 20, 30)]
    code, out = _run("\n\n".join(lines).encode() + b"\r\n", monkeypatch)
    assert code == 0
    assert [json.loads(line)["granted_g"] for line in out.splitlines()] == [10, 20, 30]


def test_one_bad_line_of_many_answers_none(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [json.dumps(GOOD), json.dumps(_with(pool_g=-1)), json.dumps(GOOD)]
    code, out = _run("\n".join(lines).encode(), monkeypatch)
    assert code == 2
    assert json.loads(out)["error"]["code"] == "number_out_of_range"


def test_a_line_that_is_not_json_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    code, out = _run(json.dumps(GOOD).encode() + b"\n{oops}\n", monkeypatch)
    assert code == 2
    assert json.loads(out)["error"]["code"] == "malformed_json"
    assert "line 2" in json.loads(out)["error"]["message"]


def test_a_byte_order_mark_and_names_of_any_script_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    content = _claiming(id="Lager Süd \U0001f512")
    code, out = _run(b"\xef\xbb\xbf" + json.dumps(content, ensure_ascii=False).encode(), monkeypatch)
    assert code == 0
    assert json.loads(out)["awards"][0]["id"] == "Lager Süd \U0001f512"


GOOD_TEXT = json.dumps(GOOD)

MALFORMED_TEXTS: list[tuple[str, bytes, str, str | None]] = [
    ("nothing", b"", "empty_input", None),
    ("blanks only", b" \n\t\n", "empty_input", None),
    ("not JSON", b"pool 100", "malformed_json", None),
    ("cut off", GOOD_TEXT[:-3].encode(), "malformed_json", None),
    ("two on one line", (GOOD_TEXT + " " + GOOD_TEXT).encode(), "malformed_json", None),
    ("not UTF-8", b'{"rule": "\xff"}', "input_not_utf8", None),
    ("UTF-16", GOOD_TEXT.encode("utf-16"), "input_not_utf8", None),
    ("nested deeply", b"[" * 100_000, "nested_too_deeply", None),
    ("a list", b"[]", "not_an_object", None),
    ("a number", b"7", "not_an_object", None),
    ("null", b"null", "not_an_object", None),
    ("twice the same field", b'{"rule": "weighted", "rule": "talmud"}', "duplicate_field", "rule"),
    ("NaN", GOOD_TEXT.replace("50", "NaN").encode(), "malformed_json", None),
    ("Infinity", GOOD_TEXT.replace("50", "Infinity").encode(), "malformed_json", None),
    ("minus Infinity", GOOD_TEXT.replace("50", "-Infinity").encode(), "malformed_json", None),
    ("exponent", GOOD_TEXT.replace("50", "1e999999999").encode(), "not_an_integer", "pool_g"),
    ("a whole float", GOOD_TEXT.replace("50", "50.0").encode(), "not_an_integer", "pool_g"),
    ("too long", GOOD_TEXT.replace("50", "9" * 5000).encode(), "number_too_long", None),
]

MALFORMED_DOCUMENTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("no rule", _with(rule=...), "missing_field", "rule"),
    ("rule null", _with(rule=None), "missing_field", "rule"),
    ("unknown rule", _with(rule="lottery"), "unknown_choice", "rule"),
    ("rule of another type", _with(rule=["weighted"]), "unknown_choice", "rule"),
    ("unknown rounding", _with(rounding="half_up"), "unknown_choice", "rounding"),
    ("unknown policy", _with(minimum_policy="keep"), "unknown_choice", "minimum_policy"),
    ("unknown field", _with(pool_kg=50), "unknown_field", "pool_kg"),
    ("no pool", _with(pool_g=...), "missing_field", "pool_g"),
    ("negative pool", _with(pool_g=-1), "number_out_of_range", "pool_g"),
    ("pool true", _with(pool_g=True), "not_an_integer", "pool_g"),
    ("pool as text", _with(pool_g="50"), "fraction_needs_exact", "pool_g"),
    ("pool as a fraction", _with(pool_g="15/2"), "fraction_needs_exact", "pool_g"),
    ("pool as nonsense", _with(pool_g="a lot"), "not_a_number", "pool_g"),
    ("pool as a list", _with(pool_g=[50]), "not_an_integer", "pool_g"),
    ("unit of zero", _with(unit_g=0), "number_out_of_range", "unit_g"),
    ("negative unit", _with(unit_g=-1), "number_out_of_range", "unit_g"),
    ("no claims", _with(claims=...), "missing_field", "claims"),
    ("claims as an object", _with(claims={}), "not_a_list", "claims"),
    ("claims as text", _with(claims="a"), "not_a_list", "claims"),
    ("claim not an object", _with(claims=[7]), "not_an_object", "claims[0]"),
    ("no id", _claiming(id=...), "missing_field", "claims[0].id"),
    ("empty id", _claiming(id=""), "wrong_type", "claims[0].id"),
    ("id a number", _claiming(id=7), "wrong_type", "claims[0].id"),
    ("id twice", _claiming(id="b"), "duplicate_id", "claims[1].id"),
    ("no request", _claiming(request_g=...), "missing_field", "claims[0].request_g"),
    ("negative request", _claiming(request_g=-5), "number_out_of_range", "claims[0].request_g"),
    ("request a float", _claiming(request_g=1.5), "not_an_integer", "claims[0].request_g"),
    ("request false", _claiming(request_g=False), "not_an_integer", "claims[0].request_g"),
    ("negative right", _claiming(right_g=-5), "number_out_of_range", "claims[0].right_g"),
    ("negative position", _claiming(position_g=-5), "number_out_of_range", "claims[0].position_g"),
    ("minimum above", _claiming(minimum_g=61), "minimum_above_request", "claims[0].minimum_g"),
    ("priority a text", _claiming(priority="1"), "not_an_integer", "claims[0].priority"),
    ("group a number", _claiming(group=4), "wrong_type", "claims[0].group"),
    ("time nonsense", _claiming(submitted_at="noon"), "malformed_timestamp", "claims[0].submitted_at"),
    ("time a number", _claiming(submitted_at=12), "wrong_type", "claims[0].submitted_at"),
    (
        "time without zone",
        _claiming(submitted_at="2026-03-01T09:00:00"),
        "timestamp_without_zone",
        "claims[0].submitted_at",
    ),
    (
        "a day that is none",
        _claiming(submitted_at="2026-02-30T09:00:00Z"),
        "malformed_timestamp",
        "claims[0].submitted_at",
    ),
    ("field of a claim unknown", _claiming(wieght=1), "unknown_field", "claims[0].wieght"),
    ("weight missing", _with(rule="weighted"), "missing_field", "claims[0].weight"),
    ("right missing", _with(rule="pro_rata_right"), "missing_field", "claims[0].right_g"),
    ("inner rule missing", _with(rule="priority"), "missing_field", "inner_rule"),
    ("inner rule itself", _with(rule="priority", inner_rule="priority"), "unknown_choice", "inner_rule"),
    ("inner rule iea", _with(rule="priority", inner_rule="iea"), "unknown_choice", "inner_rule"),
    (
        "inner rule's weight",
        _with(rule="priority", inner_rule="weighted"),
        "missing_field",
        "claims[0].weight",
    ),
]

BAD_WEIGHTS: list[tuple[object, str]] = [
    (-1, "number_out_of_range"),
    ("-1/2", "number_out_of_range"),
    (0.5, "not_a_number"),
    (True, "not_an_integer"),
    ("1/0", "not_a_number"),
    ("1/2/3", "not_a_number"),
    ("1e9", "not_a_number"),
    ("1e999999999", "not_a_number"),
    ("NaN", "not_a_number"),
    ("inf", "not_a_number"),
    ("", "not_a_number"),
    (" 1", "not_a_number"),
    ("1_000", "not_a_number"),
    ("\u0661", "not_a_number"),
    ("5/ 2", "not_a_number"),
    ("9" * 5000, "number_too_long"),
]


@pytest.mark.parametrize(
    ("what", "content", "code", "field"), MALFORMED_TEXTS, ids=lambda part: str(part)[:20]
)
def test_malformed_text_is_refused(
    what: str, content: bytes, code: str, field: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    exit_code, out = _run(content, monkeypatch)
    error = json.loads(out)["error"]
    assert (exit_code, error["code"], error["field"]) == (2, code, field)
    assert error["message"]


@pytest.mark.parametrize(
    ("what", "content", "code", "field"), MALFORMED_DOCUMENTS, ids=lambda part: str(part)[:24]
)
def test_a_malformed_document_is_refused(
    what: str, content: dict[str, Any], code: str, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exit_code, out = _run(json.dumps(content).encode(), monkeypatch)
    error = json.loads(out)["error"]
    assert (exit_code, error["code"], error["field"]) == (2, code, field)
    assert list(json.loads(out)) == ["error"]


@pytest.mark.parametrize(("weight", "code"), BAD_WEIGHTS)
def test_a_malformed_weight_is_refused(weight: object, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = _with(rule="weighted", claims=[{"id": "a", "request_g": 1, "weight": weight}])
    exit_code, out = _run(json.dumps(content).encode(), monkeypatch)
    error = json.loads(out)["error"]
    assert (exit_code, error["code"], error["field"]) == (2, code, "claims[0].weight")


def test_every_code_of_a_malformed_document_is_tried() -> None:
    tried = {code for _, _, code, _ in MALFORMED_TEXTS} | {code for _, _, code, _ in MALFORMED_DOCUMENTS}
    tried |= {code for _, code in BAD_WEIGHTS}
    of_supply_rights = {"unknown_id", "conflicting_fields", "nothing_to_share_by"}
    assert set(DOCUMENT_REFUSALS) <= tried | of_supply_rights


def test_weights_may_be_decimals_and_fractions() -> None:
    claims: list[Any] = [{"request_g": 90, "weight": "0.5"}, {"request_g": 90, "weight": "5/2"}]
    assert [award["award_g"] for award in answer(document(claims, pool=60))["awards"]] == [10, 50]


def test_rounding_and_unit_have_defaults() -> None:
    claims: list[Any] = [{"request_g": 50}, {"request_g": 50}, {"request_g": 50}]
    short = document(claims, pool=100, rule="pro_rata_request")
    spelled_out = short | {"rounding": "sainte_lague", "unit_g": 1}
    left_out = {name: value for name, value in short.items() if name not in ("rounding", "unit_g")}
    assert answer(left_out) == answer(spelled_out)


def test_nobody_asking_is_no_error() -> None:
    result = answer(document([], pool=70))
    assert (result["awards"], result["granted_g"], result["unallocated_g"]) == ([], 0, 70)


def test_null_is_the_same_as_missing() -> None:
    nulls = dict.fromkeys(
        (
            "right_g",
            "position_g",
            "weight",
            "minimum_g",
            "priority",
            "group",
            "submitted_at",
            "already_awarded_g",
            "outstanding_g",
        )
    )
    assert answer(_claiming(**nulls)) == answer(GOOD)


def test_results_longer_than_python_prints_by_default_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three weights of 3,000 digits make a level of more than the 4,300 digits of Python's own limit."""
    claims = [
        {"id": str(place), "request_g": 10**50, "weight": f"1/{10**3000 + place}"} for place in (1, 3, 7)
    ]
    content = document(claims, pool=10**40, rounding="exact")
    code, out = _run(json.dumps(content).encode(), monkeypatch)
    assert code == 0
    assert len(json.loads(out)["level"]) > 4300


def test_a_hundred_digits_are_divided_to_the_gram() -> None:
    claims: list[Any] = [{"request_g": 10**100, "weight": 1}, {"request_g": 10**100, "weight": 2}]
    awards = [award["award_g"] for award in answer(document(claims, pool=10**100))["awards"]]
    assert sum(awards) == 10**100
    assert awards[0] == 10**100 // 3
