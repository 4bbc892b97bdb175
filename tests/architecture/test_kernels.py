"""Kernels are pure: values in, values out. What the clock or chance would say is an argument."""

import ast
import sys

from tests.architecture.tree import APPS, kernel_files, place, syntax_of

# Part of the standard library, but not of a pure function.
IMPURE = {
    "asyncio",
    "http",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "threading",
    "time",
}
CLOCKS = {"now", "today", "utcnow", "uuid4"}


def _imported_names(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node, node.module or ""))
    return found


def _is_pure(name: str) -> bool:
    parts = name.split(".")
    if parts[0] in APPS:
        return parts[1:2] in (["domain"], ["errors"])
    return parts[0] == "errors" or (parts[0] in sys.stdlib_module_names and parts[0] not in IMPURE)


def test_there_are_kernels() -> None:
    assert len({path.parts[-3] for path in kernel_files()}) >= 5


def test_kernels_import_only_the_standard_library_and_each_other() -> None:
    impure = [
        f"{place(path, node)} imports {name}"
        for path in kernel_files()
        for node, name in _imported_names(syntax_of(path))
        if not _is_pure(name)
    ]

    assert impure == []


def test_kernels_ask_no_clock_and_no_chance() -> None:
    asked = [
        f"{place(path, node)} calls {node.func.attr}()"
        for path in kernel_files()
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]

    assert asked == []
