"""`manage.py calculate_awards`: the awards kernels on JSON from standard input."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from allocations.calculator import calculate_awards_of_text
from errors.refusal import Refusal

BAD_INPUT = 2


class Command(BaseCommand):
    """Reads a JSON object, or one per line; prints one object per object. Exit code 2 on bad input."""

    help = "Compute awards from a JSON object on standard input (or one object per line)."
    requires_system_checks: list[str] = []  # noqa: RUF012  (Django's own declaration)

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Answer the whole input, or name the first fault of it and nothing else."""
        try:
            results = calculate_awards_of_text(sys.stdin.buffer.read())
        except Refusal as refusal:
            error = {"code": refusal.code, "field": refusal.field, "message": refusal.message}
            self.stdout.write(json.dumps({"error": error}))
            sys.exit(BAD_INPUT)
        for result in results:
            self.stdout.write(json.dumps(result))
