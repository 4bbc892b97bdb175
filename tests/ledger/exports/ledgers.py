"""Random ledgers: books and paths of any characters, amounts up to the largest, all that can be posted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from errors import Refusal
from ledger.domain.quantities import LARGEST_AMOUNT
from ledger.services import (
    AccountSpec,
    BookSpec,
    JournalRequest,
    Resolution,
    TransferRequest,
    open_accounts,
    open_books,
    post_journals,
    reverse_journal,
)

TEXTS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"])
    | st.sampled_from("/:;|%\"\\'()[]{}*!=@#^~,-_0Aa \t\n\r\v\f\x1a\x85\u2028é"),
    min_size=1,
    max_size=12,
)
CODES = st.sampled_from(["money:USD", "custody:antimony", "title:antimony", "A:B", "a:b"]) | TEXTS
BOOKS = st.lists(
    st.tuples(CODES, st.sampled_from(["g", "cent"])), min_size=1, max_size=3, unique_by=lambda book: book[0]
)
PATHS = st.lists(
    TEXTS | st.sampled_from(["income/a", "Income/a", "loan", "/"]), min_size=4, max_size=8, unique=True
)
AMOUNTS = st.integers(min_value=1, max_value=1000) | st.sampled_from([LARGEST_AMOUNT, LARGEST_AMOUNT - 1])
NUMBERS = st.integers(min_value=0, max_value=63)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["move", "move", "hold", "resolve", "reverse"]), NUMBERS, NUMBERS, AMOUNTS, TEXTS
    ),
    min_size=1,
    max_size=8,
)
BEGINNING = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)


@dataclass
class Builder:
    """Posts steps; what the ledger refuses is left out."""

    accounts: list[list[str]]
    keys: int = 0
    pendings: list[int] = field(default_factory=list)
    journals: list[int] = field(default_factory=list)

    def take(self, step: tuple[str, int, int, int, str]) -> None:
        """Try one step."""
        kind, first, second, amount, text = step
        doing: dict[str, Callable[..., None]] = {
            "move": self._move, "hold": self._move, "resolve": self._resolve, "reverse": self._reverse,
        }  # fmt: skip
        self.keys += 1
        try:
            with transaction.atomic():
                doing[kind](kind, first, second, amount, text)
        except Refusal:
            return

    def _post(self, transfers: list[Any], text: str) -> None:
        request = JournalRequest(
            kind=text,
            idempotency_key=f"{self.keys}:{text}",
            effective_at=BEGINNING + timedelta(hours=7 * self.keys),
            transfers=transfers,
            reference_type=text if self.keys % 2 else "",
            reference_id=text if self.keys % 3 else "",
            metadata={text: text, "key": "value"} if self.keys % 2 else {},
            adjusts_month=datetime(2025, 12, 1, tzinfo=UTC).date() if self.keys % 5 == 0 else None,
        )
        (posted,) = post_journals(journals=[request])
        self.journals.append(posted.id)
        for transfer, number in zip(transfers, posted.transfer_ids, strict=True):
            if isinstance(transfer, TransferRequest) and transfer.is_pending:
                self.pendings.append(number)

    def _move(self, kind: str, first: int, second: int, amount: int, text: str) -> None:
        transfers = []
        for paths in self.accounts[: 1 + first % len(self.accounts)]:
            source = first % len(paths)
            target = (source + 1 + second % (len(paths) - 1)) % len(paths)
            expires_at = datetime(2030, 1, 1, tzinfo=UTC) if kind == "hold" and first % 2 else None
            transfers.append(
                TransferRequest(paths[source], paths[target], amount, kind == "hold", expires_at)
            )
        self._post(transfers, text)

    def _resolve(self, _kind: str, first: int, second: int, amount: int, text: str) -> None:
        if self.pendings:
            pending = self.pendings[first % len(self.pendings)]
            way = (
                Resolution(pending, "void"),
                Resolution(pending, "post"),
                Resolution(pending, "post", amount),
            )
            self._post([way[second % 3]], text)

    def _reverse(self, _kind: str, first: int, _second: int, _amount: int, text: str) -> None:
        if self.journals:
            number = self.journals[first % len(self.journals)]
            self.journals.append(
                reverse_journal(
                    journal_id=number, idempotency_key=f"{self.keys}:r", effective_at=BEGINNING, reason=text
                ).id
            )


def build_ledger(
    books: list[tuple[str, str]], paths: list[str], steps: list[tuple[str, int, int, int, str]]
) -> None:
    """Open books with two accounts or more each, every third account guarded, and take the steps."""
    books = books[: len(paths) // 2]
    open_books(books=[BookSpec(code, unit) for code, unit in books])
    shared = [paths[place :: len(books)] for place in range(len(books))]
    open_accounts(
        accounts=[
            AccountSpec(path, book[0], is_guarded=number % 3 == 2)
            for book, group in zip(books, shared, strict=True)
            for number, path in enumerate(group)
        ]
    )
    builder = Builder(shared)
    for step in steps:
        builder.take(step)
