"""The accounts of the money book that stand by themselves."""

from ledger.services import AccountSpec, BookSpec, open_accounts, open_books
from reserve.domain import accounts


def open_money_accounts() -> None:
    """Open the money book, cash, the funding's contras, limits of purchases, income and expenses.

    Idempotent.
    """
    open_books(books=[BookSpec(accounts.MONEY_BOOK, "cent")])
    guarded = (accounts.CASH, accounts.HEADROOM, accounts.CEILING)
    free = (
        accounts.FUNDING_CONTRA,
        accounts.HEADROOM_CONTRA,
        accounts.CEILING_CONTRA,
        *(accounts.expense(kind) for kind in accounts.LOAN_EXPENSES),
        *(accounts.income(kind) for kind in accounts.INCOME_KINDS),
    )
    open_accounts(
        accounts=[
            *(AccountSpec(path, accounts.MONEY_BOOK, is_guarded=True) for path in guarded),
            *(AccountSpec(path, accounts.MONEY_BOOK) for path in free),
        ]
    )
