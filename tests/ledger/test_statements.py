"""Statements: opening balance, movements with the balance after each, closing balance, page by page."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from errors import Refusal
from ledger.selectors import (
    Statement,
    StatementLine,
    find_settled_journal_id,
    get_balance_as_of,
    get_statement,
)
from ledger.selectors import statements as module
from ledger.services import Resolution, roll_up_totals
from tests.ledger.standing import NOON, fund, hold, journal, move, post, post_all

pytestmark = pytest.mark.usefixtures("ledger")

DAY = timedelta(days=1)


def roll_up() -> None:
    settled = find_settled_journal_id()
    assert settled is not None
    while roll_up_totals(until_journal_id=settled) < settled:
        pass


def statement(path: str, **asked: object) -> Statement:
    fields = {"since": None, "until": None, **asked}
    found = get_statement(path=path, **fields)  # type: ignore[arg-type]
    assert found is not None
    return found


def read_all(path: str, limit: int, **asked: object) -> list[Statement]:
    """Every page."""
    pages = [statement(path, limit=limit, **asked)]
    while (position := pages[-1].next_page) is not None:
        pages.append(statement(path, limit=limit, after=position, **asked))
    return pages


def lines_of(pages: list[Statement]) -> list[StatementLine]:
    return [line for page in pages for line in page.lines]


def test_a_statement_has_opening_movements_and_closing() -> None:
    fund(100)
    post(move("cash/main", "income/storage", 30), effective_at=NOON + DAY, reference_type="invoice",
        reference_id="17", kind="fee")  # fmt: skip
    post(move("income/storage", "cash/main", 5), effective_at=NOON + 2 * DAY)
    post(move("cash/main", "income/storage", 1), effective_at=NOON + 3 * DAY)
    found = statement("cash/main", since=NOON + DAY, until=NOON + 3 * DAY)
    assert (found.unit, found.opening, found.closing, found.next_page) == ("cent", 100, 75, None)
    assert [(line.amount, line.balance) for line in found.lines] == [(-30, 70), (5, 75)]
    first = found.lines[0]
    assert (first.kind, first.counterpart, first.effective_at) == ("fee", "income/storage", NOON + DAY)
    assert (first.reference_type, first.reference_id) == ("invoice", "17")


def test_there_is_no_statement_of_an_account_that_does_not_exist() -> None:
    assert get_statement(path="nowhere", since=None, until=None) is None


def test_an_account_without_movements_has_an_empty_statement() -> None:
    assert statement("cash/main").lines == []
    assert statement("cash/main", since=NOON, until=NOON + DAY).closing == 0


def test_what_is_pending_is_in_no_statement_until_it_is_posted() -> None:
    fund(100)
    pending = post(hold("cash/main", "income/storage", 20)).transfer_ids[0]
    assert [line.amount for line in statement("cash/main").lines] == [100]
    post(Resolution(pending, "post", 15), effective_at=NOON + DAY)
    assert [line.amount for line in statement("cash/main").lines] == [100, -15]


@pytest.mark.parametrize("is_rolled_up", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
def test_pages_follow_one_another_across_ties(limit: int, is_rolled_up: bool) -> None:
    """Many movements of one instant: those out of the account and into it, in one journal and in several."""
    fund(1000)
    both = [move("cash/main", "income/storage", 3), move("income/storage", "cash/main", 2)]
    post_all([journal(*both, effective_at=NOON) for _ in range(4)])
    post_all([journal(*both, effective_at=NOON + DAY) for _ in range(3)])
    if is_rolled_up:
        roll_up()
    pages = read_all("cash/main", limit)
    lines = lines_of(pages)
    assert [line.amount for line in lines] == [1000, *[-3, 2] * 7]
    assert len({line.transfer_id for line in lines}) == 15
    assert [(line.effective_at, line.transfer_id) for line in lines] == sorted(
        (line.effective_at, line.transfer_id) for line in lines
    )
    assert [page.brought_forward for page in pages] == [0, *(page.lines[-1].balance for page in pages[:-1])]
    assert lines[-1].balance == pages[0].closing == 1000 - 7


def test_every_balance_after_a_movement_is_the_balance_as_of_then() -> None:
    fund(1000)
    for day in (3, 1, 2):
        post(move("cash/main", "income/storage", day), effective_at=NOON + day * DAY)
    for line in statement("cash/main", since=NOON + DAY).lines:
        after = line.effective_at + timedelta(microseconds=1)
        assert line.balance == get_balance_as_of(path="cash/main", effective_at=after)


@pytest.mark.parametrize("is_rolled_up", [False, True])
def test_as_it_was_known(is_rolled_up: bool) -> None:
    """The later fact of an earlier day is in the statement now and not in the one of then."""
    with_known = fund(100)
    post(move("cash/main", "income/storage", 10), effective_at=NOON - DAY / 2)
    late = post(move("loan/example", "cash/main", 7), effective_at=NOON - DAY)
    if is_rolled_up:
        roll_up()
    now = statement("cash/main", since=NOON - DAY / 2)
    assert (now.opening, now.closing) == (7, 97)
    then = statement(
        "cash/main", since=NOON - DAY / 2, recorded_at=late.recorded_at - timedelta(microseconds=1)
    )
    assert (then.opening, then.closing) == (0, 90)
    assert [line.amount for line in then.lines] == [-10, 100]
    first = statement("cash/main", since=None, recorded_at=with_known.recorded_at)
    assert [line.amount for line in first.lines] == [100]


@pytest.mark.parametrize("is_rolled_up", [False, True])
def test_what_is_posted_between_two_pages_is_not_in_the_statement(is_rolled_up: bool) -> None:
    """Before the page that was read, at its last instant, and after it; the totals may move on too."""
    fund(1000)
    post_all([
        journal(move("cash/main", "income/storage", 1), effective_at=NOON + n * DAY) for n in range(1, 6)
    ])  # fmt: skip
    expected = lines_of(read_all("cash/main", 100))
    first = statement("cash/main", limit=3)
    for moment in (NOON - DAY, NOON + 2 * DAY, NOON + 4 * DAY, NOON + 9 * DAY):
        post(move("loan/example", "cash/main", 50), effective_at=moment)
    if is_rolled_up:
        roll_up()
    assert first.next_page is not None
    second = statement("cash/main", limit=3, after=first.next_page)
    assert [*first.lines, *second.lines] == expected
    assert second.next_page is None
    assert second.closing == first.closing == second.lines[-1].balance == 995
    anew = statement("cash/main")
    assert (len(anew.lines), anew.closing) == (10, 1195)


def test_what_came_unnoticed_is_never_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waited for whoever was posting (here: a number too high), and it came before the second page."""
    fund(1000)
    post(move("cash/main", "income/storage", 1), effective_at=NOON + DAY)
    monkeypatch.setattr(module, "find_settled_journal_id", lambda patience_seconds: None)
    monkeypatch.setattr(module, "find_last_journal_id", lambda: 2**40)
    first = statement("cash/main", limit=1)
    post(move("loan/example", "cash/main", 50), effective_at=NOON + DAY / 2)
    with pytest.raises(Refusal) as caught:
        statement("cash/main", limit=5, after=first.next_page)
    assert caught.value.code == "statement_changed"


def test_a_statement_counts_nothing_that_came_behind_what_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Journals that were posted after the settled number was found, and rolled up at once."""
    known = fund(1000)
    post(move("cash/main", "income/storage", 1), effective_at=NOON - DAY)
    post(move("cash/main", "income/storage", 1), effective_at=NOON + DAY)
    monkeypatch.setattr(module, "find_settled_journal_id", lambda patience_seconds: known.id)
    for _ in range(2):
        found = statement("cash/main", since=NOON, until=NOON + 9 * DAY)
        assert (found.opening, [line.amount for line in found.lines], found.closing) == (0, [1000], 1000)
        roll_up()


@pytest.mark.parametrize("size", [3, 60])
def test_a_page_costs_the_same_number_of_queries(
    size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fund(1000)
    post_all([journal(move("cash/main", "income/storage", 1)) for _ in range(size)])
    with django_assert_num_queries(4):
        first = statement("cash/main", limit=2)
    with django_assert_num_queries(1):
        statement("cash/main", limit=50, after=first.next_page)


def test_a_page_holds_a_thousand_lines_at_most() -> None:
    post_all([journal(*[move("loan/example", "income/storage", 1)] * 1001)])
    assert len(statement("loan/example", limit=10**9).lines) == 1000
