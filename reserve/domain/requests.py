"""What the reserve's services are asked for, as plain values.

Masses are grams, money is cents, prices are USD per kg, percentages are percents (99.65, not 0.9965).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSpec:
    """A material as a list of critical materials describes it. No `target_days` means the policy's."""

    code: str
    list_code: str
    effective_from: date
    name: str
    storage_class: str
    allocation_unit_g: int
    symbol: str = ""
    commercial_form: str = ""
    cas_number: str = ""
    is_high_risk: bool = False
    target_days: int | None = None
    hazard_notes: str = ""
    us_consumption_g_per_year: int | None = None
    consumption_year: int | None = None
    net_import_reliance: str = ""
    primary_import_source: str = ""
    leading_producer: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRecord:
    """A published price, in USD per kg as consumption is counted."""

    material_code: str
    series: str
    as_of: date
    price_usd_per_kg: Decimal
    source: str = ""
    is_primary: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacitySpec:
    """How much of a storage class a facility takes."""

    storage_class: str
    capacity_g: int
    load_out_g_per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilitySpec:
    """A facility to register, with its capacity per storage class."""

    code: str
    name: str
    address: str
    capacities: Sequence[CapacitySpec]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraderSpec:
    """A trader to register. An empty LEI means it isn't known; `country` is an ISO 3166 code."""

    code: str
    legal_name: str
    country: str
    lei: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrancheSpec:
    """A committed sum: `kind` is "loan" or "private". No `draw_order` means private before loan.

    Rates are those of the beginning, in percent per year. Draws are possible from `available_from` (the day
    of registration, if left out) to `available_until` (no end). Interest is paid or capitalised.
    """

    code: str
    kind: str
    limit_cents: int
    annual_rate_percent: Decimal = Decimal(0)
    day_count: str = "ACT/360"
    draw_order: int | None = None
    currency: str = "USD"
    commitment_fee_percent: Decimal = Decimal(0)
    upfront_fee_percent: Decimal = Decimal(0)
    available_from: date | None = None
    available_until: date | None = None
    matures_on: date | None = None
    interest_period_months: int = 1
    interest_settlement: str = "pay"
    payment_due_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderRequest:
    """An order to place. The assay is what the trader undertakes to deliver at least."""

    trader_code: str
    material_code: str
    facility_code: str
    quantity_g: int
    price_usd_per_kg: Decimal
    assay_element: str
    assay_percent: Decimal
    window_from: date
    window_until: date
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReceipt:
    """A paper of a lot, and what it states. Empty means that it doesn't say."""

    kind: str
    filename: str
    content: bytes
    stated_goods: str = ""
    stated_net_g: int | None = None
    stated_assay_percent: Decimal | None = None
    stated_origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InKindDelivery:
    """What a lot that nobody sold to the reserve answers, and what it has to be.

    `reference` names the record it answers, for example "drawdown:<id>".
    """

    reference: str
    material_code: str
    facility_code: str
    assay_element: str
    assay_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LotReceipt:
    """One delivered lot: on a purchase order (by its number), or in kind. Exactly one of the two."""

    gross_g: int
    net_g: int
    assay_element: str
    assay_percent: Decimal
    origin_mining: str
    origin_refining: str
    stage: str
    producer: str
    declared_goods: str
    documents: Sequence[DocumentReceipt] = field(default_factory=tuple)
    purchase_order_number: str = ""
    in_kind: InKindDelivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A lot to propose for acceptance; `effective_at` empty means when it is approved."""

    lot_number: str
    effective_at: datetime | None = None
