"""Cross-checks between the members' records and the ledger, run by `manage.py verify`."""

from collections import Counter
from collections.abc import Callable, Iterator

from django.db.models import BigIntegerField, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from ledger.models import Transfer
from ledger.selectors import list_balances_under
from ledger.verification import Finding, register_check
from members.domain import accounts
from members.models import AttributionLine, Commitment, PositionLoss, RightsTransfer
from members.selectors.commitments import committed_quantities


def register_checks() -> None:
    """Make the checks part of every verification."""
    register_check(
        name="members positions",
        invariant="A firm's position in a material never exceeds its open commitments to it.",
        check=check_positions,
    )
    register_check(
        name="members duties",
        invariant="What a firm has still to buy, was attributed, sold, bought and lost are its commitments.",
        check=check_duties,
    )
    register_check(
        name="members rights transfers",
        invariant="What other members took over of a commitment is what the transfers of rights say.",
        check=check_rights_transfers,
    )
    register_check(
        name="members up-front fees",
        invariant="Up-front fees charged in the ledger are those written on the commitments.",
        check=check_upfront_fees,
    )


def check_positions() -> Iterator[Finding]:
    """Positions against commitments."""
    committed = _committed_by_path(accounts.position)
    for balance in list_balances_under(prefix="position/"):
        if balance.posted > committed.get(balance.path, 0):
            yield Finding(
                f"account {balance.path}",
                f"{balance.posted} g in position, {committed.get(balance.path, 0)} g committed",
            )


def check_duties() -> Iterator[Finding]:
    """Duties, attributions and transfers of positions against commitments."""
    committed = _committed_by_path(accounts.commitment)
    filled = _attributed()
    unfilled = {balance.path: balance.posted for balance in list_balances_under(prefix="commitment/")}
    for path in sorted(committed.keys() | filled.keys() | unfilled.keys()):
        total = unfilled.get(path, 0) + filled.get(path, 0)
        if total != committed.get(path, 0):
            yield Finding(
                f"account {path}",
                f"{unfilled.get(path, 0)} g to buy and {filled.get(path, 0)} g attributed, "
                f"{committed.get(path, 0)} g committed",
            )


def check_rights_transfers() -> Iterator[Finding]:
    """What is taken off each commitment against the transfers of it."""
    sold = RightsTransfer.objects.filter(commitment=OuterRef("pk")).order_by().values("commitment")
    total = Coalesce(Subquery(sold.values(total=Sum("quantity_g"))), 0, output_field=BigIntegerField())
    rows = Commitment.objects.annotate(sold_g=total).exclude(transferred_g=F("sold_g")).order_by("ordinal")
    for row in rows:
        yield Finding(
            f"commitment {row.id}", f"{row.transferred_g} g taken off, {row.sold_g} g in transfers of rights"
        )


def check_upfront_fees() -> Iterator[Finding]:
    """Fees on commitments against fees in the ledger, firm by firm."""
    charged = _fees_in_ledger()
    written = {
        accounts.receivable(str(firm)): int(total)
        for firm, total in Commitment.objects.filter(upfront_fee_cents__gt=0)
        .order_by()
        .values_list("firm_id")
        .annotate(total=Sum("upfront_fee_cents"))
    }
    for path in sorted(charged.keys() | written.keys()):
        if charged.get(path, 0) != written.get(path, 0):
            yield Finding(
                f"account {path}",
                f"{charged.get(path, 0)} cents charged, {written.get(path, 0)} cents on commitments",
            )


def _committed_by_path(path_of: Callable[[str, str], str]) -> dict[str, int]:
    return {
        path_of(str(holding.firm_id), holding.material_code): grams
        for holding, grams in committed_quantities().items()
    }


def _attributed() -> dict[str, int]:
    """Grams by the path of the duty they fulfilled: attributed and bought, without those sold or lost."""
    signed = (
        (AttributionLine.objects.values_list("firm_id", "material__code"), "quantity_g", 1),
        (RightsTransfer.objects.values_list("to_firm_id", "commitment__material__code"), "position_g", 1),
        (RightsTransfer.objects.values_list("from_firm_id", "commitment__material__code"), "position_g", -1),
        (PositionLoss.objects.values_list("firm_id", "loss__material__code"), "quantity_g", -1),
    )
    grams: Counter[str] = Counter()
    for rows, column, sign in signed:
        for firm, material, total in rows.order_by().annotate(total=Sum(column)):
            grams[accounts.commitment(str(firm), material)] += sign * int(total)
    return grams


def _fees_in_ledger() -> dict[str, int]:
    rows = (
        Transfer.objects.filter(journal__kind="members.upfront_fee_charged")
        .order_by()
        .values_list("target__path")
        .annotate(total=Sum("amount"))
    )
    return {path: int(total) for path, total in rows}
