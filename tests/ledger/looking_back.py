"""What a lifetime of the ledger (test_lifetime.py) is asked at any moment: then, as known, page by page."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from ledger.selectors import (
    find_settled_journal_id,
    get_balances_as_of,
    get_statement,
    list_journals,
    list_subtotals,
    list_trial_balance,
)
from ledger.services import AccountSpec, roll_up_totals
from tests.ledger.model import Model

FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
ACCOUNTS = (
    AccountSpec("custody", "c", True, mirror="m", mirror_side=1),
    AccountSpec("quarantine", "c", True, limit=20),
    AccountSpec("outside", "c"),
    AccountSpec("position", "t", True, mirror="m", mirror_side=-1),
    AccountSpec("other", "t", True, limit=15, mirror="m", mirror_side=-1),
    AccountSpec("issued", "t"),
    AccountSpec("spare/guarded", "c", True),
    AccountSpec("spare/open", "c"),
    AccountSpec("spare/other", "t"),
    AccountSpec("closed", "c", True),
)
PATHS = [spec.path for spec in ACCOUNTS]

PLACES = st.integers(min_value=0, max_value=10_000)
DAYS = st.integers(min_value=0, max_value=11).map(lambda day: FIRST_DAY + timedelta(days=day))
TEXTS = st.sampled_from(["", "a", "ß\"\\{}'"])


class LookingBack(RuleBasedStateMachine):
    """Reads beside a model, and roll-ups at any moment, on which no answer depends."""

    model: Model
    journal_ids: dict[str, int]
    recorded_ats: list[datetime]

    @rule(place=PLACES, effective_at=DAYS)
    def look_back(self, place: int, effective_at: datetime) -> None:
        before = place % len(self.recorded_ats)
        known = self.recorded_ats[before]
        for recorded_at, last in ((known, before + 1), (known - timedelta(microseconds=1), before)):
            assert get_balances_as_of(prefix="", effective_at=effective_at, recorded_at=recorded_at) == {
                path: self.model.posted_as_of(path, effective_at=effective_at, recording=last)
                for path in PATHS
            }

    @rule(effective_at=st.none() | DAYS)
    def balance_the_books(self, effective_at: datetime | None) -> None:
        lines = list_trial_balance(effective_at=effective_at)
        assert {line.path: (line.received, line.given) for line in lines} == {
            path: (self.model.received(path, effective_at), self.model.given(path, effective_at))
            for path in PATHS
        }

    @rule(place=st.none() | PLACES)
    def roll_up(self, place: int | None) -> None:
        """At any moment, up to any journal: no answer depends on it."""
        settled = find_settled_journal_id() or 0
        if place is not None and self.journal_ids:
            settled = self.journal_ids[self._posted_at(place)]
        roll_up_totals(until_journal_id=settled)

    @rule(
        path=st.sampled_from(PATHS),
        since=st.none() | DAYS,
        until=st.none() | DAYS,
        place=st.none() | PLACES,
        limit=st.integers(min_value=1, max_value=5),
    )
    def state_an_account(
        self, path: str, since: datetime | None, until: datetime | None, place: int | None, limit: int
    ) -> None:
        """Page by page; now or as it was known at some recording."""
        recording = recorded_at = None
        if place is not None and self.recorded_ats:
            recording = place % len(self.recorded_ats) + 1
            recorded_at = self.recorded_ats[recording - 1]
        known = self.model.movements(path, until=until, recording=recording)
        known = [one for one in known if since is None or since <= one[0]]
        page = get_statement(path=path, since=since, until=until, recorded_at=recorded_at, limit=limit)
        assert page is not None
        balance = page.opening
        if since is not None:
            assert balance == self.model.posted_as_of(path, effective_at=since, recording=recording)
        end = until if since is None or until is None else max(since, until)
        assert page.closing == self.model.posted_as_of(path, effective_at=end, recording=recording)
        lines = list(page.lines)
        while (position := page.next_page) is not None:
            page = get_statement(
                path=path, since=since, until=until, recorded_at=recorded_at, after=position, limit=limit
            )
            assert page is not None
            lines += page.lines
        assert [(line.effective_at, line.amount) for line in lines] == known
        for line in lines:
            balance += line.amount
            assert line.balance == balance

    @rule(effective_at=st.none() | DAYS, prefix=st.sampled_from(["", "spare/"]))
    def add_up_levels(self, effective_at: datetime | None, prefix: str) -> None:
        expected: dict[tuple[str, str], int] = {}
        for spec in ACCOUNTS:
            if spec.path.startswith(prefix):
                for level in {spec.path, spec.path.split("/")[0]}:
                    key = (level, spec.book)
                    held = self.model.posted_as_of(spec.path, effective_at=effective_at)
                    expected[key] = expected.get(key, 0) + held
        found = list_subtotals(prefix=prefix, effective_at=effective_at)
        assert {(one.path, one.book): one.posted for one in found} == expected

    @rule(text=TEXTS, limit=st.integers(min_value=1, max_value=4))
    def search(self, text: str, limit: int) -> None:
        """Every page, by reference and by metadata."""
        by_metadata: dict[str, Any] = {"metadata": {"a": text}}
        by_reference: dict[str, Any] = {"reference": ("", text)}
        for asked, found in (
            (
                by_metadata,
                {key for key, one in self.model.journals.items() if one.metadata.get("a") == text},
            ),
            (
                by_reference,
                {
                    key
                    for key, one in self.model.journals.items()
                    if text and (one.reference_type, one.reference_id) == ("", text)
                },
            ),
        ):
            numbers: list[int] = []
            page = list_journals(limit=limit, **asked)
            while page:
                numbers += [one.id for one in page]
                page = list_journals(limit=limit, before=page[-1].id, **asked)
            assert numbers == sorted((self.journal_ids[key] for key in found), reverse=True)

    def _posted_at(self, place: int) -> str:
        return list(self.journal_ids)[place % len(self.journal_ids)]
