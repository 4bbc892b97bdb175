"""django-ledger 0.8 as its documentation says: `commit_txs` of a ledger, the journal entry posted at once."""

from collections.abc import Sequence
from decimal import Decimal

import django
from django.db import connection, transaction

from benchmarks.contenders.contract import FUNDS, DoesNotAddUp, Move
from benchmarks.contenders.peer_settings import use_settings

use_settings(
    apps=["django.contrib.sessions", "django.contrib.messages", "django_ledger"],
    DJANGO_LEDGER_USE_DEPRECATED_BEHAVIOR=False,
)
django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone
from django_ledger.io import roles
from django_ledger.models import AccountModel, EntityModel, JournalEntryModel, LedgerModel, TransactionModel

CENTS = Decimal(100)
FUNDING = "funding"


class CommitTxs:
    """`LedgerModel.commit_txs`, which validates, numbers, verifies and posts the journal entry."""

    def __init__(self) -> None:
        self._ledger: LedgerModel | None = None
        self._accounts: list[AccountModel] = []

    def prepare(self, *, accounts: int) -> None:
        """One entity, one chart of accounts, one posted ledger. Accounts are loaded once."""
        call_command("migrate", verbosity=0)
        if not EntityModel.objects.exists():
            self._make_entity(accounts)
        self._ledger = LedgerModel.objects.get()
        # A ledger asks for its entity at each commit: fetched once here.
        self._ledger.entity = EntityModel.objects.get()
        found = {account.code: account for account in AccountModel.objects.filter(code__startswith="1")}
        self._accounts = [account for _, account in sorted(found.items()) if account.name.startswith("bench")]
        if not TransactionModel.objects.exists():
            outside, *others = (self._accounts[-1], *self._accounts[1:-1])
            self._create([(outside, account, FUNDS) for account in others], description=FUNDING)

    def connect(self) -> None:
        """A new connection."""
        connection.close()
        connection.ensure_connection()

    def post(self, move: Move) -> None:
        """One journal entry of two transactions."""
        assert self._ledger is not None
        amount = move.amount / CENTS
        self._ledger.commit_txs(
            je_timestamp=timezone.now(),
            je_txs=[
                {
                    "account": self._accounts[move.source],
                    "amount": amount,
                    "tx_type": "credit",
                    "description": "",
                },
                {
                    "account": self._accounts[move.target],
                    "amount": amount,
                    "tx_type": "debit",
                    "description": "",
                },
            ],
            je_posted=True,
        )

    def post_many(self, moves: Sequence[Move]) -> None:
        """Rows by `bulk_create`, past every check of django-ledger's: only to fill tables beforehand."""
        accounts = self._accounts
        self._create([(accounts[move.source], accounts[move.target], move.amount) for move in moves])

    def check(self) -> int:
        """Debits and credits are equal in every journal entry; each is posted and has two transactions."""
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from (select from django_ledger_transactionmodel group by journal_entry_id"
                " having count(*) <> 2 or sum(case tx_type when 'debit' then amount else -amount end) <> 0)"
                " as broken"
            )
            broken = cursor.fetchone()[0]
        posted = JournalEntryModel.objects.filter(posted=True).count()
        if broken or posted * 2 != TransactionModel.objects.count():
            raise DoesNotAddUp(f"django-ledger: {broken} journal entries, {posted} posted")
        return int(JournalEntryModel.objects.exclude(description=FUNDING).count())

    @staticmethod
    def _make_entity(accounts: int) -> None:
        admin = get_user_model().objects.create_user("bench")
        entity = EntityModel.create_entity(
            name="bench", use_accrual_method=True, admin=admin, fy_start_month=1
        )
        chart = entity.create_chart_of_accounts(assign_as_default=True, commit=True, coa_name="bench")
        for number in range(accounts + 2):
            chart.create_account(
                code=f"1{number:05d}",
                role=roles.ASSET_CA_CASH,
                name=f"bench {number}",
                balance_type="debit",
                active=True,
            )
        entity.create_ledger(name="bench", posted=True)

    @transaction.atomic
    def _create(self, moves: Sequence[tuple[AccountModel, AccountModel, int]], description: str = "") -> None:
        moment = timezone.now()
        entries = [
            JournalEntryModel(
                ledger=self._ledger, timestamp=moment, description=description, posted=True, locked=True
            )
            for _ in moves
        ]
        JournalEntryModel.objects.bulk_create(entries)
        TransactionModel.objects.bulk_create(
            TransactionModel(journal_entry=entry, account=account, amount=cents / CENTS, tx_type=kind)
            for entry, (source, target, cents) in zip(entries, moves, strict=True)
            for account, kind in ((source, "credit"), (target, "debit"))
        )
