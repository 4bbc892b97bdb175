"""What a book or an account must be before the database is asked."""

from ledger.domain.quantities import LARGEST_AMOUNT
from ledger.domain.requests import AccountSpec, BookSpec
from ledger.domain.texts import is_storable
from ledger.errors import MalformedAccount

UNITS = ("g", "cent")
LONGEST_CODE = 100
LONGEST_PATH = 300
LONGEST_MIRROR = 100


def check_book(book: BookSpec) -> None:
    """Raises MalformedAccount."""
    if not is_storable(book.code, longest=LONGEST_CODE):
        raise MalformedAccount(f"A book's code has 1 to {LONGEST_CODE} characters.", field="code")
    if book.unit not in UNITS:
        raise MalformedAccount('A book counts in "g" or "cent".', field="unit", book=book.code)


def check_account(account: AccountSpec) -> None:
    """Raises MalformedAccount."""
    if not is_storable(account.path, longest=LONGEST_PATH):
        raise MalformedAccount(f"An account's path has 1 to {LONGEST_PATH} characters.", field="path")
    if not is_storable(account.book, longest=LONGEST_CODE):
        raise MalformedAccount("An account needs a book.", field="book", account=account.path)
    if account.limit is not None:
        _check_limit(account)
    _check_mirror(account)


def _check_limit(account: AccountSpec) -> None:
    if not account.is_guarded:
        raise MalformedAccount("Only a guarded account has a limit.", field="limit", account=account.path)
    if type(account.limit) is not int or not 0 <= account.limit <= LARGEST_AMOUNT:
        raise MalformedAccount(
            "A limit is a whole number from 0 to 2^63 - 1.", field="limit", account=account.path
        )


def _check_mirror(account: AccountSpec) -> None:
    sides = (0,) if account.mirror is None else (-1, 1)
    if account.mirror_side not in sides:
        raise MalformedAccount(
            "A mirrored account is on side 1 or -1, any other on side 0.",
            field="mirror_side",
            account=account.path,
        )
    if account.mirror is not None and not is_storable(account.mirror, longest=LONGEST_MIRROR):
        raise MalformedAccount(
            f"A mirror has 1 to {LONGEST_MIRROR} characters.", field="mirror", account=account.path
        )
