"""Quotes: what a drawdown would give, from where, at what price, and what must come back. Nothing is kept."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from allocations.domain.drawdown_limits import binding_limit, bounds_of, obtainable_g
from allocations.domain.pricing import purchase_cents
from allocations.domain.replenishing import due_date
from allocations.domain.sourcing import pick_facilities
from allocations.models import Drawdown
from allocations.selectors.limits import drawdown_facts, free_stock
from governance.models import User
from governance.selectors import get_policy
from members.models import Firm
from members.selectors import get_firm_for, list_commitments
from reserve.domain.measures import check_quantity
from reserve.errors import ValueNotAllowed
from reserve.selectors import get_facilities, get_material, today


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer to "what would I get now". Masses in grams.

    `limit` is the code of what stands in the way of the whole quantity, or None; `bounds` tell how
    much of the quantity each bound allows. `replenish_g` is due by `due_on` if delivered today.
    """

    firm_id: UUID
    material_code: str
    mode: str
    requested_g: int
    obtainable_g: int
    limit: str | None
    bounds: tuple[tuple[str, int], ...]
    facilities: tuple[tuple[str, int], ...]
    price_cents: int | None
    replenish_g: int
    rebuy_g: int
    due_on: date | None


def quote_drawdown(
    *,
    actor: User,
    firm_id: UUID | str,
    material_code: str,
    quantity_g: int,
    mode: str,
    facility_code: str | None = None,
) -> Quote:
    """A dry run of a drawdown.

    Raises FirmNotFound, MaterialNotFound, FacilityNotFound, ValueNotAllowed, QuantityNotPositive.
    """
    check_quantity(quantity_g, field="quantity")
    firm = get_firm_for(actor, firm_id)
    get_material(material_code=material_code)
    if mode not in Drawdown.Mode.values:
        raise ValueNotAllowed("A drawdown is an exchange or a purchase.", field="mode")
    if facility_code is not None:
        get_facilities(facility_codes=[facility_code])
    policy = get_policy()
    facts = drawdown_facts(firm=firm, material_code=material_code, policy=policy)
    possible = min(quantity_g, obtainable_g(facts))
    limit = binding_limit(facts, quantity_g)
    stock = free_stock(material_codes=[material_code])[material_code]
    is_loan = mode == Drawdown.Mode.EXCHANGE
    return Quote(
        firm_id=firm.id,
        material_code=material_code,
        mode=mode,
        requested_g=quantity_g,
        obtainable_g=possible,
        limit=None if limit is None else limit.value,
        bounds=tuple((bound.value, min(grams, quantity_g)) for bound, grams in bounds_of(facts)),
        facilities=tuple(pick_facilities(quantities=[possible], stock=stock, wished=facility_code)[0]),
        price_cents=None
        if is_loan
        else price_of(firm=firm, material_code=material_code, quantity_g=possible),
        replenish_g=possible if is_loan else 0,
        rebuy_g=0 if is_loan else possible,
        due_on=due_date(delivered_on=today(), replenishment_days=policy.replenishment_days)
        if is_loan
        else None,
    )


def price_of(*, firm: Firm, material_code: str, quantity_g: int) -> int:
    """Cents for a quantity at the firm's fixed price; zero where nothing is taken."""
    if quantity_g == 0:
        return 0
    commitments = list_commitments(firm_ids=[firm.id], material_codes=[material_code])
    return purchase_cents(
        quantity_g=quantity_g,
        commitments=[(row.open_g, row.fixed_price_usd_per_kg) for row in commitments],
    )
