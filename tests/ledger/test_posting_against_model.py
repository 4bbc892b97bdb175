"""Random batches against the ledger and against a plain Python model of it: same answers, same balances."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from errors import Refusal
from ledger.domain.requests import AccountSpec, JournalRequest, Resolution, TransferRequest
from ledger.selectors import Balance, list_balances_under
from ledger.services import BookSpec, PostedJournal, open_accounts, open_books, post_journals
from tests.ledger.model import Model
from tests.ledger.standing import NOON, own_findings

# Two books of one material, a few accounts each: guarded, limited, mirrored and open ones.
SHAPES = (
    AccountSpec("custody", "c", True, mirror="m", mirror_side=1),
    AccountSpec("quarantine", "c", True, limit=20),
    AccountSpec("outside", "c"),
    AccountSpec("position", "t", True, mirror="m", mirror_side=-1),
    AccountSpec("other", "t", True, limit=15, mirror="m", mirror_side=-1),
    AccountSpec("issued", "t"),
)
PAIRS = [
    (one.path, other.path) for one in SHAPES for other in SHAPES if one.book == other.book and one != other
]
AMOUNTS = st.integers(min_value=1, max_value=12)
KEYS = st.integers(min_value=0, max_value=60).map(str)


def _both_sides(is_in: bool, amount: int, is_pending: bool, title: str) -> list[TransferRequest]:
    material, owner = ("outside", "custody"), ("issued", title)
    pairs = (material, owner) if is_in else (material[::-1], owner[::-1])
    return [TransferRequest(source, target, amount, is_pending) for source, target in pairs]


MOVES = st.builds(
    lambda pair, amount, is_pending: [TransferRequest(pair[0], pair[1], amount, is_pending)],
    st.sampled_from(PAIRS), AMOUNTS, st.booleans(),
)  # fmt: skip
# Both sides of the mirror at once, so that not every journal is refused.
BOTH_SIDES = st.builds(
    _both_sides, st.booleans(), AMOUNTS, st.booleans(), st.sampled_from(["position", "other"])
)
# A number beyond the pending transfers there are counts round. Two in a row are often two sides of a mirror.
RESOLUTIONS = st.builds(
    lambda first, action, amount, count: [
        Resolution(number, action, amount if action == "post" else None)
        for number in range(first, first + count)
    ],
    st.integers(min_value=0, max_value=10), st.sampled_from(["post", "void"]), st.none() | AMOUNTS,
    st.sampled_from([1, 2]),
)  # fmt: skip
PARTS = st.one_of(BOTH_SIDES, BOTH_SIDES, MOVES, RESOLUTIONS, RESOLUTIONS)
TRANSFERS = st.lists(PARTS, min_size=1, max_size=2).map(lambda parts: list(chain.from_iterable(parts)))
BATCHES = st.lists(st.tuples(KEYS, TRANSFERS), min_size=1, max_size=3)


class Twins:
    """The ledger and the model, each holding the same accounts; the ledger's under a prefix of its own."""

    def __init__(self) -> None:
        self.prefix = f"{uuid.uuid4().hex}/"
        specs = [
            replace(spec, path=self.prefix + spec.path, book=self.prefix + spec.book,
                    mirror=spec.mirror and self.prefix + spec.mirror)
            for spec in SHAPES
        ]  # fmt: skip
        open_books(books=[BookSpec(self.prefix + code, "g") for code in ("c", "t")])
        open_accounts(accounts=specs)
        self.model = Model({spec.path: spec for spec in specs})
        self.pending_numbers: list[int] = []

    def post(self, batch: list[tuple[str, list[TransferRequest | Resolution]]]) -> None:
        """Post to both; both must answer alike."""
        asked = [self._request(key, transfers) for key, transfers in batch]
        asked = [request for request in asked if request.transfers]
        expected = self.model.code_against(asked)
        for_ledger = [self._for_ledger(request) for request in asked]
        if expected:
            with pytest.raises(Refusal) as caught, transaction.atomic():
                post_journals(journals=for_ledger)
            assert caught.value.code == expected
            return
        self._keep_pending_numbers(asked, post_journals(journals=for_ledger))
        self.model.post(asked)

    def _request(self, key: str, transfers: list[TransferRequest | Resolution]) -> JournalRequest:
        known = [self._known(transfer) for transfer in transfers]
        kept = [transfer for transfer in known if transfer is not None]
        return JournalRequest("random", self.prefix + key, NOON, kept)

    def _known(self, transfer: TransferRequest | Resolution) -> TransferRequest | Resolution | None:
        """With the prefix; a resolution is left out while nothing was ever pending."""
        if isinstance(transfer, TransferRequest):
            return transfer._replace(
                source=self.prefix + transfer.source, target=self.prefix + transfer.target
            )
        if not self.model.holds:
            return None
        number = transfer.pending_transfer % len(self.model.holds)
        amount = transfer.amount or self.model.holds[number].amount
        return transfer._replace(
            pending_transfer=number, amount=amount if transfer.action == "post" else None
        )

    def _for_ledger(self, request: JournalRequest) -> JournalRequest:
        transfers = [
            transfer._replace(pending_transfer=self.pending_numbers[transfer.pending_transfer])
            if isinstance(transfer, Resolution)
            else transfer
            for transfer in request.transfers
        ]
        return request._replace(transfers=transfers)

    def _keep_pending_numbers(self, asked: list[JournalRequest], posted: list[PostedJournal]) -> None:
        seen = set()
        for request, journal in zip(asked, posted, strict=True):
            assert journal.is_replay == (request.idempotency_key in self.model.journals)
            if not journal.is_replay and journal.id not in seen:
                seen.add(journal.id)
                self.pending_numbers += [
                    number
                    for transfer, number in zip(request.transfers, journal.transfer_ids, strict=True)
                    if isinstance(transfer, TransferRequest) and transfer.is_pending
                ]

    def assert_alike(self) -> None:
        """The same balances in both."""
        assert list_balances_under(prefix=self.prefix) == [
            Balance(path, *self.model.balances(path)) for path in sorted(self.model.accounts)
        ]


@pytest.fixture
def _clean_in_the_end(db: None) -> Iterator[None]:
    """After all examples the ledger verifies."""
    yield
    assert own_findings() == []


@pytest.mark.usefixtures("_clean_in_the_end")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(BATCHES, min_size=1, max_size=12))
def test_the_ledger_does_what_the_model_does(
    batches: list[list[tuple[str, list[TransferRequest | Resolution]]]],
) -> None:
    twins = Twins()
    twins.post(
        [("funds", [*_both_sides(True, 30, False, "position"), *_both_sides(True, 6, False, "other")])]
    )
    for batch in batches:
        twins.post(batch)
        twins.assert_alike()
