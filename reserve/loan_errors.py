"""Every refusal of loans, their ceiling and lenders' statements."""

from errors.refusal import Refusal, register_constraint
from reserve.errors import (
    CodeTaken,
    CurrencyNotSupported,
    DatesReversed,
    MalformedCode,
    PercentOutOfRange,
    QuantityNotPositive,
    ReasonMissing,
    ValueNotAllowed,
)


class CeilingExceeded(Refusal):
    """More would be bought than the authority named in `details` allows. `details` tell what is left."""

    code = "ceiling_exceeded"


class CeilingBelowCommitted(Refusal):
    """A ceiling can't lie below what was ordered already. `details` tell how much that is."""

    code = "ceiling_below_committed"


class DrawPeriodOver(Refusal):
    """The tranche can't be drawn on this day. `details` tell from when to when it can."""

    code = "draw_period_over"


class LoanOverpaid(Refusal):
    """More would be paid than is owed on that day. `details` tell what could be paid."""

    code = "loan_overpaid"


class DrawNotFound(Refusal):
    """No draw has this identifier."""

    code = "draw_not_found"


class LoanPaymentNotFound(Refusal):
    """No payment to a lender has this identifier."""

    code = "loan_payment_not_found"


class ReversedBefore(Refusal):
    """The draw or payment was reversed before. Each is reversed once."""

    code = "reversed_before"


class LenderStatementNotFound(Refusal):
    """No statement of a lender has this identifier."""

    code = "lender_statement_not_found"


class LenderFindingNotFound(Refusal):
    """No finding has this identifier."""

    code = "lender_finding_not_found"


class FindingCleared(Refusal):
    """The finding was cleared before."""

    code = "finding_cleared"


class StatementOutOfOrder(Refusal):
    """A statement runs from one opening to one closing line, day by day, about one tranche."""

    code = "statement_out_of_order"


_CONSTRAINTS: dict[str, type[Refusal]] = {
    "reserve_fundingtranche_code_is_slug": MalformedCode,
    "reserve_fundingtranche_code_unique": CodeTaken,
    "reserve_fundingtranche_limit_positive": QuantityNotPositive,
    "reserve_fundingtranche_rate_not_negative": PercentOutOfRange,
    "reserve_fundingtranche_kind_known": ValueNotAllowed,
    "reserve_fundingtranche_day_count_known": ValueNotAllowed,
    "reserve_fundingdraw_amount_positive": QuantityNotPositive,
    "reserve_fundingtranche_fees_not_negative": PercentOutOfRange,
    "reserve_fundingtranche_currency_is_usd": CurrencyNotSupported,
    "reserve_fundingtranche_period_known": ValueNotAllowed,
    "reserve_fundingtranche_settlement_known": ValueNotAllowed,
    "reserve_fundingtranche_draw_period_ordered": DatesReversed,
    "reserve_fundingrate_rate_not_negative": PercentOutOfRange,
    "reserve_fundingrate_kind_known": ValueNotAllowed,
    "reserve_fundingceiling_limit_positive": QuantityNotPositive,
    "reserve_loanpayment_amount_positive": QuantityNotPositive,
    "reserve_loanpayment_purpose_known": ValueNotAllowed,
    "reserve_lenderfinding_cleared_with_reason": ReasonMissing,
}

for _name, _refusal in _CONSTRAINTS.items():
    register_constraint(_name, _refusal)
