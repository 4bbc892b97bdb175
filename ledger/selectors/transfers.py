"""The transfers of a journal: a range of the primary key, since a transfer's number carries its journal's."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import OuterRef, Q, QuerySet

from ledger.domain.numbers import JOURNAL_BITS
from ledger.models import Transfer

# For a join in SQL, with the tables under these names: no index is on journal_id.
OF_JOURNAL = (
    f"transfer.id >= journal.id << {JOURNAL_BITS} and transfer.id < (journal.id + 1) << {JOURNAL_BITS}"
)


def transfers_of(*, journal_ids: Iterable[int]) -> QuerySet[Transfer]:
    """The transfers of a few journals, in the order of their numbers: journals, then places in them."""
    ranges = [
        Q(id__gte=number << JOURNAL_BITS, id__lt=(number + 1) << JOURNAL_BITS) for number in journal_ids
    ]
    found = Transfer.objects.filter(reduce(or_, ranges)) if ranges else Transfer.objects.none()
    return found.order_by("id")


def transfers_of_outer_journal() -> QuerySet[Transfer]:
    """For a subquery in a query of journals: the transfers of each."""
    return Transfer.objects.filter(
        id__gte=OuterRef("id").bitleftshift(JOURNAL_BITS),
        id__lt=(OuterRef("id") + 1).bitleftshift(JOURNAL_BITS),
    )
