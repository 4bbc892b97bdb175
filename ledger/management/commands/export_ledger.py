"""`manage.py export_ledger`: the ledger, or a part of it, for other programs."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import CommandError

from errors import Refusal
from ledger.domain.exports.scope import ExportScope, parse_scope
from ledger.exports import (
    PLAIN_TEXT_FORMATS,
    TABLE_FORMATS,
    count_journals,
    new_directory,
    new_file,
    plain_text_chunks,
    write_tables,
)
from ledger.management.progress import progress_bar
from ledger.selectors import one_state
from tenancy.commands import ReserveCommand


class Command(ReserveCommand):
    """One file for hledger and beancount, a directory of tables for CSV and Parquet."""

    help = "Export the ledger as it is now: hledger or beancount file, or a directory of CSV or Parquet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Format, scope, place."""
        parser.add_argument("--format", required=True, choices=[*PLAIN_TEXT_FORMATS, *TABLE_FORMATS])
        parser.add_argument("--from", dest="since", help="first effective day, or first journal number")
        parser.add_argument("--to", dest="until", help="last effective day, or last journal number")
        parser.add_argument("--book", action="append", default=[], help="only this book; may be repeated")
        parser.add_argument(
            "--output", required=True, help='where to; "-" for a text format: standard output'
        )
        parser.add_argument("--force", action="store_true", help="replace an earlier export")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write it, with a progress bar on the standard error."""
        try:
            scope = parse_scope(since=options["since"], until=options["until"], books=tuple(options["book"]))
            with one_state(), progress_bar("journals", count_journals(scope)) as advance:
                self._export(options, scope, advance)
        except Refusal as refusal:
            raise CommandError(
                f"{refusal.code}: {refusal.message} {refusal.details or ''}".rstrip()
            ) from None

    def _export(self, options: dict[str, Any], scope: ExportScope, advance: Callable[[int], None]) -> None:
        name, replaces = options["format"], options["force"]
        if name in TABLE_FORMATS:
            if options["output"] == "-":
                raise CommandError("Tables are several files: --output names a directory.")
            with new_directory(Path(options["output"]), replaces=replaces) as directory:
                write_tables(directory=directory, format_name=name, scope=scope, advance=advance)
        elif options["output"] == "-":
            _write(sys.stdout.buffer, name, scope, advance)
            sys.stdout.buffer.flush()
        else:
            with new_file(Path(options["output"]), replaces=replaces) as file:
                _write(file, name, scope, advance)


def _write(file: BinaryIO, name: str, scope: ExportScope, advance: Callable[[int], None]) -> None:
    for chunk in plain_text_chunks(format_name=name, scope=scope, advance=advance):
        file.write(chunk.encode())
