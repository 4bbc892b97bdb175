"""The accounts of the money book that stand by themselves."""

from ledger.services import AccountSpec, BookSpec, open_accounts, open_books
from reserve.domain import accounts


def open_money_accounts() -> None:
    """Open the money book, cash, the funding's contras, the purchase headroom and income. Idempotent."""
    open_books(books=[BookSpec(accounts.MONEY_BOOK, "cent")])
    guarded = (accounts.CASH, accounts.HEADROOM)
    free = (
        accounts.FUNDING_CONTRA,
        accounts.HEADROOM_CONTRA,
        *(accounts.income(kind) for kind in accounts.INCOME_KINDS),
    )
    open_accounts(
        accounts=[
            *(AccountSpec(path, accounts.MONEY_BOOK, is_guarded=True) for path in guarded),
            *(AccountSpec(path, accounts.MONEY_BOOK) for path in free),
        ]
    )
