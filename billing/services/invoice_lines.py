"""From charges to invoice lines, each with the trace that leads back to the ledger."""

from collections.abc import Mapping

from billing.domain.firm_fees import Charge
from billing.models import FeeRun, InvoiceLine
from billing.selectors.histories import AccountHistory
from billing.selectors.upfront_fees import UpfrontFee
from reserve.models import Facility, Material


class Codes:
    """Keys of materials and facilities by code, read once per chunk."""

    def __init__(self) -> None:
        self.materials = dict(Material.objects.values_list("code", "id"))
        self.facilities = dict(Facility.objects.values_list("code", "id"))


def line_of_charge(
    charge: Charge,
    fee_run: FeeRun,
    codes: Codes,
    material: str,
    histories: Mapping[str, AccountHistory],
) -> InvoiceLine:
    """A charge with its trace; storage follows from the position alone, carrying from both accounts."""
    is_storage = charge.kind == InvoiceLine.Kind.STORAGE
    traced = {
        path: history
        for path, history in histories.items()
        if path.startswith("position/") or (not is_storage and (history.opening_g or history.moves))
    }
    return InvoiceLine(
        kind=charge.kind,
        material_id=codes.materials[material],
        facility_id=codes.facilities[charge.facility] if charge.facility else None,
        rate_card_id=charge.rate_key or None,
        commitment_id=charge.commitment_key or None,
        starts_on=charge.starts_on,
        ends_on=charge.ends_on,
        gram_days=charge.gram_days,
        rate=charge.rate,
        day_count=charge.day_count,
        fixed_price_usd_per_kg=charge.fixed_price_usd_per_kg,
        amount_cents=charge.amount_cents,
        trace={
            "known_at": fee_run.known_at.isoformat(),
            "accounts": {path: _trace_of(history) for path, history in traced.items()},
            "custody": f"custody/{charge.facility}/{material}" if is_storage else None,
            "rate_card": charge.rate_key or None,
            "commitment": charge.commitment_key or None,
            "gram_days": charge.gram_days,
        },
    )


def line_of_upfront_fee(fee: UpfrontFee) -> InvoiceLine:
    """The up-front fee was posted when the firm was activated; the line names that journal."""
    return InvoiceLine(
        kind=InvoiceLine.Kind.UPFRONT,
        material_id=fee.material_id,
        commitment_id=fee.commitment_id,
        starts_on=fee.charged_on,
        ends_on=fee.ends_on,
        rate=fee.basis_points,
        fixed_price_usd_per_kg=fee.fixed_price_usd_per_kg,
        amount_cents=fee.amount_cents,
        trace={
            "commitment": str(fee.commitment_id),
            "journals": [fee.journal_id],
            "quantity_g": fee.quantity_g,
        },
    )


def _trace_of(history: AccountHistory) -> dict[str, object]:
    return {
        "opening_g": history.opening_g,
        "transfers": history.transfer_ids,
        "journals": sorted(set(history.journal_ids)),
    }
