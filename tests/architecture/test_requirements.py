"""What is installed is pinned, hashed, and has a reason."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[\w,]+\])?[<>=,.0-9]*\s*(?P<reason>#.*)?$")


def _entries(path: Path) -> list[str]:
    lines = path.read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-"))]


@pytest.mark.parametrize("file", ["requirements.in", "requirements-dev.in", "requirements-bench.in"])
def test_every_requirement_has_a_reason(file: str) -> None:
    matches = [(line, ENTRY.match(line)) for line in _entries(ROOT / file)]

    assert [line for line, match in matches if match is None or not match["reason"]] == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-bench"])
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    pinned = (ROOT / f"{name}.txt").read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", pinned)[1:]
    wanted = [match["name"] for line in _entries(ROOT / f"{name}.in") if (match := ENTRY.match(line))]

    assert [block.split()[0] for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []
    for requirement in wanted:
        key = re.sub(r"[-_.]+", "-", requirement).lower()
        assert re.search(rf"^{re.escape(key)}==", pinned, re.MULTILINE), f"{requirement} isn't compiled"


@pytest.mark.parametrize("file", ["requirements-dev.txt", "requirements-bench.txt"])
def test_tests_peers_and_service_agree_on_every_version(file: str) -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", file)
    ]

    assert {name for name in pins[0].keys() & pins[1].keys() if pins[0][name] != pins[1][name]} == set()


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_the_peers_are_not_installed_with_the_service(file: str) -> None:
    assert re.search(r"^django-(hordak|ledger)==", (ROOT / file).read_text(), re.MULTILINE) is None
