"""`manage.py verify`: every invariant that can be recomputed, recomputed; exit 1 if one is broken."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from ledger.verification import CheckResult, run_checks

# Wide enough for every column when the output goes to a file or a pipe.
PIPED_WIDTH = 160


class Command(BaseCommand):
    """Prints a table of checks, then the rows that break one."""

    help = "Verify the ledger: exit 0 if every invariant holds, 1 if not, naming the rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--json` for machines."""
        parser.add_argument("--json", action="store_true", help="print the results as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the checks and print what they found."""
        results = self._run(shows_progress=not options["json"])
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(result) for result in results], indent=2))
        else:
            self._print(results)
        if not all(result.is_clean for result in results):
            raise SystemExit(1)

    def _run(self, *, shows_progress: bool) -> list[CheckResult]:
        if not shows_progress:
            return run_checks()
        results = []
        with Console(stderr=True).status("verifying") as status:
            for result in run_checks():
                status.update(f"verified: {result.name}")
                results.append(result)
        return results

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


def _as_json(result: CheckResult) -> dict[str, object]:
    return {**asdict(result), "is_clean": result.is_clean}
