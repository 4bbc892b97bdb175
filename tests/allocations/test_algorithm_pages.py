"""The worked tables of the allocation pages under docs/algorithms are what the calculator gives."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from allocations.domain.reasons import Reason
from allocations.errors import DOCUMENT_REFUSALS
from tests.allocations.documents import answer

PAGES = Path(__file__).parent.parent.parent / "docs" / "algorithms"
WITH_EXAMPLES = ["dividing_a_pool.md", "rounding.md", "explanation.md", "supply_rights.md"]
EXAMPLE = re.compile(r"```json\n(?P<document>.*?)```.*?\n(?P<table>\| id \|.*?)(?:\n\n|\Z)", re.DOTALL)


def _text(page: str) -> str:
    return (PAGES / page).read_text(encoding="utf-8")


def _examples() -> list[Any]:
    return [
        pytest.param(found["document"], found["table"], id=f"{page}-{number}")
        for page in WITH_EXAMPLES
        for number, found in enumerate(EXAMPLE.finditer(_text(page)))
    ]


def _rows(table: str) -> list[dict[str, str]]:
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[2:]]


def test_every_document_of_a_page_has_its_table() -> None:
    for page in WITH_EXAMPLES:
        assert len(EXAMPLE.findall(_text(page))) == _text(page).count("```json") > 0


@pytest.mark.parametrize(("document", "table"), _examples())
def test_a_table_is_what_the_calculator_gives(document: str, table: str) -> None:
    awards = answer(json.loads(document))["awards"]
    shown = [
        {name: str(award.get(name, "")) for name in row}
        for award, row in zip(awards, _rows(table), strict=True)
    ]
    assert shown == _rows(table)


def test_every_reason_is_explained() -> None:
    assert [reason for reason in Reason if f"`{reason}`" not in _text("explanation.md")] == []


def test_every_code_of_bad_input_is_listed() -> None:
    assert [code for code in DOCUMENT_REFUSALS if f"`{code}`" not in _text("calculate_awards.md")] == []
