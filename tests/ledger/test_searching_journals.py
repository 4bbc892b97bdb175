"""Journals found by the business record they name and by their metadata, page by page."""

import itertools
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from ledger.selectors import journals as module
from ledger.selectors import list_journals
from ledger.services import PostedJournal, reverse_journal
from tests.ledger.standing import NOON, journal, move, post, post_all

pytestmark = pytest.mark.usefixtures("ledger")


def post_some(count: int, **fields: Any) -> list[int]:
    """Numbers of new journals, the latest first."""
    posted: list[PostedJournal] = post_all([
        journal(move("loan/example", "income/storage", 1), **fields) for _ in range(count)
    ])  # fmt: skip
    return [one.id for one in reversed(posted)]


def test_a_journal_is_found_with_all_that_is_known_of_it() -> None:
    post_some(1)
    posted = post(
        move("loan/example", "income/storage", 1),
        kind="fee", key="k", reference_type="invoice", reference_id="17", metadata={"by": "run 3"},
    )  # fmt: skip
    undone = reverse_journal(journal_id=posted.id, idempotency_key="u", effective_at=NOON, reason="wrong")
    (found,) = list_journals(reference=("invoice", "17"))
    assert (found.id, found.kind, found.idempotency_key, found.effective_at) == (posted.id, "fee", "k", NOON)
    assert (found.recorded_at, found.metadata, found.reverses) == (posted.recorded_at, {"by": "run 3"}, None)
    assert [(one.id, one.reverses) for one in list_journals(metadata={"reason": "wrong"})] == [
        (undone.id, posted.id)
    ]


def test_a_reference_is_its_type_and_its_id() -> None:
    post_some(1, reference_type="invoice", reference_id="17")
    post_some(1, reference_type="invoice", reference_id="171")
    post_some(1, reference_type="lot", reference_id="17")
    assert len(list_journals(reference=("invoice", "17"))) == 1
    assert list_journals(reference=("invoice", "1")) == []


def test_metadata_must_all_be_there() -> None:
    first = post_some(1, metadata={"a": "1", "b": "2"})
    second = post_some(1, metadata={"a": "1"})
    assert [one.id for one in list_journals(metadata={"a": "1"})] == [*second, *first]
    assert [one.id for one in list_journals(metadata={"a": "1", "b": "2"})] == first
    assert list_journals(metadata={"a": "2"}) == []
    post_some(1, metadata={"a": "1"}, reference_type="lot", reference_id="1")
    assert len(list_journals(reference=("lot", "1"), metadata={"a": "1"})) == 1
    assert list_journals(reference=("lot", "1"), metadata={"b": "2"}) == []


NARROWED: list[dict[str, object]] = [{"reference": ("lot", "1")}, {"metadata": {"a": "1"}}]


# What is not narrowed is always among the latest.
@pytest.mark.parametrize(
    ("asked", "looked_at"), [*itertools.product(NARROWED, [0, 4, 20_000]), ({}, module.LOOKED_AT)]
)
def test_pages_follow_one_another(
    asked: dict[str, object], looked_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the journals are found among the latest or by the index; what comes meanwhile moves nothing."""
    query = module._AMONG_THE_LATEST.replace(str(module.LOOKED_AT), str(looked_at))
    monkeypatch.setattr(module, "_AMONG_THE_LATEST", query)
    numbers: list[int] = []
    for _ in range(4):
        numbers = [*post_some(2, reference_type="lot", reference_id="1", metadata={"a": "1"}), *numbers]
        if asked:
            post_some(1, reference_type="lot", reference_id="2", metadata={"a": "2"})
    found: list[int] = []
    page = list_journals(limit=3, **asked)  # type: ignore[arg-type]
    while page:
        found += [one.id for one in page]
        post_some(1, reference_type="lot", reference_id="1", metadata={"a": "1"})
        page = list_journals(limit=3, before=page[-1].id, **asked)  # type: ignore[arg-type]
    assert found == numbers


@pytest.mark.parametrize("size", [2, 40])
def test_a_page_is_one_query_or_two(size: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    post_some(size, reference_type="lot", reference_id="1", metadata={"a": "1"})
    with django_assert_num_queries(1):
        list_journals(reference=("lot", "1"))
    with django_assert_num_queries(2):
        assert len(list_journals(metadata={"a": "1"})) == size
