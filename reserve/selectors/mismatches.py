"""The report of lots where declared goods, assay and papers disagree, or that were stopped."""

from dataclasses import dataclass

from django.db.models import Q

from governance.selectors import get_policy
from reserve.domain.lot_checks import LotFinding
from reserve.models import Lot, LotStop
from reserve.selectors.lots import check_lots, list_lots

REPORTED_STATES = (
    Lot.State.QUARANTINED,
    Lot.State.ACCEPTED,
    Lot.State.IN_TRANSIT,
    Lot.State.STOPPED,
    Lot.State.REJECTED,
)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A lot, what disagrees, and why it was stopped or rejected; empty where it wasn't."""

    lot: Lot
    findings: list[LotFinding]
    reason: str


def list_mismatches() -> list[Mismatch]:
    """Every such lot, by number, in a constant number of queries."""
    # A part was checked as the lot it was split from, whose papers are its own; once stopped it is in doubt.
    reported = list_lots(states=REPORTED_STATES).filter(Q(split_from=None) | Q(state=Lot.State.STOPPED))
    lots = list(reported)
    findings = check_lots(lots=lots, policy=get_policy())
    stops = dict(LotStop.objects.filter(released_at=None).values_list("lot_id", "reason"))
    return [
        Mismatch(lot, findings[lot.number], stops.get(lot.id, lot.rejection_reason))
        for lot in lots
        if findings[lot.number] or lot.id in stops
    ]
