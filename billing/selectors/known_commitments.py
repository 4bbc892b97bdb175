"""The commitments that a fee run knows."""

from collections.abc import Collection
from uuid import UUID

from billing.selectors.cutoffs import Cutoff
from ledger.models import Journal
from members.models import Commitment
from members.selectors import list_commitments

MADE = "members.commitment_made"


def list_known_commitments(
    *, firm_ids: Collection[UUID], cutoff: Cutoff, material_codes: Collection[str] | None = None
) -> list[Commitment]:
    """Commitments of the firms, oldest first, open or closed; two queries.

    A commitment is known with the journal that made it: that says in which transaction it was written.
    """
    commitments = list(
        list_commitments(firm_ids=firm_ids, material_codes=material_codes, states=Commitment.State.values)
    )
    made = Journal.objects.filter(
        kind=MADE, reference_type="commitment", reference_id__in=[str(row.id) for row in commitments]
    )
    known = set(
        made.filter(cutoff.knows("transaction_id", "recorded_at")).values_list("reference_id", flat=True)
    )
    return [row for row in commitments if str(row.id) in known]
