"""The files of the project, as git keeps them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOMAIN_APPS = ("jobs", "ledger", "governance", "reserve", "members", "billing", "allocations")
APPS = (*DOMAIN_APPS, "api", "web", "reference", "intake", "tenancy")


@cache
def all_files() -> tuple[Path, ...]:
    """Every file that is in the repository or would be added to it."""
    paths = _files_in_git() if (ROOT / ".git").exists() else _files_in_archive()
    return tuple(sorted(path for path in paths if path.is_file()))


def _files_in_git() -> set[Path]:
    # Git refuses a checkout that belongs to another account unless it is told that this one is meant.
    listing = subprocess.run(
        [
            "git",
            "-c",
            f"safe.directory={ROOT}",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return {ROOT / name for name in listing.split("\0") if name}


def _files_in_archive() -> set[Path]:
    """Without git: everything but what `.gitignore` names."""
    ours = (path for path in ROOT.iterdir() if path.name not in {".venv", ".hypothesis", "var"})
    below = (path for top in ours for path in (top.rglob("*") if top.is_dir() else [top]))
    return {path for path in below if not any(part.endswith(("cache", "cache__")) for part in path.parts)}


def python_files(*rooms: str) -> list[Path]:
    """Python files below the named folders (everywhere, when none is named), without migrations."""
    return [
        path
        for path in all_files()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and (not rooms or path.relative_to(ROOT).parts[0] in rooms)
    ]


def kernel_files() -> list[Path]:
    """Python files of every `domain/`."""
    return [path for path in python_files(*APPS) if "domain" in path.relative_to(ROOT).parts[:-1]]


@cache
def syntax_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(), filename=str(path))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of the file."""
    for node in ast.walk(syntax_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def place(path: Path, node: ast.AST | None = None) -> str:
    """How a finding is named: file and line."""
    line = getattr(node, "lineno", None)
    return f"{path.relative_to(ROOT)}{f':{line}' if line else ''}"
