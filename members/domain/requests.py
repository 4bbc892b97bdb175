"""What the members' services are asked for, as plain values. Masses are grams, prices USD per kg."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualUseRecord:
    """A firm's stated use of a material in a calendar year, with its evidence in words."""

    firm_id: UUID
    material_code: str
    year: int
    quantity_g: int
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentRequest:
    """A commitment to make under an agreement. No `rebuy_rule` means the policy's."""

    agreement_id: UUID
    material_code: str
    quantity_g: int
    fixed_price_usd_per_kg: Decimal
    starts_on: date
    ends_on: date | None = None
    rebuy_rule: str | None = None
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsTransferRequest:
    """A part of a commitment that another member takes over under its own agreement.

    Of the `quantity_g` grams, `position_g` are in the seller's position; the rest is still to be bought.
    """

    commitment_id: UUID
    to_agreement_id: UUID
    quantity_g: int
    position_g: int
