"""Transfers of title that go with stock which is lost, withheld for a time, or given back."""

from collections.abc import Callable

from ledger.services import AccountSpec, TransferRequest, open_accounts
from members.domain import accounts
from members.domain.bearers import Title
from reserve.domain import accounts as reserve_accounts


def withhold_title(*, material_code: str, title: Title) -> list[TransferRequest]:
    """Out of unattributed stock and positions, to where it counts nowhere; opens what it needs."""
    _open_withheld_accounts(material_code, title)
    return _moves(
        material_code, title, source=(reserve_accounts.unattributed, accounts.position), target=_WITHHELD
    )


def restore_title(*, material_code: str, title: Title) -> list[TransferRequest]:
    """Back to those whose it was."""
    return _moves(
        material_code, title, source=_WITHHELD, target=(reserve_accounts.unattributed, accounts.position)
    )


def expire_title(*, material_code: str, title: Title, is_withheld: bool) -> list[TransferRequest]:
    """Out of the world; what a firm loses it has to buy again, so that later stock can replace it."""
    issued = reserve_accounts.issued(material_code)
    source = _WITHHELD if is_withheld else (reserve_accounts.unattributed, accounts.position)
    return [
        *(
            TransferRequest(request.source, issued, request.amount)
            for request in _moves(material_code, title, source=source, target=_WITHHELD)
        ),
        *(
            TransferRequest(
                reserve_accounts.obligations(material_code), accounts.commitment(firm, material_code), grams
            )
            for firm, grams in sorted(title.positions_g.items())
        ),
    ]


_Paths = tuple[Callable[[str], str], Callable[[str, str], str]]
_WITHHELD: _Paths = (reserve_accounts.withheld, accounts.withheld)


def _moves(material: str, title: Title, *, source: _Paths, target: _Paths) -> list[TransferRequest]:
    moves = []
    if title.unattributed_g:
        moves.append(TransferRequest(source[0](material), target[0](material), title.unattributed_g))
    for firm, grams in sorted(title.positions_g.items()):
        moves.append(TransferRequest(source[1](firm, material), target[1](firm, material), grams))
    return moves


def _open_withheld_accounts(material: str, title: Title) -> None:
    book = reserve_accounts.title_book(material)
    paths = [accounts.withheld(firm, material) for firm in sorted(title.positions_g)]
    paths.append(reserve_accounts.withheld(material))
    open_accounts(accounts=[AccountSpec(path, book, is_guarded=True) for path in paths])
