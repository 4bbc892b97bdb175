"""Every refusal of the reserve: one class per cause, each with a stable code."""

from errors.refusal import Refusal, register_constraint


class MaterialNotFound(Refusal):
    """No material has this code."""

    code = "material_not_found"


class MaterialListNotFound(Refusal):
    """No list of materials has this code. Register the list first."""

    code = "material_list_not_found"


class TooManyRows(Refusal):
    """The table has more rows than are taken at a time. Split it."""

    code = "too_many_rows"


class NothingNew(Refusal):
    """Everything in the table is recorded already with the same values. There is nothing to approve."""

    code = "nothing_new"


class FacilityNotFound(Refusal):
    """No facility has this code."""

    code = "facility_not_found"


class TraderNotFound(Refusal):
    """No trader has this code."""

    code = "trader_not_found"


class TrancheNotFound(Refusal):
    """No funding tranche has this code."""

    code = "tranche_not_found"


class PurchaseOrderNotFound(Refusal):
    """No purchase order has this number."""

    code = "purchase_order_not_found"


class LotNotFound(Refusal):
    """No lot has this number."""

    code = "lot_not_found"


class LotWrongState(Refusal):
    """The lot isn't in a state that allows this step."""

    code = "lot_wrong_state"


class StockNotFree(Refusal):
    """So much of the material isn't free at the place: draws reserve it or have taken it."""

    code = "stock_not_free"


class MoveNotFound(Refusal):
    """No move of a lot has this number."""

    code = "move_not_found"


class MoveWrongState(Refusal):
    """The move isn't in a state that allows this step."""

    code = "move_wrong_state"


class MoveWithinFacility(Refusal):
    """A lot moves from one facility to another; it is in this one already."""

    code = "move_within_facility"


class ArrivedAboveDeparted(Refusal):
    """More can't arrive than left. Take in what left, and find the rest by a stock count."""

    code = "arrived_above_departed"


class ReleasedByStopper(Refusal):
    """Who stopped a lot can't be the one to release it."""

    code = "released_by_stopper"


class LossAboveLot(Refusal):
    """A lot can't lose more than it weighs; a stopped lot loses all that was put aside."""

    code = "loss_above_lot"


class SplitNotPossible(Refusal):
    """The parts must be two to a hundred, add up to the lot, and the lot must have been bought."""

    code = "split_not_possible"


class StockCountNotFound(Refusal):
    """No stock count has this number."""

    code = "stock_count_not_found"


class StockCountSettled(Refusal):
    """The count is within the tolerance or adjusted already. There is nothing to adjust."""

    code = "stock_count_settled"


class CountBeforeAdjustment(Refusal):
    """A later adjustment of the place stands; the count would find its difference again."""

    code = "count_before_adjustment"


class CodeTaken(Refusal):
    """The code is in use already. Choose another, or work with what is registered."""

    code = "code_taken"


class MalformedCode(Refusal):
    """A code is lower-case letters and digits, in words joined by single hyphens."""

    code = "malformed_code"


class MalformedCountry(Refusal):
    """A country is its two-letter ISO 3166 code in capitals."""

    code = "malformed_country"


class MalformedLei(Refusal):
    """A legal entity identifier has 20 letters and digits whose check digits add up (ISO 17442)."""

    code = "malformed_lei"


class DuplicateLei(Refusal):
    """Another record already has this legal entity identifier."""

    code = "duplicate_lei"


class ValueNotAllowed(Refusal):
    """The value is none of those that the field allows."""

    code = "value_not_allowed"


class QuantityNotPositive(Refusal):
    """A quantity, limit or amount must be above zero."""

    code = "quantity_not_positive"


class PriceNotPositive(Refusal):
    """A price must be above zero."""

    code = "price_not_positive"


class PriceMissing(Refusal):
    """No price of the material is recorded for the day. Record one first."""

    code = "price_missing"


class PercentOutOfRange(Refusal):
    """A percentage must be between 0 and 100; an ordered assay above 0."""

    code = "percent_out_of_range"


class DatesReversed(Refusal):
    """The last day lies before the first."""

    code = "dates_reversed"


class EffectiveInFuture(Refusal):
    """What is recorded hasn't happened yet: its time lies ahead. Record it once it has happened."""

    code = "effective_in_future"


class CurrencyNotSupported(Refusal):
    """Only US dollars are kept at present."""

    code = "currency_not_supported"


class TextMissing(Refusal):
    """A text that the record needs is empty. `field` names it."""

    code = "text_missing"


class ValueTooLong(Refusal):
    """A text is longer than the record can hold. `field` names it, `details` tell the longest."""

    code = "value_too_long"


class TextNotStorable(Refusal):
    """A text has characters that can't be stored, such as a zero byte. `field` names it."""

    code = "text_not_storable"


class NumberOutOfRange(Refusal):
    """A whole number such as a year or a count of days is outside what makes sense."""

    code = "number_out_of_range"


class ReasonMissing(Refusal):
    """The step needs a reason in words."""

    code = "reason_missing"


class StorageClassNotTaken(Refusal):
    """The facility doesn't store the class that the material needs."""

    code = "storage_class_not_taken"


class CapacityExceeded(Refusal):
    """The delivery doesn't fit into the facility. `details` tell what would fit."""

    code = "capacity_exceeded"


class FundingExceeded(Refusal):
    """Cash and undrawn committed funding, less open orders, don't cover it. `details` tell what is left."""

    code = "funding_exceeded"


class OrderWorthNothing(Refusal):
    """The order's value rounds to less than one cent."""

    code = "order_worth_nothing"


class OrderClosed(Refusal):
    """The purchase order is closed; nothing more can be delivered on it."""

    code = "order_closed"


class OrderHasLotsWaiting(Refusal):
    """Lots of the order wait in quarantine. Decide them before closing it."""

    code = "order_has_lots_waiting"


class LotBeyondOrder(Refusal):
    """The lot would bring more than its order still lacks. `details` tell what is still lacking."""

    code = "lot_beyond_order"


class LotWithoutOrder(Refusal):
    """A lot comes either on a purchase order or in kind: name exactly one."""

    code = "lot_without_order"


class NetAboveGross(Refusal):
    """A lot can't weigh more net than gross."""

    code = "net_above_gross"


class LotDecided(Refusal):
    """The lot was accepted or rejected before. A lot is decided once."""

    code = "lot_decided"


class LotMismatch(Refusal):
    """Papers, assay, weight or declared goods of the lot disagree. `details` list the findings."""

    code = "lot_mismatch"


class DocumentMissing(Refusal):
    """A paper that acceptance needs is missing. `details` list what else was found."""

    code = "document_missing"


class DocumentAlreadyUsed(Refusal):
    """A document with the same content belongs to a lot already. A paper vouches for one delivery."""

    code = "document_already_used"


class DocumentEmpty(Refusal):
    """The document has no content."""

    code = "document_empty"


class DocumentTooLarge(Refusal):
    """The document is larger than 20 MiB."""

    code = "document_too_large"


class AcceptedByReceiver(Refusal):
    """Who received a lot can't accept it. Another person must."""

    code = "accepted_by_receiver"


class NothingToPay(Refusal):
    """None of the trader's accepted lots is unpaid."""

    code = "nothing_to_pay"


_CONSTRAINTS: dict[str, type[Refusal]] = {
    "reserve_materiallist_code_is_slug": MalformedCode,
    "reserve_material_code_is_slug": MalformedCode,
    "reserve_facility_code_is_slug": MalformedCode,
    "reserve_trader_code_is_slug": MalformedCode,
    "reserve_materialversion_class_is_slug": MalformedCode,
    "reserve_facilitycapacity_class_is_slug": MalformedCode,
    "reserve_materiallist_code_unique": CodeTaken,
    "reserve_material_code_unique": CodeTaken,
    "reserve_facility_code_unique": CodeTaken,
    "reserve_trader_code_unique": CodeTaken,
    "reserve_materialversion_one_per_day": CodeTaken,
    "reserve_priceseries_name_unique": CodeTaken,
    "reserve_priceseries_one_primary": CodeTaken,
    "reserve_facilitycapacity_one_per_class": CodeTaken,
    "reserve_materialversion_unit_positive": QuantityNotPositive,
    "reserve_materialversion_target_positive": QuantityNotPositive,
    "reserve_materialversion_consumption_positive": QuantityNotPositive,
    "reserve_materialprice_price_positive": PriceNotPositive,
    "reserve_facilitycapacity_capacity_positive": QuantityNotPositive,
    "reserve_facilitycapacity_load_out_positive": QuantityNotPositive,
    "reserve_trader_country_is_code": MalformedCountry,
    "reserve_trader_lei_unique": DuplicateLei,
    "reserve_purchaseorder_quantity_positive": QuantityNotPositive,
    "reserve_purchaseorder_price_positive": PriceNotPositive,
    "reserve_purchaseorder_value_positive": OrderWorthNothing,
    "reserve_purchaseorder_assay_is_percent": PercentOutOfRange,
    "reserve_purchaseorder_currency_is_usd": CurrencyNotSupported,
    "reserve_purchaseorder_window_ordered": DatesReversed,
    "reserve_purchaseorder_delivered_within_order": LotBeyondOrder,
    "reserve_lot_net_positive": QuantityNotPositive,
    "reserve_lot_net_not_above_gross": NetAboveGross,
    "reserve_lot_assay_is_percent": PercentOutOfRange,
    "reserve_lot_expected_assay_is_percent": PercentOutOfRange,
    "reserve_lot_origin_is_code": MalformedCountry,
    "reserve_lot_stage_known": ValueNotAllowed,
    "reserve_lot_bought_or_in_kind": LotWithoutOrder,
    "reserve_lot_accepted_by_other": AcceptedByReceiver,
    "reserve_lot_rejected_with_reason": ReasonMissing,
    "reserve_lotdocument_content_used_once": DocumentAlreadyUsed,
    "reserve_lotdocument_kind_known": ValueNotAllowed,
    "reserve_lotdocument_not_empty": DocumentEmpty,
}

for _name, _refusal in _CONSTRAINTS.items():
    register_constraint(_name, _refusal)
