"""JSON documents that commands write to a new file or to standard output."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

STANDARD_OUTPUT = "-"


def write_document(document: Mapping[str, object], output: str, stdout: Any) -> None:
    """Write it; a file that is there already is kept and the command ends with exit code 2."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if output == STANDARD_OUTPUT:
        stdout.write(text)
        return
    try:
        with Path(output).open("x", encoding="utf-8") as file:
            file.write(text + "\n")
    except FileExistsError:
        raise CommandError(f"{output} is there already.", returncode=2) from None
    except OSError as error:
        raise CommandError(f"{output} can't be written: {error.strerror}.", returncode=2) from None
