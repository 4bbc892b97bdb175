"""Reads of positions and drawdown rights. Any number of firms and materials costs the same queries."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from governance.models import User
from ledger.selectors import Balance, get_balances
from members.domain import accounts
from members.domain.rights import drawdown_right_g
from members.models import Firm
from members.selectors.commitments import committed_quantities, verified_uses
from members.selectors.firms import get_firm_for
from reserve.domain.coverage import days_of_cover
from reserve.selectors import list_materials


@dataclass(frozen=True, slots=True)
class Right:
    """What a firm may draw of a material at most, and what that follows from. Masses in grams."""

    firm_id: UUID
    affiliate_group_id: UUID | None
    material_code: str
    committed_g: int
    use_g_per_year: int
    target_days: int
    right_g: int


@dataclass(frozen=True, slots=True)
class Position:
    """Everything a firm has to do with a material, in grams.

    `held_g` is stock attributed to it, of which `reserved_g` is promised away; `lent_g` is what others
    must bring back to it; `unfilled_g` is still to be bought at the fixed price.
    """

    firm_id: UUID
    material_code: str
    held_g: int
    reserved_g: int
    lent_g: int
    committed_g: int
    unfilled_g: int
    rebuy_g: int
    replenish_g: int
    use_g_per_year: int
    target_days: int
    right_g: int

    @property
    def available_g(self) -> int:
        """What of the position isn't promised away."""
        return self.held_g - self.reserved_g

    @property
    def days(self) -> Fraction | None:
        """Days of the firm's verified use that its position covers; None where no use is verified."""
        return days_of_cover(stock_g=self.held_g, use_g_per_year=self.use_g_per_year)


_KINDS = (accounts.position, accounts.lent, accounts.commitment, accounts.rebuy, accounts.replenish)


def list_rights(
    *,
    material_codes: Collection[str] | None = None,
    firm_ids: Collection[UUID] | None = None,
    is_active_only: bool = True,
) -> list[Right]:
    """Drawdown rights of firms with open commitments, by firm and material; four queries."""
    committed = committed_quantities(
        firm_ids=firm_ids, material_codes=material_codes, is_active_only=is_active_only
    )
    uses = verified_uses(firm_ids=firm_ids, material_codes=material_codes, is_active_only=is_active_only)
    targets = _target_days({holding.material_code for holding in committed})
    groups = dict(
        Firm.objects.filter(id__in={holding.firm_id for holding in committed}).values_list(
            "id", "affiliate_group_id"
        )
    )
    return [
        Right(
            firm_id=holding.firm_id,
            affiliate_group_id=groups[holding.firm_id],
            material_code=holding.material_code,
            committed_g=committed[holding],
            use_g_per_year=uses.get(holding, 0),
            target_days=targets.get(holding.material_code, 0),
            right_g=drawdown_right_g(
                committed_g=committed[holding],
                use_g_per_year=uses.get(holding, 0),
                target_days=targets.get(holding.material_code, 0),
            ),
        )
        for holding in sorted(committed)
    ]


def drawdown_right(*, firm_id: UUID, material_code: str) -> int:
    """The firm's right in grams, whatever its state; zero without a commitment or verified use."""
    rights = list_rights(material_codes=[material_code], firm_ids=[firm_id], is_active_only=False)
    return rights[0].right_g if rights else 0


def list_positions(
    *,
    firm_ids: Collection[UUID] | None = None,
    material_codes: Collection[str] | None = None,
) -> list[Position]:
    """Positions of every firm that committed to a material, by firm and material; five queries."""
    rights = list_rights(material_codes=material_codes, firm_ids=firm_ids, is_active_only=False)
    balances = get_balances(
        paths=[kind(str(right.firm_id), right.material_code) for right in rights for kind in _KINDS]
    )
    return [_position_of(right, balances) for right in rights]


def get_position(*, firm_id: UUID, material_code: str) -> Position:
    """One firm's position; all zero where it never committed to the material."""
    positions = list_positions(firm_ids=[firm_id], material_codes=[material_code])
    nothing = Right(firm_id, None, material_code, 0, 0, 0, 0)
    return positions[0] if positions else _position_of(nothing, {})


def list_positions_for(actor: User, firm_id: UUID | str) -> list[Position]:
    """Positions of a firm the actor may see. Raises FirmNotFound."""
    return list_positions(firm_ids=[get_firm_for(actor, firm_id).id])


def _target_days(material_codes: Collection[str]) -> dict[str, int]:
    return {
        version.material.code: version.target_days
        for version in list_materials(material_codes=material_codes)
    }


def _position_of(right: Right, balances: dict[str, Balance]) -> Position:
    held, lent, unfilled, rebuy, replenish = (
        balances.get(path) or Balance(path)
        for path in (kind(str(right.firm_id), right.material_code) for kind in _KINDS)
    )
    return Position(
        firm_id=right.firm_id,
        material_code=right.material_code,
        held_g=held.posted,
        reserved_g=held.pending_out,
        lent_g=lent.posted,
        committed_g=right.committed_g,
        unfilled_g=unfilled.posted,
        rebuy_g=rebuy.posted,
        replenish_g=replenish.posted,
        use_g_per_year=right.use_g_per_year,
        target_days=right.target_days,
        right_g=right.right_g,
    )
