"""The worked table of docs/algorithms/ledger.md is what the ledger does."""

import re
from pathlib import Path

import pytest
from django.db import transaction

from errors import Refusal
from ledger.selectors import get_balances
from ledger.services import (
    AccountSpec,
    BookSpec,
    Resolution,
    TransferRequest,
    open_accounts,
    open_books,
)
from tests.ledger.standing import post

PAGE = Path(__file__).parent.parent.parent / "docs" / "algorithms" / "ledger.md"
ACCOUNTS = ["outside", "store", "dock"]
MOVE = re.compile(r"(?P<pending>pending: )?(?P<source>\w+) → (?P<target>\w+) (?P<amount>\d+)")
RESOLVE = re.compile(r"(?P<action>post|void) (?:(?P<amount>\d+) of )?(?P<journal>\w+)")


def _rows() -> list[list[str]]:
    table = PAGE.read_text(encoding="utf-8").split("| journal | transfer |")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def _transfer(text: str, posted: dict[str, int]) -> TransferRequest | Resolution:
    if found := MOVE.fullmatch(text):
        return TransferRequest(found["source"], found["target"], int(found["amount"]), bool(found["pending"]))
    found = RESOLVE.fullmatch(text)
    assert found is not None, text
    pending = posted[found["journal"]]
    return (
        Resolution(pending, "post", int(found["amount"])) if found["amount"] else Resolution(pending, "void")
    )


@pytest.mark.django_db
def test_the_worked_table_is_what_the_ledger_does() -> None:
    open_books(books=[BookSpec("worked", "g")])
    open_accounts(
        accounts=[
            AccountSpec("outside", "worked"),
            AccountSpec("store", "worked", True),
            AccountSpec("dock", "worked", True, limit=1_000),
        ]
    )
    posted: dict[str, int] = {}
    assert len(_rows()) == 7
    for name, transfer, *shown in _rows():
        try:
            with transaction.atomic():
                posted[name] = post(_transfer(transfer, posted)).transfer_ids[0]
        except Refusal as refusal:
            result = [refusal.code, "", ""]
        else:
            balances = get_balances(paths=ACCOUNTS)
            result = [
                f"{b.posted}/{b.pending_in}/{b.pending_out}" for b in (balances[path] for path in ACCOUNTS)
            ]
        assert (name, result) == (name, shown)
