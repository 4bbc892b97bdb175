"""Every refusal of the allocations: one class per cause, each with a stable code."""

from errors.refusal import Refusal, register_constraint
from intake.errors import (
    ConflictingFields,
    MissingField,
    NotAList,
    NotAnObject,
    NumberTooLong,
    UnknownChoice,
    UnknownField,
    WrongType,
)
from reserve.errors import NumberOutOfRange


class NotAnInteger(Refusal):
    """The value is not a whole number: true, a decimal, a text or NaN. Send whole grams without quotes."""

    code = "not_an_integer"


class NotANumber(Refusal):
    """The text is no number such as "5/2" or "0.5". Exponents, spaces and a zero below are not taken."""

    code = "not_a_number"


class FractionNeedsExact(Refusal):
    """Masses as text are only taken with rounding "exact". Send whole grams without quotes."""

    code = "fraction_needs_exact"


class DuplicateId(Refusal):
    """Two claims have the same id."""

    code = "duplicate_id"


class UnknownId(Refusal):
    """The field names a claim that is not in the list."""

    code = "unknown_id"


class MalformedTimestamp(Refusal):
    """The text is not a time. Send ISO 8601, such as "2026-03-01T09:00:00Z"."""

    code = "malformed_timestamp"


class TimestampWithoutZone(Refusal):
    """The time says no offset from UTC. Add Z or an offset such as -05:00."""

    code = "timestamp_without_zone"


class MinimumAboveRequest(Refusal):
    """The minimum acceptable quantity is more than the request itself."""

    code = "minimum_above_request"


class NothingToShareBy(Refusal):
    """Something has to be shared, and the figures to share it by are all zero."""

    code = "nothing_to_share_by"


DOCUMENT_REFUSALS: dict[str, type[Refusal]] = {
    refusal.code: refusal
    for refusal in (
        NotAnObject,
        NotAList,
        MissingField,
        UnknownField,
        WrongType,
        NotAnInteger,
        NotANumber,
        NumberTooLong,
        NumberOutOfRange,
        FractionNeedsExact,
        UnknownChoice,
        DuplicateId,
        UnknownId,
        ConflictingFields,
        MalformedTimestamp,
        TimestampWithoutZone,
        MinimumAboveRequest,
        NothingToShareBy,
    )
}
"""What each `FaultCode` of a calculator's document is refused with."""


class DisruptionNotFound(Refusal):
    """No disruption of this number exists, or it isn't yours to see. The answer is the same on purpose."""

    code = "disruption_not_found"


class DisruptionWrongState(Refusal):
    """The disruption's state doesn't allow the step. `details` tell the state it is in."""

    code = "disruption_wrong_state"


class DisruptionOverlaps(Refusal):
    """A material is in an open disruption already. End that one first, or leave the material out."""

    code = "disruption_overlaps"


class DisruptionHasRound(Refusal):
    """A round of the disruption is not finished. Settle or void it before ending the disruption."""

    code = "disruption_has_round"


class NoMaterials(Refusal):
    """A disruption names at least one material."""

    code = "no_materials"


class RoundNotFound(Refusal):
    """No round of this number exists, or it isn't yours to see. The answer is the same on purpose."""

    code = "round_not_found"


class RoundWrongState(Refusal):
    """The round's state doesn't allow the step. `details` tell the state it is in."""

    code = "round_wrong_state"


class RoundUnsettled(Refusal):
    """The disruption's last round is neither settled nor voided. Finish it before opening a new one."""

    code = "round_unsettled"


class RuleNotForRounds(Refusal):
    """The policy's rationing rule is for the calculator and scenarios only. Change the policy first."""

    code = "rule_not_for_rounds"


class RoundingSingleShot(Refusal):
    """The policy's rounding may lower a firm in a later round, so it serves one round only."""

    code = "rounding_single_shot"


class RoundingAbovePool(Refusal):
    """The policy's rounding may grant more than there is in stock. Change the policy before a round."""

    code = "rounding_above_pool"


class CutOffInPast(Refusal):
    """A round must close later than it opens."""

    code = "cut_off_in_past"


class CutOffPassed(Refusal):
    """The round's cut-off has passed. Requests at that second or later are not taken."""

    code = "cut_off_passed"


class WindowStillOpen(Refusal):
    """The round's cut-off lies ahead. Closing it earlier needs a reason in words."""

    code = "window_still_open"


class RoundRequestNotFound(Refusal):
    """No request of this number exists, or it isn't yours to see. The answer is the same on purpose."""

    code = "round_request_not_found"


class MaterialNotDisrupted(Refusal):
    """The material is not one of the disruption's. Outside it, normal drawdowns are open."""

    code = "material_not_disrupted"


class BelowAllocationUnit(Refusal):
    """The quantity is less than the material's smallest awardable one. `details` tell it."""

    code = "below_allocation_unit"


class AwardNotFound(Refusal):
    """No award of this number exists, or it isn't yours to see. The answer is the same on purpose."""

    code = "award_not_found"


class ResultChanged(Refusal):
    """The snapshot gives another result than the one on record. Nothing may be settled from it."""

    code = "result_changed"


class DrawdownNotFound(Refusal):
    """No drawdown of this number exists, or it isn't yours to see. The answer is the same on purpose."""

    code = "drawdown_not_found"


class DrawdownWrongState(Refusal):
    """The drawdown's state doesn't allow the step. `details` tell its state and those that would."""

    code = "drawdown_wrong_state"


class FirmNotActive(Refusal):
    """Only an active member may draw, ask for an award, or have material released."""

    code = "firm_not_active"


class DisruptionOpen(Refusal):
    """While a disruption of the material is open, its normal drawdowns stop. Ask in the round instead."""

    code = "disruption_open"


class ReplenishmentOverdue(Refusal):
    """The firm has not brought back in time what it took. Nothing new may be drawn until it has."""

    code = "replenishment_overdue"


class PositionExceeded(Refusal):
    """More is asked for than the firm's position still holds free. `details` tell what is possible."""

    code = "position_exceeded"


class CapExceeded(Refusal):
    """More would be out at a time than the cap allows of the position. `details` tell what is possible."""

    code = "cap_exceeded"


class StockShort(Refusal):
    """The facilities hold less free stock than is needed. `details` tell what is possible."""

    code = "stock_short"


class EffectiveAtOutOfRange(Refusal):
    """The time lies before the step it follows from, or in the future. `details` tell both bounds."""

    code = "effective_at_out_of_range"


class NeededInPast(Refusal):
    """The day on which the material is needed has passed."""

    code = "needed_in_past"


class NothingToReplenish(Refusal):
    """The drawdown was bought, is not delivered, or has been brought back already."""

    code = "nothing_to_replenish"


class LotNotForDrawdown(Refusal):
    """The lot is not accepted, or was received as the answer to something else than this drawdown."""

    code = "lot_not_for_drawdown"


class LotAlreadyReplenished(Refusal):
    """The lot has brought back a drawdown before. A lot brings back once."""

    code = "lot_already_replenished"


LIMIT_REFUSALS: dict[str, type[Refusal]] = {
    refusal.code: refusal
    for refusal in (
        FirmNotActive,
        DisruptionOpen,
        ReplenishmentOverdue,
        PositionExceeded,
        CapExceeded,
        StockShort,
    )
}
"""What each `Limit` of a drawdown is refused with."""

_CONSTRAINTS: dict[str, type[Refusal]] = {
    "allocations_disruptionmaterial_one_open": DisruptionOverlaps,
    "allocations_round_one_unsettled": RoundUnsettled,
    "allocations_round_number_unique": RoundUnsettled,
    "allocations_replenishment_lot_used_once": LotAlreadyReplenished,
    "allocations_round_frozen": RoundWrongState,
}

for _name, _refusal in _CONSTRAINTS.items():
    register_constraint(_name, _refusal)
