"""The lot a step is about: locked behind its material, in the right state, and really there."""

from ledger.domain.quantities import format_kg
from ledger.selectors import get_balance
from members.domain.bearers import Title, share_among_bearers
from members.selectors.bearers import get_free_title
from reserve.domain import accounts
from reserve.errors import LotWrongState, StockNotFree
from reserve.models import Lot
from reserve.selectors.lots import get_lot
from reserve.services.lots import lock_lots
from reserve.services.material_locks import lock_materials


def lock_lot(*, lot_number: str, state: Lot.State | None = None) -> Lot:
    """Lock a lot's material, its order and itself, in this order. Raises LotNotFound, LotWrongState."""
    lock_materials(material_codes=[get_lot(lot_number=lot_number).material.code])
    lot = lock_lots(lot_numbers=[lot_number])[0]
    if state is not None and lot.state != state:
        raise LotWrongState(f"The lot is {lot.state}.", lot=lot.number, state=lot.state, needed=str(state))
    return lot


def take_free_title(*, facility_code: str, material_code: str, quantity_g: int) -> Title:
    """Whose title goes with grams that leave a facility's custody; the material is locked.

    Raises StockNotFree, with what is free, when draws reserve or have taken too much of it.
    """
    held = get_balance(path=accounts.custody(facility_code, material_code)).available
    title = get_free_title(material_code=material_code)
    free = min(held, title.total_g)
    if quantity_g > free:
        raise StockNotFree(
            "So much of the stock isn't free there.",
            field="quantity",
            free_kg=format_kg(max(free, 0)),
            facility=facility_code,
            material=material_code,
        )
    return share_among_bearers(quantity_g=quantity_g, title=title)
