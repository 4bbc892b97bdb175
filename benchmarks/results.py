"""What was measured: one JSON file a section, with every round and the machine it ran on."""

import json
import statistics
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Round = dict[str, Any]


class Results:
    """The rounds of one section."""

    def __init__(self, path: Path, *, machine: dict[str, str], sizes: dict[str, Any], keep: bool) -> None:
        self._path = path
        self._content: dict[str, Any] = {"machine": machine, "sizes": sizes, "rounds": []}
        if keep and path.exists():
            standing = json.loads(path.read_text())
            if standing["sizes"] == sizes and _server_of(standing["machine"]) == _server_of(machine):
                self._content["rounds"] = standing["rounds"]

    @property
    def number_of_rounds(self) -> int:
        """How many rounds stand."""
        return len(self._content["rounds"])

    def add(self, figures: Round) -> None:
        """Write a round to the file at once: what was measured isn't lost with what comes after."""
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        self._content["rounds"].append({"measured_at": moment, **figures})
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._content, indent=1) + "\n")


def median(values: Iterable[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def _server_of(machine: dict[str, str]) -> dict[str, str]:
    return {key: machine[key] for key in ("processor", "cores", "postgresql", "settings")}
