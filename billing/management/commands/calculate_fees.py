"""`manage.py calculate_fees`: fees of JSON documents on standard input. Touches no database."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from billing.calculator import calculate_fees
from errors.refusal import Refusal
from intake.json_text import read_json_documents

BAD_INPUT = 2


class Command(BaseCommand):
    """One line of JSON out per document in; bad input gives one error object and exit code 2."""

    help = "Storage fees and carrying costs of JSON documents on standard input: one, or one per line."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Read everything, calculate everything, then write: an error leaves nothing else behind."""
        try:
            answers = [calculate_fees(document) for document in read_json_documents(sys.stdin.buffer.read())]
        except Refusal as refusal:
            error = {"code": refusal.code, "field": refusal.field, "message": refusal.message}
            self.stdout.write(json.dumps({"error": error}))
            sys.exit(BAD_INPUT)
        for answer in answers:
            self.stdout.write(json.dumps(answer))
