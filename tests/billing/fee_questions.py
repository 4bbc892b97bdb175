"""The fee calculator's standing question and its answer, and the command as a shell would call it."""

import copy
import io
import sys
from typing import Any

import pytest
from django.core.management import call_command

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
