"""The commitments that a fee run knows."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from billing.selectors.cutoffs import Cutoff
from ledger.models import Journal
from members.models import Commitment, RightsTransfer
from members.selectors import list_commitments
from reserve.selectors import reserve_day

MADE = "members.commitment_made"
TRANSFERRED = "members.rights_transferred"


@dataclass(frozen=True, slots=True)
class KnownCommitment:
    """A commitment and what of it is known to be sold: grams with the first day on which they don't count."""

    commitment: Commitment
    sold: Sequence[tuple[date, int]]


def list_known_commitments(
    *, firm_ids: Collection[UUID], cutoff: Cutoff, material_codes: Collection[str] | None = None
) -> list[KnownCommitment]:
    """Commitments of the firms, oldest first, open or closed; three queries.

    A commitment is known with the journal that made it or by which it was taken over, and a sale with the
    journal of the transfer: that says in which transaction it was written.
    """
    commitments = list(
        list_commitments(firm_ids=firm_ids, material_codes=material_codes, states=Commitment.State.values)
    )
    ids = {row.id for row in commitments}
    transfers = list(RightsTransfer.objects.filter(Q(commitment__in=ids) | Q(taken_over_as__in=ids)))
    known = _known_references(ids | {row.id for row in transfers}, cutoff)
    sold: defaultdict[UUID, list[tuple[date, int]]] = defaultdict(list)
    for transfer in transfers:
        if transfer.id in known:
            known.add(transfer.taken_over_as_id)
            sold[transfer.commitment_id].append((reserve_day(transfer.effective_at), transfer.quantity_g))
    return [KnownCommitment(row, sold[row.id]) for row in commitments if row.id in known]


def _known_references(ids: Collection[UUID], cutoff: Cutoff) -> set[UUID]:
    journals = Journal.objects.filter(
        kind__in=(MADE, TRANSFERRED),
        reference_type__in=("commitment", "rights_transfer"),
        reference_id__in=[str(key) for key in ids],
    )
    known = journals.filter(cutoff.knows("transaction_id", "recorded_at"))
    return {UUID(key) for key in known.values_list("reference_id", flat=True)}
