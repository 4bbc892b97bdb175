"""`make install` does nothing twice, and says what is in its way. Interpreter and pip are stand-ins here."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent.parent / "config" / "install.sh"

# Answers the question for its version, makes a `.venv` with itself in it, and plays pip.
STAND_IN = """#!/bin/sh
echo "$@" >> calls
case "$*" in
*version_info*) exit 0 ;;
*--version*) echo "Python 3.12.0" ;;
*"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python && cp "$0" .venv/bin/pip ;;
*"pip install"*) echo "Collecting one"; {pip} ;;
*"pip check"*) {check} ;;
esac
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("one==1 --hash=sha256:abc\n")
    return tmp_path


def _install(
    place: Path, *, pip: str = "exit 0", check: str = "exit 0", stand_in: str = STAND_IN
) -> tuple[int, str]:
    interpreter = place / "stand-in"
    interpreter.write_text(stand_in.replace("{pip}", pip).replace("{check}", check))
    interpreter.chmod(0o755)
    for name in ("python", "pip"):
        if (place / ".venv" / "bin" / name).exists():
            shutil.copy(interpreter, place / ".venv" / "bin" / name)
    result = subprocess.run(
        ["sh", SCRIPT, "requirements.txt"],
        cwd=place,
        env={"PYTHON": str(interpreter), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stderr


def _calls(place: Path, word: str) -> int:
    return (place / "calls").read_text().count(word)


def test_it_installs_with_hashes(place: Path) -> None:
    code, _ = _install(place)

    assert code == 0
    assert _calls(place, "pip install --require-hashes") == 1


def test_what_is_installed_is_not_installed_again(place: Path) -> None:
    _install(place)
    _install(place)

    assert _calls(place, "-m venv") == 1
    assert _calls(place, "pip install") == 1


def test_changed_requirements_are_installed(place: Path) -> None:
    _install(place)
    (place / "requirements.txt").write_text("one==2 --hash=sha256:abc\n")
    _install(place)

    assert _calls(place, "pip install") == 2


def test_an_interpreter_that_is_too_old_is_named(place: Path) -> None:
    code, words = _install(place, stand_in="#!/bin/sh\nexit 1\n")

    assert code == 1
    assert "Python 3.11 or newer is needed" in words
    assert "PYTHON=" in words


def test_a_missing_venv_module_is_named(place: Path) -> None:
    broken = STAND_IN.replace("mkdir -p .venv/bin", "echo No module named venv; exit 1; mkdir")
    code, words = _install(place, stand_in=broken)

    assert code == 1
    assert "No module named venv" in words
    assert "python3-venv" in words
    assert not (place / ".venv").exists()


def test_a_failing_pip_is_shown_and_tried_again_next_time(place: Path) -> None:
    code, words = _install(place, pip="echo 'no route to the index'; exit 1")

    assert code == 1
    assert "no route to the index" in words
    assert "WHEELS=" in words
    assert _install(place)[0] == 0
    assert _calls(place, "pip install") == 2


def test_packages_that_do_not_fit_are_named(place: Path) -> None:
    code, words = _install(place, check="echo 'one requires two'; exit 1")

    assert code == 1
    assert "one requires two" in words
