"""Any ledger, exported, is what the plain-text accounting programs read: no error, and our balances."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledger.models import Journal
from tests.ledger.exports.ledgers import BOOKS, PATHS, STEPS, build_ledger
from tests.ledger.exports.peers import balances_in_beancount, balances_in_hledger, export, our_balances

LEDGERS = st.tuples(BOOKS, PATHS, STEPS)
EVERYTHING = (
    [("money:USD", "cent"), ("custody:antimony", "g")],
    ["cash/main", "outside/antimony", "income/storage", "custody/east b/antimony", "loan", "A//é;|(b) [c]"],
    [
        ("move", 0, 0, 2**63 - 1, "a kind"),
        ("move", 1, 1, 2**63 - 1, "x; date:2030-01-01, | [2031-01-01]"),
        ("hold", 1, 0, 500, '"\\'),
        ("resolve", 0, 2, 200, "  "),
        ("resolve", 1, 0, 1, "void\n"),
        ("reverse", 1, 0, 1, "why"),
    ],
)  # fmt: skip
SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)


@contextmanager
def _ledger(
    made_of: tuple[list[tuple[str, str]], list[str], list[tuple[str, int, int, int, str]]],
) -> Iterator[None]:
    """The ledger, gone after the block."""
    with transaction.atomic():
        build_ledger(*made_of)
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@SETTINGS
@given(made_of=LEDGERS)
@example(made_of=EVERYTHING)
def test_beancount_reads_our_balances(
    made_of: tuple[list[tuple[str, str]], list[str], list[tuple[str, int, int, int, str]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("export") / "ledger.beancount"
    with _ledger(made_of):
        assert balances_in_beancount(export(path, "beancount")) == our_balances()


@pytest.mark.peer
@pytest.mark.django_db
@SETTINGS
@given(made_of=LEDGERS)
@example(made_of=EVERYTHING)
def test_hledger_reads_our_balances(
    made_of: tuple[list[tuple[str, str]], list[str], list[tuple[str, int, int, int, str]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("export") / "ledger.journal"
    with _ledger(made_of):
        ours = {account: balance for account, balance in our_balances().items() if balance}

        assert balances_in_hledger(export(path, "hledger")) == ours


@pytest.mark.django_db
def test_the_example_has_everything_in_it() -> None:
    with _ledger(EVERYTHING):
        assert Journal.objects.count() == len(EVERYTHING[2])
        assert min(our_balances().values()) == -(2**63) + 1
