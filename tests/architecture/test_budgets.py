"""Functions and files stay short enough to be read in one go."""

from tests.architecture.tree import ROOT, functions_of, place, python_files

LONGEST_FUNCTION = 70
LONGEST_FILE = 400
LONGEST_SETTINGS = 300


def test_functions_are_within_their_budget() -> None:
    too_long = [
        f"{place(path, function)} {function.name}: {length} lines"
        for path in python_files()
        for function in functions_of(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]

    assert too_long == []


def test_files_are_within_their_budget() -> None:
    too_long = [
        f"{place(path)}: {length} lines"
        for path in python_files()
        if (length := len(path.read_text().splitlines())) > LONGEST_FILE
    ]

    assert too_long == []


def test_settings_are_one_short_file() -> None:
    assert len((ROOT / "config" / "settings.py").read_text().splitlines()) < LONGEST_SETTINGS
