"""`manage.py verify`: every invariant that can be recomputed, recomputed; exit 1 if one is broken."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import CommandError
from rich.console import Console
from rich.table import Table

from errors import Refusal
from ledger.domain.seals import Digest
from ledger.management.progress import refusal_text
from ledger.services import record_verification, run_full_verification, run_new_verification
from ledger.services.verifications import Examination
from ledger.signing import read_public_key, read_signed_digest
from ledger.verification import CheckResult
from ledger.verification import digests as kept
from tenancy.commands import ReserveCommand

# Wide enough for every column when the output goes to a file or a pipe.
PIPED_WIDTH = 160


class Command(ReserveCommand):
    """Prints a table of checks, then the rows that break one."""

    help = (
        "Verify the ledger: exit 0 if every invariant holds, 1 if not, naming the rows,"
        " 2 if a digest or key can't be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to look at, and what to do with the result."""
        parser.add_argument(
            "--incremental",
            action="store_true",
            help="only what was sealed since the last recorded verification without an unknown finding",
        )
        parser.add_argument("--against", metavar="DIGEST", help="also compare with this exported digest")
        parser.add_argument(
            "--public-key", metavar="KEY", help="that signed it: a PEM file, or 64 hexadecimal digits"
        )
        parser.add_argument(
            "--record", action="store_true", help="keep the result, as the jobs do: raises or ends the alarm"
        )
        parser.add_argument("--json", action="store_true", help="print the results as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the checks and print what they found."""
        digest = _read_digest(options["against"], options["public_key"])
        examination = self._run(options, shows_progress=not options["json"])
        if digest is not None:
            examination = _with_digest(examination, digest)
        if options["record"]:
            record_verification(examination=examination)
        results = examination.results
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(result) for result in results], indent=2))
        else:
            self._print(results)
        if not all(result.is_clean for result in results):
            raise SystemExit(1)

    def _run(self, options: dict[str, Any], *, shows_progress: bool) -> Examination:
        run = run_new_verification if options["incremental"] else run_full_verification
        if not shows_progress:
            return run()
        with Console(stderr=True).status("verifying") as status:
            return run(on_progress=lambda done, total: status.update(f"verified {done} of {total} parts"))

    def _print(self, results: Iterable[CheckResult]) -> None:
        table = Table("check", "name", "invariant", "result")
        findings = Table("check", "row", "what is wrong")
        for result in results:
            verdict = "holds" if result.is_clean else f"{len(result.findings)} broken"
            table.add_row(str(result.number), result.name, result.invariant, verdict)
            for finding in result.findings:
                findings.add_row(str(result.number), finding.row, finding.message)
        width = None if self.stdout.isatty() else PIPED_WIDTH
        console = Console(file=cast(IO[str], self.stdout), width=width, markup=False, highlight=False)
        console.print(table)
        if findings.row_count:
            console.print(findings)


def _read_digest(path: str | None, key: str | None) -> Digest | None:
    """The digest to compare with, once its signature was found good: nothing else is worth comparing."""
    if (path is None) != (key is None):
        raise CommandError("--against and --public-key go together.", returncode=2)
    if path is None or key is None:
        return None
    try:
        public_key = read_public_key(_text_of(key) if Path(key).exists() else key)
        return read_signed_digest(_text_of(path), public_key=public_key)
    except Refusal as refusal:
        raise CommandError(refusal_text(refusal), returncode=2) from None


def _text_of(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} can't be read: {error}", returncode=2) from None


def _with_digest(examination: Examination, digest: Digest) -> Examination:
    number = max((result.number for result in examination.results), default=0) + 1
    compared = CheckResult(number, kept.NAME, kept.INVARIANT, list(kept.check_digest(digest)))
    return replace(examination, results=[*examination.results, compared])


def _as_json(result: CheckResult) -> dict[str, object]:
    return {**asdict(result), "is_clean": result.is_clean}
