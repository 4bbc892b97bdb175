"""What a round freezes at its close: pools, requests, rights, positions, what is out, and the policy."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from allocations.domain.life_cycle import OUTSTANDING_STATES
from allocations.domain.snapshots import SNAPSHOT_VERSION
from allocations.models import Drawdown, Replenishment, Round, RoundRequest
from allocations.selectors.disruptions import material_codes_of
from allocations.selectors.drawdowns import outstanding_by_holding
from allocations.selectors.limits import free_stock
from ledger.models import Transfer
from ledger.selectors import get_balances
from members.domain import accounts
from members.models import Firm
from members.selectors import Holding, Position, list_positions
from reserve.selectors import get_materials, reserve_day


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What earlier rounds of the disruption gave a firm and is still out, and its own part, in grams."""

    awarded_g: int = 0
    own_g: int = 0


def build_snapshot(*, round_: Round, closed_at: datetime) -> dict[str, Any]:
    """The snapshot of a locked round whose materials are locked as well; a constant number of queries.

    Firms that are not active at the close take no part. A position counts as it was when the
    disruption began: what its earlier awards took of it, and what they lent to others, is added back.
    What an earlier disruption's awards took and was not brought back stays gone.
    """
    codes = material_codes_of(round_.disruption)
    requests = [
        request
        for request in RoundRequest.objects.filter(round=round_).select_related("firm", "material")
        if request.firm.state == Firm.State.ACTIVE
    ]
    facts = _Facts(round_, codes, {request.firm_id for request in requests})
    by_material: dict[str, list[RoundRequest]] = {code: [] for code in codes}
    for request in requests:
        by_material[request.material.code].append(request)
    units = get_materials(material_codes=codes, at=reserve_day(closed_at))
    return {
        "version": SNAPSHOT_VERSION,
        "round": str(round_.id),
        "disruption": str(round_.disruption_id),
        "number": round_.number,
        "closed_at": closed_at.isoformat(),
        "policy_version": {
            "id": str(round_.policy_version_id),
            "number": round_.policy_version.number,
        },
        "materials": {
            code: {
                "rule": round_.rule,
                "rounding": round_.rounding,
                "minimum_policy": round_.minimum_policy,
                "pool_g": facts.pools[code],
                "unit_g": units[code].allocation_unit_g,
                "claims": [facts.claim_of(request) for request in _by_firm(by_material[code])],
            }
            for code in codes
        },
    }


def _by_firm(requests: Iterable[RoundRequest]) -> list[RoundRequest]:
    """In order of firm ids, which breaks the last ties."""
    return sorted(requests, key=lambda request: str(request.firm_id))


class _Facts:
    """Figures of all firms and materials of a round, read together."""

    def __init__(self, round_: Round, codes: list[str], firm_ids: set[UUID]) -> None:
        self.pools = {code: sum(places.values()) for code, places in free_stock(material_codes=codes).items()}
        self._positions: Mapping[Holding, Position] = {
            Holding(position.firm_id, position.material_code): position
            for position in list_positions(firm_ids=firm_ids, material_codes=codes)
        }
        self._outstanding = outstanding_by_holding(material_codes=codes, firm_ids=firm_ids)
        self._earlier = _earlier_awards(round_)
        self._lent = _lent(round_, self._positions)

    def claim_of(self, request: RoundRequest) -> dict[str, Any]:
        """One request as a claim of the calculator's document."""
        holding = Holding(request.firm_id, request.material.code)
        earlier = self._earlier.get(holding, _Earlier())
        position = self._positions.get(holding)
        available = position.available_g if position else 0
        return {
            "id": str(request.firm_id),
            "request_g": request.quantity_g,
            "right_g": position.right_g if position else 0,
            "position_g": available + earlier.own_g + self._lent.get(holding, 0),
            "minimum_g": request.minimum_g,
            "group": _text_or_none(request.firm.affiliate_group_id),
            "submitted_at": request.submitted_at.isoformat(),
            "already_awarded_g": earlier.awarded_g,
            "outstanding_g": self._outstanding.get(holding, 0) - earlier.awarded_g,
        }


def _text_or_none(key: UUID | None) -> str | None:
    return None if key is None else str(key)


def _standing(round_: Round) -> QuerySet[Drawdown]:
    """What settled awards of the round's disruption reserve or have out."""
    return Drawdown.objects.filter(
        award__round__disruption=round_.disruption_id, state__in=OUTSTANDING_STATES
    )


def _earlier_awards(round_: Round) -> dict[Holding, _Earlier]:
    """Settled awards of the disruption's earlier rounds, less what was given or brought back."""
    standing = _standing(round_)
    restored: dict[Holding, int] = {
        Holding(firm, material): int(total)
        for firm, material, total in Replenishment.objects.filter(drawdown__in=standing)
        .order_by()
        .values_list("drawdown__firm_id", "drawdown__material__code")
        .annotate(total=Sum("to_position_g"))
    }
    rows = (
        standing.order_by()
        .values_list("firm_id", "material__code")
        .annotate(granted=Sum("granted_g"), back=Sum("replenished_g"), own=Sum("own_g"))
    )
    return {
        Holding(firm, material): _Earlier(
            awarded_g=int(granted) - int(back),
            own_g=int(own) - restored.get(Holding(firm, material), 0),
        )
        for firm, material, granted, back, own in rows
    }


def _lent(round_: Round, holdings: Collection[Holding]) -> dict[Holding, int]:
    """What awards of this disruption took of each position and is not back, reserved or delivered.

    Loans are owed to all lenders together (docs/decisions/0054), so no return is of one loan: what has
    come back to a lender counts for its older loans first.
    """
    paths = {holding: accounts.lent(str(holding.firm_id), holding.material_code) for holding in holdings}
    balances = get_balances(paths=list(paths.values()))
    numbers = _standing(round_).filter(borrowed_g__gt=0).values_list("transfers", flat=True)
    borrowed = dict(
        Transfer.objects.filter(id__in=list(chain.from_iterable(numbers)), target__path__in=paths.values())
        .order_by()
        .values_list("target__path")
        .annotate(total=Sum("amount"))
    )
    return {
        holding: min(int(borrowed.get(path, 0)), balances[path].posted + balances[path].pending_in)
        for holding, path in paths.items()
    }
