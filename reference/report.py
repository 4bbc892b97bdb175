"""Prints the main job's result."""

from rich.console import Console

from ledger.verification import CheckResult, run_checks
from reference import tables


def print_report(console: Console) -> bool:
    """Print the result as tables and verify the ledger. Returns whether every invariant holds."""
    for table in (tables.coverage_table(), tables.invoices_table()):
        console.print()
        console.print(table)
    console.print()
    for line in tables.funding_lines():
        console.print(line)
    _print_rationing(console)
    console.print()
    console.print(tables.drawdown_line())
    results = run_checks()
    console.print(_verdict(results))
    return all(result.is_clean for result in results)


def _print_rationing(console: Console) -> None:
    for table in (tables.awards_table(), tables.comparison_table()):
        console.print()
        console.print(table)
    console.print()
    console.print("One award explained, as the auditors recompute it from the snapshot:")
    for line in tables.explanation_lines():
        console.print(f"  {line}")


def _verdict(results: list[CheckResult]) -> str:
    broken = [result.name for result in results if not result.is_clean]
    if broken:
        return f"The ledger doesn't verify: {', '.join(broken)}. `manage.py verify` names the rows."
    return f"The ledger verifies: {len(results)} checks hold, from books that sum to zero to custody = title."
