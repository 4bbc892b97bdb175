"""The policy: every parameter the reserve is run by, with unit, default, bounds and what it does.

A value is declared once, as a field of `PolicyValues`. Stored and sent, whole numbers are JSON
numbers, decimals are text ("4.80"), choices are text.
"""

# The value declarations below are calls by design; they run once and give frozen values.
# ruff: noqa: RUF009

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, cast
from uuid import UUID

JsonScalar = str | int


@dataclass(frozen=True, kw_only=True)
class PolicyDefinition:
    """What one policy value may be. `minimum` and `maximum` are inclusive, in `unit`."""

    name: str
    kind: Literal["integer", "decimal", "choice"]
    unit: str
    default: int | Decimal | str
    sentence: str
    minimum: int | Decimal | None = None
    maximum: int | Decimal | None = None
    max_decimals: int = 0
    choices: tuple[str, ...] = ()


def _integer(default: int, minimum: int, maximum: int, unit: str, sentence: str) -> int:
    facts = {"kind": "integer", "unit": unit, "sentence": sentence, "minimum": minimum, "maximum": maximum}
    return field(default=default, metadata=facts)


def _decimal(default: str, minimum: str, maximum: str, unit: str, sentence: str) -> Decimal:
    facts = {"kind": "decimal", "unit": unit, "sentence": sentence, "max_decimals": 4}
    facts |= {"minimum": Decimal(minimum), "maximum": Decimal(maximum)}
    return field(default=Decimal(default), metadata=facts)


def _choice(default: str, choices: tuple[str, ...], sentence: str) -> str:
    facts = {"kind": "choice", "unit": "choice", "sentence": sentence, "choices": choices}
    return field(default=default, metadata=facts)


@dataclass(frozen=True, kw_only=True)
class PolicyValues:
    """All policy values. Percent values are percents, not fractions: 4.80 means 4.80 percent."""

    target_days: int = _integer(
        60,
        1,
        3650,
        "day",
        "Days of national use the reserve aims to cover, for a material that states no target itself.",
    )
    upfront_fee_basis_points: int = _integer(
        50,
        0,
        10_000,
        "basis point",
        "Up-front fee on the value of a firm's commitments, charged when the firm is activated.",
    )
    drawdown_cap_percent: Decimal = _decimal(
        "50",
        "0",
        "100",
        "percent",
        "Largest share of a position that may be out in normal drawdowns at the same time.",
    )
    replenishment_days: int = _integer(
        90,
        1,
        1095,
        "day",
        "Days after delivery within which a drawdown must be replenished.",
    )
    deferral_premium_percent: Decimal = _decimal(
        "0.5",
        "0",
        "100",
        "percent per started month",
        "Premium in kind for each started month by which a replenishment is deferred.",
    )
    attribution: str = _choice(
        "pro_rata_unfilled",
        ("pro_rata_unfilled", "oldest_first"),
        "How accepted stock is shared among open commitments: pro rata of what is unfilled, or oldest first.",
    )
    rationing_rule: str = _choice(
        "position_first",
        (
            "position_first",
            "pro_rata_right",
            "pro_rata_request",
            "weighted",
            "priority",
            "iea",
            "equal_awards",
        ),
        "Rule that shares the pool of a material in an allocation round.",
    )
    rounding: str = _choice(
        "sainte_lague",
        ("sainte_lague", "largest_remainder", "down", "up_to_multiple"),
        "How exact awards become whole allocation units.",
    )
    minimum_policy: str = _choice(
        "drop_and_recompute",
        ("drop_and_recompute", "leave_unallocated"),
        "What happens to an award below the firm's minimum: shared among the others, or left in the pool.",
    )
    rebuy: str = _choice(
        "once",
        ("once", "each_cycle"),
        "How often a firm re-buys at its fixed price what it purchased from the reserve.",
    )
    carrying_basis: str = _choice(
        "fixed_price",
        ("fixed_price", "cost"),
        "Value of a position that the carrying cost is charged on: the fixed price, or what the stock cost.",
    )
    loan_rate_percent: Decimal = _decimal(
        "4.80",
        "0",
        "100",
        "percent per year",
        "Annual rate that the carrying cost is charged at.",
    )
    day_count: str = _choice(
        "ACT/360",
        ("ACT/360", "ACT/365F", "30/360"),
        "Day count of the carrying cost.",
    )
    lender_premium_percent: Decimal = _decimal(
        "0",
        "0",
        "100",
        "percent",
        "Premium in kind that a borrower returns to the firm whose position was lent to it.",
    )
    jump_exception_percent: Decimal = _decimal(
        "25",
        "0",
        "1000",
        "percent",
        "Change against the month before from which a draft invoice is listed as an exception.",
    )
    lot_weight_tolerance_percent: Decimal = _decimal(
        "0.5",
        "0",
        "100",
        "percent",
        "Largest difference between the weight of a lot and its purchase order that may be accepted.",
    )
    lot_assay_tolerance_percent: Decimal = _decimal(
        "0.5",
        "0",
        "100",
        "percentage point",
        "Largest shortfall of a lot's assay against the material's specification that may be accepted.",
    )
    stock_count_tolerance_percent: Decimal = _decimal(
        "0.1",
        "0",
        "100",
        "percent",
        "Largest difference between a stock count and the book, of the book, that needs no adjustment.",
    )
    provenance_target_percent: Decimal = _decimal(
        "90",
        "0",
        "100",
        "percent",
        "Share of each material's stock that is to be refined at home or in allied countries.",
    )
    provenance_target_year: int = _integer(
        2030,
        2026,
        2100,
        "year",
        "Year by whose end the provenance target is to be met.",
    )
    price_stale_days: int = _integer(
        400,
        1,
        3650,
        "day",
        "Age from which the newest price of a material counts as stale; annual prices need more than a year.",
    )
    proposal_expiry_days: int = _integer(
        14,
        1,
        365,
        "day",
        "Days within which a second person must decide a proposal.",
    )
    award_withdrawal_working_days: int = _integer(
        3,
        0,
        60,
        "working day",
        "Working days within which a firm may give back an award that was cut below its request.",
    )
    invoice_issue_business_day: int = _integer(
        9,
        1,
        20,
        "business day of the month",
        "Business day by which the invoices of the month before are issued.",
    )
    invoice_due_day: int = _integer(
        25,
        1,
        28,
        "day of the month",
        "Day an invoice is due; it rolls to the next business day.",
    )


@dataclass(frozen=True, kw_only=True)
class Policy(PolicyValues):
    """The values of one policy version, with the version a decision is stamped with."""

    version_id: UUID
    version_number: int
    effective_from: datetime


def _definitions() -> dict[str, PolicyDefinition]:
    return {
        item.name: PolicyDefinition(name=item.name, default=cast(Any, item.default), **item.metadata)
        for item in fields(PolicyValues)
    }


POLICY_DEFINITIONS: Mapping[str, PolicyDefinition] = _definitions()
