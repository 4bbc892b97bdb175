"""What the peers read in an exported file: balances by account, in our units."""

import csv
import os
import subprocess
from pathlib import Path

from beancount import loader
from beancount.core import realization
from beancount.core.data import Open
from django.core.management import call_command

from ledger.domain.exports.names import path_of_beancount_account, path_of_hledger_account
from ledger.selectors import TrialBalanceLine, list_trial_balance


def export(path: Path, format_name: str, **options: object) -> Path:
    """Export to `path`."""
    call_command("export_ledger", format=format_name, output=str(path), **options)
    return path


def balances_in_beancount(path: Path) -> dict[str, int]:
    """Balance of every opened account by our path; beancount must find nothing wrong."""
    entries, errors, _options = loader.load_file(str(path))
    assert [error.message for error in errors] == []
    realized = realization.realize(entries)  # type: ignore[no-untyped-call]
    opened = [entry for entry in entries if isinstance(entry, Open)]
    assert all(path_of_beancount_account(entry.account) == entry.meta["path"] for entry in opened)
    return {
        entry.meta["path"]: _in_our_unit(
            [(str(position.units.number), position.units.currency) for position in account.balance]
        )
        for entry in opened
        if (account := realization.get(realized, entry.account)) is not None  # type: ignore[no-untyped-call]
    }


def balances_in_hledger(path: Path) -> dict[str, int]:
    """Balance of every account that is not zero by our path; hledger's strict checks must pass."""
    _hledger(path, "check", "--strict")
    rows = csv.DictReader(
        _hledger(path, "balance", "--flat", "--no-total", "--layout=bare", "-O", "csv").splitlines()
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(path_of_hledger_account(row["account"]), []).append(
            (row["balance"], row["commodity"])
        )
    return {account: _in_our_unit(amounts) for account, amounts in found.items()}


def our_balances(**options: object) -> dict[str, int]:
    """Posted balance of every account."""
    lines: list[TrialBalanceLine] = list_trial_balance(**options)  # type: ignore[arg-type]
    return {line.path: line.balance for line in lines}


def _in_our_unit(amounts: list[tuple[str, str]]) -> int:
    """An account has one commodity; two decimals mean cents."""
    assert len(amounts) <= 1, amounts
    if not amounts:
        return 0
    number, commodity = amounts[0]
    is_money = not commodity.startswith("G")
    assert ("." in number) == is_money, amounts
    return int(number.replace(".", ""))


def _hledger(path: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["hledger", "-f", str(path), *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
