"""Computing a closed round from its snapshot and nothing else."""

import json
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allocations.domain.faults import DocumentFault
from allocations.domain.snapshots import AwardResult, MaterialResult, compute_snapshot, result_object
from allocations.errors import DOCUMENT_REFUSALS, ResultChanged, StockShort
from allocations.models import Award, Round, RoundMaterial
from allocations.services.rounds import lock_round, require_round_state
from errors import refusals_of_constraints
from governance.domain.canonical_json import sha256_of_json
from ledger.domain.quantities import format_kg
from reserve.selectors import get_material_ids


@transaction.atomic
def compute_round(*, round_id: UUID | str) -> Round:
    """Write the awards and outcomes of a closed round; one that is computed or finished is left as it is.

    Raises RoundNotFound, RoundWrongState, ResultChanged (the snapshot isn't what was hashed), and
    StockShort where rounding up asks for more than the pool holds.
    """
    round_ = lock_round(round_id=round_id)
    if round_.state in (Round.State.COMPUTED, *Round.FINISHED):
        return round_
    require_round_state(round_=round_, state=Round.State.COMPUTING)
    results = results_of(round_)
    for result in results:
        _require_stock(result)
    ids = get_material_ids(material_codes=[result.material for result in results])
    with refusals_of_constraints():
        RoundMaterial.objects.bulk_create([_outcome(round_, ids, result) for result in results])
        Award.objects.bulk_create(
            [_award(round_, ids[result.material], award) for result in results for award in result.awards],
            batch_size=1000,
        )
    round_.state = Round.State.COMPUTED
    round_.computed_at = timezone.now()
    round_.result_sha256 = sha256_of_json(result_object(results))
    round_.save(update_fields=["state", "computed_at", "result_sha256"])
    return round_


def results_of(round_: Round) -> list[MaterialResult]:
    """The results as the stored snapshot gives them now. Raises ResultChanged for a changed snapshot."""
    if not round_.snapshot:
        raise ResultChanged("The snapshot is gone.", round=str(round_.id))
    snapshot = json.loads(round_.snapshot)
    if sha256_of_json(snapshot) != round_.snapshot_sha256:
        raise ResultChanged("The snapshot isn't the one that was frozen.", round=str(round_.id))
    try:
        return compute_snapshot(snapshot)
    except DocumentFault as fault:
        raise DOCUMENT_REFUSALS[fault.code](fault.message, field=fault.field) from fault


def verify_result(*, round_: Round) -> None:
    """Compute the round again from its snapshot. Raises ResultChanged if a byte comes out differently."""
    again = sha256_of_json(result_object(results_of(round_)))
    if again != round_.result_sha256:
        raise ResultChanged(
            "The snapshot gives another result than the one on record.",
            round=str(round_.id),
            on_record=round_.result_sha256,
            computed=again,
        )


def _require_stock(result: MaterialResult) -> None:
    if result.granted_g > result.pool_g:
        raise StockShort(
            "Rounding up asks for more than the pool holds.",
            material=result.material,
            needed_kg=format_kg(result.granted_g),
            possible_kg=format_kg(result.pool_g),
        )


def _outcome(round_: Round, ids: dict[str, int], result: MaterialResult) -> RoundMaterial:
    return RoundMaterial(
        round=round_,
        material_id=ids[result.material],
        pool_g=result.pool_g,
        requested_g=result.requested_g,
        claimed_g=result.claimed_g,
        granted_g=result.granted_g,
        level=result.level or "",
        firms=result.firms,
        disclosure=result.disclosure,
        is_coarse=result.is_coarse,
    )


def _award(round_: Round, material_id: int, award: AwardResult) -> Award:
    return Award(
        round=round_,
        firm_id=award.firm,
        material_id=material_id,
        requested_g=award.requested_g,
        claimed_g=award.claimed_g,
        quantity_g=award.award_g,
        exact_g=award.exact_g,
        reason=award.reason,
        explanation=award.explanation,
        file=award.file,
    )
