"""Cross-checks between drawdowns, awards and the ledger, run by `manage.py verify`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from django.db.models import F, Sum

from allocations.domain.life_cycle import RESERVING_STATES
from allocations.errors import ResultChanged
from allocations.models import Award, Drawdown, Round
from allocations.services.computations import verify_result
from ledger.models import Transfer
from ledger.selectors import list_balances_under, list_pending
from ledger.verification import Finding, register_check
from members.domain import accounts


def register_checks() -> None:
    """Make the checks part of every verification."""
    register_check(
        name="allocations reservations",
        invariant="Reserved and released drawdowns hold exactly their grams of custody as open pendings.",
        check=check_reservations,
    )
    register_check(
        name="allocations duties",
        invariant="What firms must bring back or buy again is what their drawdowns took and didn't return.",
        check=check_duties,
    )
    register_check(
        name="allocations loans",
        invariant="What lenders are owed of a material is what drawdowns borrowed and didn't return.",
        check=check_loans,
    )
    register_check(
        name="allocations settled awards",
        invariant="Each award of a settled round is one drawdown of its grams, reserved by one journal.",
        check=check_awards,
    )
    register_check(
        name="allocations results",
        invariant="Each computed round's snapshot still gives the result on record.",
        check=check_results,
    )


def check_reservations() -> Iterator[Finding]:
    """Grams of reserving drawdowns against open pendings out of custody, by material."""
    rows = Drawdown.objects.filter(state__in=RESERVING_STATES).order_by().values_list("material__code")
    wanted = {material: int(total) for material, total in rows.annotate(total=Sum("granted_g"))}
    found: dict[str, int] = defaultdict(int)
    for pending in list_pending(prefix="custody/"):
        if pending.kind == "allocations.drawdown_reserved":
            found[pending.source.rsplit("/", 1)[1]] += pending.amount
    yield from _differences(found, wanted, "material", "g pending", "g of reserving drawdowns")


def check_duties() -> Iterator[Finding]:
    """Duty accounts against delivered drawdowns, firm by firm."""
    for prefix, mode, path_of in (
        ("replenish/", Drawdown.Mode.EXCHANGE, accounts.replenish),
        ("rebuy/", Drawdown.Mode.PURCHASE, accounts.rebuy),
    ):
        yield from _differences(
            _balances(prefix), _owed(mode, path_of), "account", "g in the account", "g by drawdowns"
        )


def check_loans() -> Iterator[Finding]:
    """Lent accounts against borrowed stock, by material: a loan is owed to all its lenders together."""
    found: dict[str, int] = defaultdict(int)
    for path, grams in _balances("lent/").items():
        found[path.rsplit("/", 1)[1]] += grams
    rows = (
        Drawdown.objects.filter(state=Drawdown.State.DELIVERED)
        .order_by()
        .values_list("material__code")
        .annotate(total=Sum(F("borrowed_g") - F("returned_to_lenders_g")))
    )
    wanted = {material: int(total) for material, total in rows}
    yield from _differences(found, wanted, "material", "g owed to lenders", "g borrowed")


def check_awards() -> Iterator[Finding]:
    """Settled awards against their drawdowns and what their journals reserved."""
    reserved = _reserved_by_drawdown()
    awards = Award.objects.filter(round__state=Round.State.SETTLED, quantity_g__gt=0)
    for award in awards.select_related("drawdown").order_by("id"):
        drawdown = getattr(award, "drawdown", None)
        if drawdown is None:
            yield Finding(f"allocations_award {award.id}", f"{award.quantity_g} g awarded, no drawdown")
        elif drawdown.granted_g != award.quantity_g:
            yield Finding(
                f"allocations_award {award.id}",
                f"{award.quantity_g} g awarded, {drawdown.granted_g} g in its drawdown",
            )
        elif reserved.get(str(drawdown.id), 0) != award.quantity_g:
            yield Finding(
                f"allocations_award {award.id}",
                f"{award.quantity_g} g awarded, {reserved.get(str(drawdown.id), 0)} g by its journal",
            )


def check_results() -> Iterator[Finding]:
    """Every computed round, computed again."""
    for round_ in (
        Round.objects.select_related("kept_snapshot").exclude(result_sha256="").order_by("opened_at")
    ):
        try:
            verify_result(round_=round_)
        except ResultChanged as changed:
            yield Finding(f"allocations_round {round_.id}", changed.message)


def _owed(mode: str, path_of: Callable[[str, str], str]) -> dict[str, int]:
    rows = (
        Drawdown.objects.filter(state=Drawdown.State.DELIVERED, mode=mode)
        .order_by()
        .values_list("firm_id", "material__code")
        .annotate(total=Sum(F("granted_g") - F("replenished_g")))
    )
    return {path_of(str(firm), material): int(total) for firm, material, total in rows}


def _reserved_by_drawdown() -> dict[str, int]:
    rows = (
        Transfer.objects.filter(
            journal__kind="allocations.drawdown_reserved",
            phase=Transfer.Phase.PENDING,
            source__path__startswith="custody/",
        )
        .order_by()
        .values_list("journal__reference_id")
        .annotate(total=Sum("amount"))
    )
    return {drawdown: int(total) for drawdown, total in rows}


def _balances(prefix: str) -> dict[str, int]:
    return {balance.path: balance.posted for balance in list_balances_under(prefix=prefix)}


def _differences(
    found: Mapping[str, int],
    wanted: Mapping[str, int],
    noun: str,
    found_words: str,
    wanted_words: str,
) -> Iterable[Finding]:
    for key in sorted(found.keys() | wanted.keys()):
        if found.get(key, 0) != wanted.get(key, 0):
            yield Finding(
                f"{noun} {key}",
                f"{found.get(key, 0)} {found_words}, {wanted.get(key, 0)} {wanted_words}",
            )
