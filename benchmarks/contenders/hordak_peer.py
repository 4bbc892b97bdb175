"""django-hordak 2.0: `Account.transfer_to` as it is documented, `bulk_create` as its own benchmark does."""

from collections.abc import Sequence
from decimal import Decimal

import django
from django.db import connection, transaction

from benchmarks.contenders.contract import FUNDS, DoesNotAddUp, Move
from benchmarks.contenders.peer_settings import use_settings

use_settings(apps=["mptt", "hordak"], DEFAULT_CURRENCY="USD", HORDAK_INTERNAL_CURRENCY="USD")
django.setup()

from django.core.management import call_command
from hordak.models import Account, Leg, Transaction
from moneyed import Money

CENTS = Decimal(100)
FUNDING = "funding"
# As many as hordak's own command `create_benchmark_transactions` sends at once.
TRANSACTIONS_AT_ONCE = 25_000


class TransferTo:
    """`Account.transfer_to`, which opens the transaction, creates it and its two legs."""

    def __init__(self) -> None:
        self._accounts: list[Account] = []

    def prepare(self, *, accounts: int) -> None:
        """Accounts without parents. They are loaded once, so that no transfer pays for looking them up."""
        call_command("migrate", verbosity=0)
        if not Account.objects.exists():
            names = ["outside", "hot", *(f"account {number}" for number in range(1, accounts + 1))]
            made = [Account(name=name, type="AS", currencies=["USD"]) for name in names]
            for account in made:
                account.lft = account.rght = account.tree_id = account.level = 0
            Account.objects.bulk_create(made)
            Account.objects.rebuild()
            outside, _, *others = Account.objects.order_by("id")
            self._create([(outside, account, FUNDS) for account in others], description=FUNDING)
        self._accounts = list(Account.objects.order_by("id"))[1:]

    def connect(self) -> None:
        """A new connection."""
        connection.close()
        connection.ensure_connection()

    def post(self, move: Move) -> None:
        """Three inserts in a transaction; a trigger checks at commit that each leg's transaction balances."""
        self._accounts[move.source].transfer_to(self._accounts[move.target], _money(move.amount))

    def post_many(self, moves: Sequence[Move]) -> None:
        """Two `bulk_create` a chunk, one transaction for all."""
        accounts = self._accounts
        self._create([(accounts[move.source], accounts[move.target], move.amount) for move in moves])

    def check(self) -> int:
        """Debits and credits are equal in every transaction, and each has two legs."""
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from (select from hordak_leg group by transaction_id having count(*) <> 2"
                " or sum(coalesce(debit, 0)) <> sum(coalesce(credit, 0))) as broken"
            )
            broken = cursor.fetchone()[0]
        if broken or Transaction.objects.count() * 2 != Leg.objects.count():
            raise DoesNotAddUp(f"django-hordak: {broken} transactions")
        return int(Transaction.objects.exclude(description=FUNDING).count())

    @transaction.atomic
    def _create(self, moves: Sequence[tuple[Account, Account, int]], description: str = "") -> None:
        for begin in range(0, len(moves), TRANSACTIONS_AT_ONCE):
            transactions = []
            legs = []
            for source, target, cents in moves[begin : begin + TRANSACTIONS_AT_ONCE]:
                made = Transaction(description=description)
                amount = _money(cents)
                transactions.append(made)
                legs.append(Leg(transaction=made, account=source, credit=amount))
                legs.append(Leg(transaction=made, account=target, debit=amount))
            Transaction.objects.bulk_create(transactions)
            Leg.objects.bulk_create(legs)


class BulkCreate(TransferTo):
    """Transaction and legs made by hand, both legs in one insert: one round trip fewer."""

    @transaction.atomic
    def post(self, move: Move) -> None:
        """Two inserts in a transaction."""
        amount = _money(move.amount)
        made = Transaction.objects.create()
        Leg.objects.bulk_create(
            [
                Leg(transaction=made, account=self._accounts[move.source], credit=amount),
                Leg(transaction=made, account=self._accounts[move.target], debit=amount),
            ]
        )


def _money(cents: int) -> Money:
    return Money(cents / CENTS, "USD")
