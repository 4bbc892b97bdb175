"""Every refusal of the members: one class per cause, each with a stable code."""

from errors.refusal import Refusal, register_constraint
from reserve.errors import (
    CurrencyNotSupported,
    DatesReversed,
    DuplicateLei,
    MalformedCountry,
    MalformedLei,
    PercentOutOfRange,
    PriceNotPositive,
    QuantityNotPositive,
    TextMissing,
    ValueNotAllowed,
)


class FirmNotFound(Refusal):
    """No firm of this number exists, or it isn't yours to see. The answer is the same on purpose."""

    code = "firm_not_found"


class FirmRoleRequired(Refusal):
    """The step needs a role within the firm that the signed-in person doesn't hold."""

    code = "firm_role_required"


class FirmUserExists(Refusal):
    """The person belongs to the firm already."""

    code = "firm_user_exists"


class WrongState(Refusal):
    """The firm's state doesn't allow the step. `details` tell its state and the states that would."""

    code = "wrong_state"


class LeiMissing(Refusal):
    """A firm can't be active without a legal entity identifier, unless a reason is on record."""

    code = "lei_missing"


class ExitUnsettled(Refusal):
    """The firm still holds, owes or is owed something. `details` list the accounts."""

    code = "exit_unsettled"


class AnnualUseExists(Refusal):
    """The firm's use of the material in that year is recorded already."""

    code = "annual_use_exists"


class AnnualUseNotFound(Refusal):
    """No unverified statement of use of this number exists."""

    code = "annual_use_not_found"


class AnnualUseVerified(Refusal):
    """The statement of use was verified before and stands as it is."""

    code = "annual_use_verified"


class VerifiedByRecorder(Refusal):
    """Who recorded a statement of use can't verify it. Another person must."""

    code = "verified_by_recorder"


class AgreementNotFound(Refusal):
    """No agreement of this number exists."""

    code = "agreement_not_found"


class CommitmentOutsideAgreement(Refusal):
    """The commitment begins before its agreement or ends after it."""

    code = "commitment_outside_agreement"


class CommitmentNotFound(Refusal):
    """No commitment of this number exists, or it isn't this firm's."""

    code = "commitment_not_found"


class CommitmentEnded(Refusal):
    """The commitment's term is over: there is nothing left to take over. `details` tell the last day."""

    code = "commitment_ended"


class TransferWithinFirm(Refusal):
    """Rights go from one member to another: the buyer's agreement can't be the seller's own."""

    code = "transfer_within_firm"


class RightsExceeded(Refusal):
    """The seller holds less than that. `details` tell how much of the commitment is open, how much of the
    position is free and how much is still to be bought.
    """

    code = "rights_exceeded"


class TransferBlocked(Refusal):
    """A side is overdue, or a disruption of the material is open. `details` list each obstacle and firm."""

    code = "transfer_blocked"


class AttributedBeforeAccepted(Refusal):
    """None of the stock was there at that time and ever since. Attribute it as of its acceptance or later."""

    code = "attributed_before_accepted"


class AttributionKeyConflict(Refusal):
    """The run key was used for another attribution. Use a new one."""

    code = "attribution_key_conflict"


class DayInFuture(Refusal):
    """A day was asked for that has not come yet."""

    code = "day_in_future"


class PeriodTooLong(Refusal):
    """More months were asked for than are computed at once."""

    code = "period_too_long"


_CONSTRAINTS: dict[str, type[Refusal]] = {
    "members_firm_lei_unique": DuplicateLei,
    "members_firm_lei_well_formed": MalformedLei,
    "members_firm_active_has_lei_or_waiver": LeiMissing,
    "members_firm_name_not_empty": TextMissing,
    "members_firm_country_is_code": MalformedCountry,
    "members_firm_credit_limit_not_negative": QuantityNotPositive,
    "members_firm_state_known": ValueNotAllowed,
    "members_firmuser_one_role": FirmUserExists,
    "members_firmuser_role_known": ValueNotAllowed,
    "members_annualuse_one_per_year": AnnualUseExists,
    "members_annualuse_quantity_positive": QuantityNotPositive,
    "members_annualuse_verified_by_other": VerifiedByRecorder,
    "members_agreement_term_ordered": DatesReversed,
    "members_agreement_fee_within_value": PercentOutOfRange,
    "members_commitment_quantity_positive": QuantityNotPositive,
    "members_commitment_price_positive": PriceNotPositive,
    "members_commitment_currency_is_usd": CurrencyNotSupported,
    "members_commitment_term_ordered": DatesReversed,
    "members_commitment_rebuy_rule_known": ValueNotAllowed,
    "members_commitment_transferred_within": RightsExceeded,
    "members_rightstransfer_quantity_positive": QuantityNotPositive,
    "members_rightstransfer_position_within": RightsExceeded,
    "members_rightstransfer_two_firms": TransferWithinFirm,
    "members_attributionrun_key_unique": AttributionKeyConflict,
    "members_attributionrun_rule_known": ValueNotAllowed,
}

for _name, _refusal in _CONSTRAINTS.items():
    register_constraint(_name, _refusal)
