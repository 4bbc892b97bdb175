"""The tables of docs/algorithms/lending.md are what the kernels give."""

from collections import Counter
from pathlib import Path

import pytest

from allocations.domain.replenishing import Debt, Restoration, split_replenishment
from allocations.domain.sourcing import source_awards

PAGE = Path(__file__).parent.parent.parent / "docs" / "algorithms" / "lending.md"


def _tables() -> list[list[list[str]]]:
    tables: list[list[list[str]]] = [[]]
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            tables[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        elif tables[-1]:
            tables.append([])
    return [table[2:] for table in tables if table]


def _amounts(cell: str) -> dict[str, int]:
    pairs = (entry.split() for entry in cell.split(",") if entry.strip())
    return {name: int(amount) for name, amount in pairs}


SOURCES, RETURNS = _tables()


@pytest.mark.parametrize("row", SOURCES, ids=lambda row: row[0])
def test_sources(row: list[str]) -> None:
    awards, positions, unattributed, own, free, lent_by = row
    sources = source_awards(
        awards=_amounts(awards), positions=_amounts(positions), unattributed_g=int(unattributed)
    )
    lent = Counter[str]()
    for part in sources.values():
        lent.update(dict(part.lenders))
    assert {firm: part.own_g for firm, part in sources.items() if part.own_g} == _amounts(own)
    assert {firm: part.unattributed_g for firm, part in sources.items() if part.unattributed_g} == _amounts(
        free
    )
    assert dict(lent) == _amounts(lent_by)


@pytest.mark.parametrize("row", RETURNS, ids="-".join)
def test_returns(row: list[str]) -> None:
    before, to_lenders_before, brings, *expected = (int(cell) for cell in row)
    debt = Debt(500, 100, 100, replenished_g=before, returned_to_lenders_g=to_lenders_before)
    assert split_replenishment(debt=debt, quantity_g=brings) == Restoration(*expected)
