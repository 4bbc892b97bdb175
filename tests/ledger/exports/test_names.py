"""Names in plain-text accounting files lead back to the path, and no two paths or books share one."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from ledger.domain.exports.names import (
    ROOTS,
    amount_text,
    beancount_account,
    commodity_of,
    hledger_account,
    path_of_beancount_account,
    path_of_hledger_account,
)

CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
PATHS = st.text(CHARACTERS | st.sampled_from("/-0aAZz:;% \té|"), min_size=1, max_size=40)
BEANCOUNT = re.compile(r"(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*)+", re.ASCII)
COMMODITY = re.compile(r"[A-Z][A-Z0-9'._-]*[A-Z0-9]", re.ASCII)


@given(PATHS)
@example("/")
@example("0-/-0-/--/A-/0--")
def test_a_name_in_hledger_leads_back_to_the_path(path: str) -> None:
    account = hledger_account(path)

    assert path_of_hledger_account(account) == path
    assert not re.search(r"[\s;\"()\[\]*!|]", account)


@given(PATHS)
@example("/")
@example("0-/-0-/--/A-/0--")
@example("é/É/0é/-")
def test_a_name_in_beancount_leads_back_to_the_path(path: str) -> None:
    account = beancount_account(path)

    assert path_of_beancount_account(account) == path
    assert BEANCOUNT.fullmatch(account)


def test_the_first_component_decides_the_root() -> None:
    assert beancount_account("income/storage") == "Income:Income:Storage"
    assert beancount_account("custody/east") == "Assets:Custody:East"
    assert set(ROOTS.values()) == {"Equity", "Liabilities", "Expenses", "Income"}


BOOKS = st.builds(
    lambda code, unit: (code, unit),
    st.text(CHARACTERS, min_size=1, max_size=20)
    | st.from_regex(r"[a-z0-9]+([:.-][A-Za-z0-9]+){0,2}", fullmatch=True),
    st.sampled_from(["g", "cent"]),
)  # fmt: skip


@given(st.lists(BOOKS, min_size=2, max_size=6, unique_by=lambda book: book[0]))
@example(
    [("money:USD", "cent"), ("MONEY:USD", "cent"), ("money:usd", "cent"), ("usd", "cent"), ("USD", "cent")]
)
@example([("a:b", "g"), ("a.b", "g"), ("A:B", "g"), ("a-b", "g"), ("1", "g")])
def test_no_two_books_share_a_commodity(books: list[tuple[str, str]]) -> None:
    names = [commodity_of(number=n, code=code, unit=unit) for n, (code, unit) in enumerate(books, start=1)]

    assert len(set(names)) == len(books)
    assert all(COMMODITY.fullmatch(name) for name in names)


def test_commodities_are_readable_where_codes_are_plain() -> None:
    assert commodity_of(number=3, code="custody:antimony", unit="g") == "G-CUSTODY.ANTIMONY"
    assert commodity_of(number=4, code="money:USD", unit="cent") == "USD"
    assert commodity_of(number=5, code="Ärger", unit="g") == "G.5"


def test_cents_have_two_decimals_and_grams_none() -> None:
    assert amount_text(-5, "cent") == "-0.05"
    assert amount_text(2**63 - 1, "cent") == "92233720368547758.07"
    assert amount_text(-412_500, "g") == "-412500"
