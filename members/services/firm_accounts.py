"""The ledger accounts of firms, opened in bulk when a commitment is made."""

from collections.abc import Iterable

from ledger.services import AccountSpec, open_accounts
from members.domain import accounts
from reserve.domain import accounts as reserve_accounts


def open_firm_accounts(*, holdings: Iterable[tuple[str, str]]) -> None:
    """Open the accounts of each (firm id, material code), and of each firm's money. Idempotent."""
    pairs = sorted(set(holdings))
    opened = [spec for firm, material in pairs for spec in _material_accounts(firm, material)]
    for firm in sorted({firm for firm, _ in pairs}):
        opened += [
            AccountSpec(accounts.receivable(firm), reserve_accounts.MONEY_BOOK),
            AccountSpec(accounts.deposit(firm), reserve_accounts.MONEY_BOOK),
        ]
    open_accounts(accounts=opened)


def _material_accounts(firm: str, material: str) -> list[AccountSpec]:
    title, duty = reserve_accounts.title_book(material), reserve_accounts.duty_book(material)
    return [
        AccountSpec(
            accounts.position(firm, material), title, is_guarded=True, mirror=material, mirror_side=-1
        ),
        AccountSpec(accounts.lent(firm, material), title, is_guarded=True),
        AccountSpec(accounts.commitment(firm, material), duty, is_guarded=True),
        AccountSpec(accounts.rebuy(firm, material), duty, is_guarded=True),
        AccountSpec(accounts.replenish(firm, material), duty, is_guarded=True),
    ]
