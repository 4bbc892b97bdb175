"""What may not stand in the tree: junk drawers, unfinished marks, floats near money, foreign places."""

import ast
import re
from pathlib import Path

from tests.architecture.tree import ROOT, all_files, place, python_files, syntax_of

JUNK_DRAWERS = {"utils", "common", "helpers", "core", "misc"}
ROOMS_WITHOUT_FLOAT = ("ledger", "reserve", "members", "billing", "allocations", "api", "web")
TEXT_SUFFIXES = {
    ".py",
    ".md",
    ".sql",
    ".html",
    ".css",
    ".js",
    ".toml",
    ".yaml",
    ".yml",
    ".json",
    ".in",
    ".txt",
    ".sh",
}
TEXT_SUFFIXES |= {"", ".csv", ".svg"}
# One letter in brackets, so that this file doesn't find itself.
UNFINISHED = r"\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K|NotImplemente[d]Error)\b"
REGISTRIES = (
    r"py[p]i\.org|python[h]osted\.org|npm[j]s\.(org|com)|debia[n]\.org/debian"
    r"|docke[r]\.io|gh[c]r\.io|qua[y]\.io"
)
PLACES_OF_A_MACHINE = r"/wor[k]/|/roo[t]/|/hom[e]/"


def _lines_with(pattern: str) -> list[str]:
    return [
        f"{place(path)}:{number} {match.group()}"
        for path in all_files()
        if path.suffix in TEXT_SUFFIXES
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if (match := re.search(pattern, line))
    ]


def test_no_junk_drawers() -> None:
    names = {Path(part).stem for path in all_files() for part in path.relative_to(ROOT).parts}

    assert names & JUNK_DRAWERS == set()


def test_nothing_is_marked_unfinished() -> None:
    assert _lines_with(UNFINISHED) == []


def test_no_registry_is_named() -> None:
    assert _lines_with(REGISTRIES) == []


def test_no_path_of_a_machine_is_named() -> None:
    assert _lines_with(PLACES_OF_A_MACHINE) == []


def test_no_float_near_money_and_mass() -> None:
    calls = [
        place(path, node)
        for path in python_files(*ROOMS_WITHOUT_FLOAT)
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    ]

    assert calls == []
