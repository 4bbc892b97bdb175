"""Every refusal of billing: one class per cause, each with a stable code."""

from errors.refusal import Refusal, register_constraint


class NegativeNumber(Refusal):
    """The number must not be below zero."""

    code = "negative_number"


class EmptyPeriod(Refusal):
    """The period holds no day: its end, the first day not charged, must lie after its start."""

    code = "empty_period"


class MalformedTiers(Refusal):
    """Tiers must rise from one `up_to_tonnes` to the next, and only the last may leave it out."""

    code = "malformed_tiers"


class DuplicateRate(Refusal):
    """Two rates begin on the same day, so it is not clear which one holds."""

    code = "duplicate_rate"


class MissingRate(Refusal):
    """Something is held on a day for which no rate says what it costs. Add a rate from that day on."""

    code = "missing_rate"


class HoldingBelowZero(Refusal):
    """More left than was there: some day would close with less than nothing. Check the moves."""

    code = "holding_below_zero"


class MissingFixedPrice(Refusal):
    """Grams are financed and no commitment of the firm says at what price."""

    code = "missing_fixed_price"


class CarryingBasisNotOffered(Refusal):
    """The policy charges the carrying cost on a value that the fee run can't charge on. Use `fixed_price`."""

    code = "carrying_basis_not_offered"


class MalformedRateCard(Refusal):
    """A rate card needs a price of zero or more and, if it ends, an end after its start."""

    code = "malformed_rate_card"


class RateCardOverlap(Refusal):
    """Another active rate card of the facility and storage class covers a day of this one."""

    code = "rate_card_overlap"


class RateCardInBilledMonth(Refusal):
    """The card would change the price of a month that has a fee run. Discard the run, or begin after it."""

    code = "rate_card_in_billed_month"


class MalformedMonth(Refusal):
    """A month is given as its first day, such as 2026-03-01."""

    code = "malformed_month"


class FeeMonthNotOver(Refusal):
    """The month still goes on, so what is due for it is not known. Wait for its end."""

    code = "fee_month_not_over"


class FeeRunNotFound(Refusal):
    """There is no fee run with this id."""

    code = "fee_run_not_found"


class FeeRunNotDrafted(Refusal):
    """The step needs a run whose drafts are complete and neither finalised nor discarded."""

    code = "fee_run_not_drafted"


class FeeRunBlocked(Refusal):
    """The run has exceptions. Discard it, mend what it lists as blocking and start the month again."""

    code = "fee_run_blocked"


class InvoiceNotFound(Refusal):
    """There is no invoice with this id that you may see."""

    code = "invoice_not_found"


class InvoiceNotFinal(Refusal):
    """The invoice is a draft: it has no number and no documents until it is finalised."""

    code = "invoice_not_final"


class FinalInvoiceUnchanged(Refusal):
    """A final invoice and its lines never change. A correction is an invoice or credit note of its own."""

    code = "final_invoice_unchanged"


for _name in ("term_ordered", "price_not_negative"):
    register_constraint(f"billing_ratecard_{_name}", MalformedRateCard)
register_constraint("billing_ratecard_no_overlap", RateCardOverlap)
register_constraint("billing_feerun_month_is_first_day", MalformedMonth)
register_constraint("billing_invoice_final_unchanged", FinalInvoiceUnchanged)
register_constraint("billing_invoiceline_final_unchanged", FinalInvoiceUnchanged)
