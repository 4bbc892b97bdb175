"""Every invariant in docs/invariants.md names what holds it and a test that tries to break it."""

import re

from tests.architecture.tree import ROOT, syntax_of

PAGE = ROOT / "docs" / "invariants.md"
TEST_NAME = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def _rows() -> list[str]:
    """Rows of the tables that begin with a number or a short code."""
    return [line for line in PAGE.read_text().splitlines() if re.match(r"\|\s*[A-Z]*-?\d+\s*\|", line)]


def test_there_are_invariants() -> None:
    assert len(_rows()) >= 10


def test_every_invariant_names_a_test() -> None:
    assert [row for row in _rows() if not TEST_NAME.search(row)] == []


def test_no_invariant_has_two_numbers_or_shares_one() -> None:
    numbers = [row.split("|")[1].strip() for row in _rows()]

    assert len(numbers) == len(set(numbers))


def test_the_named_tests_exist() -> None:
    missing = []
    for row in _rows():
        for file, function in TEST_NAME.findall(row):
            path = ROOT / file
            if not path.exists() or (function and not _has_function(file, function)):
                missing.append(f"{file}::{function}")

    assert missing == []


def _has_function(file: str, name: str) -> bool:
    return any(getattr(node, "name", "") == name for node in syntax_of(ROOT / file).body)
