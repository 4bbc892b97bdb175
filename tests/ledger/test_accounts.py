"""Books and accounts are opened once, in bulk, and keep their properties."""

import pytest

from errors import Refusal
from ledger.models import Account, AccountBalance, Book
from ledger.selectors import get_balance
from ledger.services import AccountSpec, BookSpec, open_accounts, open_books
from tests.ledger.standing import ACCOUNTS, BOOKS, fund, open_standing_accounts

pytestmark = pytest.mark.usefixtures("ledger")


def test_opening_again_changes_nothing() -> None:
    fund(500)
    before = list(Account.objects.order_by("id").values())
    open_standing_accounts()
    assert list(Account.objects.order_by("id").values()) == before
    assert get_balance(path="cash/main").posted == 500


def test_every_guarded_account_has_a_balance_row_and_no_other_has() -> None:
    guarded = {account.path for account in ACCOUNTS if account.is_guarded}
    assert set(AccountBalance.objects.values_list("account__path", flat=True)) == guarded


def test_opening_takes_the_same_number_of_queries_whatever_the_size(
    django_assert_num_queries: object,
) -> None:
    accounts = [AccountSpec(f"position/{number}/antimony", "title:antimony", True) for number in range(500)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        open_accounts(accounts=accounts)
    assert Account.objects.filter(path__startswith="position/").count() == 501


def test_a_book_keeps_its_unit() -> None:
    with pytest.raises(Refusal) as caught:
        open_books(books=[BookSpec("money:USD", "g")])
    assert caught.value.code == "book_conflict"
    assert Book.objects.count() == len(BOOKS)


def test_a_unit_is_gram_or_cent() -> None:
    with pytest.raises(Refusal) as caught:
        open_books(books=[BookSpec("money:EUR", "euro")])
    assert caught.value.code == "malformed_account"


@pytest.mark.parametrize(
    "other",
    [
        AccountSpec("cash/main", "custody:antimony", True),
        AccountSpec("cash/main", "money:USD"),
        AccountSpec("cash/main", "money:USD", True, limit=5),
        AccountSpec("cash/main", "money:USD", True, mirror="cash", mirror_side=1),
        AccountSpec("unattributed/antimony", "title:antimony", True, mirror="antimony", mirror_side=1),
        AccountSpec("credit/example", "money:USD", True, limit=1_001),
    ],
)
def test_an_account_keeps_its_properties(other: AccountSpec) -> None:
    with pytest.raises(Refusal) as caught:
        open_accounts(accounts=[AccountSpec("cash/second", "money:USD"), other])
    assert (caught.value.code, caught.value.details) == ("account_conflict", {"account": other.path})


def test_one_account_cannot_be_asked_for_in_two_ways() -> None:
    with pytest.raises(Refusal) as caught:
        open_accounts(accounts=[AccountSpec("a", "money:USD"), AccountSpec("a", "money:USD", True)])
    assert caught.value.code == "account_conflict"


def test_an_account_needs_a_book_that_is_there() -> None:
    with pytest.raises(Refusal) as caught:
        open_accounts(accounts=[AccountSpec("cash/second", "money:EUR")])
    assert (caught.value.code, caught.value.details) == ("unknown_book", {"book": "money:EUR"})


@pytest.mark.parametrize(
    "spec",
    [
        AccountSpec("", "money:USD"),
        AccountSpec("x" * 301, "money:USD"),
        AccountSpec("a\0b", "money:USD"),
        AccountSpec("a", "money:USD", limit=5),
        AccountSpec("a", "money:USD", True, limit=-1),
        AccountSpec("a", "money:USD", True, limit=2**63),
        AccountSpec("a", "money:USD", mirror="m"),
        AccountSpec("a", "money:USD", mirror="m", mirror_side=2),
        AccountSpec("a", "money:USD", mirror_side=1),
    ],
)
def test_an_account_that_cannot_be_is_refused(spec: AccountSpec) -> None:
    with pytest.raises(Refusal) as caught:
        open_accounts(accounts=[spec])
    assert caught.value.code == "malformed_account"
