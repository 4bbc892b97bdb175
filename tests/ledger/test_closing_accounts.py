"""An account can be closed when it holds and awaits nothing; then it takes nothing more."""

import pytest
from django.db import transaction

from errors import Refusal
from ledger.models import Account
from ledger.services import JournalRequest, PostedJournal, close_accounts, post_journals_alone
from tests.ledger.standing import fund, hold, journal, move, post

pytestmark = pytest.mark.usefixtures("committed_ledger")

FUND = journal(move("loan/example", "cash/main", 500), key="fund")
GIVE_BACK = journal(move("cash/main", "loan/example", 500), key="give back")


def commit(*journals: JournalRequest) -> list[PostedJournal]:
    """Post as a transaction of its own."""
    return post_journals_alone(journals=journals)


def refused(*journals: JournalRequest) -> Refusal:
    with pytest.raises(Refusal) as caught:
        commit(*journals)
    return caught.value


def refused_to_close(*paths: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        close_accounts(paths=paths)
    assert not Account.objects.filter(closed_at__isnull=False).exists()
    return caught.value


def test_a_closed_account_takes_nothing_more() -> None:
    commit(FUND)
    commit(GIVE_BACK)
    close_accounts(paths=["cash/main"])
    closed_at = Account.objects.get(path="cash/main").closed_at
    close_accounts(paths=["cash/main"])
    assert Account.objects.get(path="cash/main").closed_at == closed_at
    bad = refused(journal(move("loan/example", "cash/main", 1)))
    assert (bad.code, bad.details) == ("account_closed", {"account": "cash/main"})


def test_a_closed_account_is_refused_also_beside_an_open_one() -> None:
    close_accounts(paths=["credit/example"])
    bad = refused(journal(move("loan/example", "cash/main", 1), move("loan/example", "credit/example", 1)))
    assert (bad.code, bad.details) == ("account_closed", {"account": "credit/example"})


def test_what_was_posted_before_the_account_was_closed_is_still_a_replay() -> None:
    first = commit(FUND, GIVE_BACK)
    close_accounts(paths=["cash/main"])
    again = commit(GIVE_BACK, FUND)
    assert [answer.is_replay for answer in again] == [True, True]
    assert [answer.id for answer in again] == [first[1].id, first[0].id]
    assert refused(FUND, journal(move("loan/example", "cash/main", 1))).code == "account_closed"


@pytest.mark.parametrize("path", ["cash/main", "loan/example"])
def test_an_account_that_holds_something_stays_open(path: str) -> None:
    commit(FUND)
    bad = refused_to_close("income/storage", path)
    assert (bad.code, bad.details) == ("account_not_empty", {"account": path})


def test_an_account_that_awaits_something_stays_open() -> None:
    commit(journal(hold("loan/example", "income/storage", 500)))
    assert refused_to_close("income/storage").code == "account_not_empty"


def test_only_an_account_that_is_there_can_be_closed() -> None:
    bad = refused_to_close("cash/second")
    assert (bad.code, bad.details) == ("unknown_account", {"account": "cash/second"})


def test_who_has_posted_cannot_close_in_the_same_transaction() -> None:
    """Two that do so at once would each wait for the other; so it is refused even to one alone."""
    with transaction.atomic():
        fund(1)
        with pytest.raises(Refusal) as caught, transaction.atomic():
            close_accounts(paths=["income/storage"])
    assert caught.value.code == "closing_after_posting"


def test_who_closes_first_may_post_afterwards_and_close_again() -> None:
    with transaction.atomic():
        close_accounts(paths=["income/storage"])
        post(move("loan/example", "cash/main", 5))
        close_accounts(paths=["credit/example"])
    closed = Account.objects.filter(closed_at__isnull=False).order_by("path")
    assert [account.path for account in closed] == ["credit/example", "income/storage"]
