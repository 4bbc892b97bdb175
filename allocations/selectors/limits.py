"""What decides how much a firm may draw now, gathered from the ledger and the records."""

from collections.abc import Collection

from allocations.domain.drawdown_limits import DrawdownFacts
from allocations.selectors.disruptions import disrupted_materials
from allocations.selectors.drawdowns import overdue_drawdowns, own_taken
from governance.domain.policy import Policy
from members.models import Firm
from members.selectors import get_position
from reserve.selectors import list_stock
from tenancy import for_the_reserve


def free_stock(*, material_codes: Collection[str]) -> dict[str, dict[str, int]]:
    """Accepted grams that nothing reserves, by material and facility."""
    free: dict[str, dict[str, int]] = {code: {} for code in material_codes}
    # Custody is the reserve's; whether it suffices is part of what a firm is told.
    with for_the_reserve():
        stocks = list_stock(material_codes=material_codes)
    for stock in stocks:
        grams = stock.accepted_g - stock.reserved_g
        if grams > 0:
            free[stock.material_code][stock.facility_code] = grams
    return free


def drawdown_facts(*, firm: Firm, material_code: str, policy: Policy) -> DrawdownFacts:
    """The facts of one firm and material at this moment."""
    position = get_position(firm_id=firm.id, material_code=material_code)
    taken = own_taken(firm_id=firm.id, material_code=material_code)
    return DrawdownFacts(
        is_active=firm.state == Firm.State.ACTIVE,
        is_disrupted=bool(disrupted_materials(material_codes=[material_code])),
        is_overdue=overdue_drawdowns(firm_ids=[firm.id]).exists(),
        held_g=position.held_g,
        promised_g=position.reserved_g,
        reserved_g=taken.reserved_g,
        outstanding_g=taken.outstanding_g,
        stock_g=sum(free_stock(material_codes=[material_code])[material_code].values()),
        cap_percent=policy.drawdown_cap_percent,
    )
