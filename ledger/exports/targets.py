"""Where an export goes: under a name of its own until it is complete, then under the one asked for."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ledger.domain.exports.manifest import MANIFEST
from ledger.errors import ExportTargetExists, ExportTargetForeign


@contextmanager
def new_file(path: Path, *, replaces: bool) -> Iterator[BinaryIO]:
    """A file that stands at `path` once the block has ended without an error.

    Raises ExportTargetExists if something is there and not to be replaced, ExportTargetForeign if a
    directory is.
    """
    _refuse_existing(path, replaces=replaces)
    if path.is_dir():
        raise ExportTargetForeign("A directory is there.", path=str(path))
    partial = _partial_of(path)
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def new_directory(path: Path, *, replaces: bool) -> Iterator[Path]:
    """A directory that stands at `path` once the block has ended without an error.

    Replaces only an export or an empty directory, whatever is asked. Raises as `new_file`.
    """
    _refuse_existing(path, replaces=replaces)
    if path.exists() and not (path / MANIFEST).is_file() and not (path.is_dir() and not any(path.iterdir())):
        raise ExportTargetForeign("What is there is no export, so it is not replaced.", path=str(path))
    partial = _partial_of(path)
    partial.mkdir()
    try:
        yield partial
        if path.exists():
            shutil.rmtree(path)
        partial.replace(path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _refuse_existing(path: Path, *, replaces: bool) -> None:
    if path.exists() and not replaces:
        raise ExportTargetExists("Something is there already.", path=str(path))


def _partial_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.partial")
