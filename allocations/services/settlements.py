"""Settling a round: proposed by one person, approved by another; one journal per award reserves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allocations.domain.sourcing import Sources, pick_facilities, source_awards
from allocations.errors import StockShort
from allocations.models import Award, Drawdown, DrawdownTransition, Round
from allocations.selectors.disruptions import material_codes_of
from allocations.selectors.limits import free_stock
from allocations.selectors.rounds import list_outcomes
from allocations.services.computations import verify_result
from allocations.services.reservations import Plan, reservation_journal, write_plan
from allocations.services.rounds import lock_round, require_round_state
from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.errors import ProposalChanged
from governance.models import Proposal, User
from governance.selectors import require_role
from ledger.domain.quantities import format_kg
from ledger.selectors import get_balance
from ledger.services import post_journals
from members.selectors import list_positions
from reserve.domain import accounts as reserve_accounts
from reserve.services.material_locks import lock_materials

ACTION = "allocations.settle_round"


@transaction.atomic
def propose_settlement(*, round_id: UUID | str, actor: User, reason: str = "") -> Proposal:
    """Put a computed round before a second person.

    Raises RoundNotFound, RoundWrongState, ResultChanged, ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    round_ = lock_round(round_id=round_id)
    require_round_state(round_=round_, state=Round.State.COMPUTED)
    verify_result(round_=round_)
    return propose(
        action=ACTION,
        subject_type="round",
        subject_id=str(round_.id),
        payload=_content_of(round_),
        actor=actor,
        reason=reason,
    )


def apply_settlement(proposal: Proposal, approver: User) -> None:
    """Reserve every award: a drawdown with its journal, taken from own position, free stock, lenders.

    Raises RoundWrongState, ResultChanged, ProposalChanged; StockShort where stock that the round
    divided is no longer there.
    """
    round_ = lock_round(round_id=proposal.subject_id)
    require_round_state(round_=round_, state=Round.State.COMPUTED)
    verify_result(round_=round_)
    if _content_of(round_) != proposal.payload:
        raise ProposalChanged("The round isn't what was proposed.", round=str(round_.id))
    codes = material_codes_of(round_.disruption)
    lock_materials(material_codes=codes)
    now = timezone.now()
    awards = _awards_by_material(round_, codes)
    stock = free_stock(material_codes=codes)
    plans = [plan for code in codes for plan in _plans_of(code, awards[code], stock[code], approver, now)]
    _write(plans, approver)
    posted = post_journals(journals=[reservation_journal(plan=plan, effective_at=now) for plan in plans])
    for plan, journal in zip(plans, posted, strict=True):
        plan.drawdown.transfers = journal.transfer_ids
    Drawdown.objects.bulk_update([plan.drawdown for plan in plans], ["transfers"], batch_size=1000)
    round_.state = Round.State.SETTLED
    round_.settled_by, round_.settled_at = approver, now
    round_.save(update_fields=["state", "settled_by", "settled_at"])


def _content_of(round_: Round) -> dict[str, object]:
    """What the second person decides on: the hashes pin every figure down to the gram."""
    return {
        "round": round_.number,
        "snapshot_sha256": round_.snapshot_sha256,
        "result_sha256": round_.result_sha256,
        "granted_kg": {
            outcome.material.code: format_kg(outcome.granted_g)
            for outcome in list_outcomes(round_id=round_.id)
        },
    }


def _awards_by_material(round_: Round, codes: Sequence[str]) -> dict[str, list[Award]]:
    """Awards of more than nothing, in order of firm ids."""
    by_material: dict[str, list[Award]] = {code: [] for code in codes}
    rows = Award.objects.filter(round=round_, quantity_g__gt=0).select_related("material", "round")
    for award in sorted(rows, key=lambda award: str(award.firm_id)):
        by_material[award.material.code].append(award)
    return by_material


@dataclass(frozen=True, slots=True)
class _Title:
    """Who holds free stock of a material, in grams."""

    positions: dict[str, int]
    unattributed_g: int


def _title_of(code: str) -> _Title:
    free = get_balance(path=reserve_accounts.unattributed(code)).available
    held = {str(position.firm_id): position.available_g for position in list_positions(material_codes=[code])}
    return _Title(held, free)


def _plans_of(
    code: str, awards: Sequence[Award], stock: dict[str, int], actor: User, now: datetime
) -> list[Plan]:
    title = _title_of(code)
    wanted = sum(award.quantity_g for award in awards)
    possible = min(sum(stock.values()), title.unattributed_g + sum(title.positions.values()))
    if wanted > possible:
        raise StockShort(
            "Stock that the round divided is no longer there. Settle nothing; compute a new round.",
            material=code,
            needed_kg=format_kg(wanted),
            possible_kg=format_kg(possible),
        )
    sources = source_awards(
        awards={str(award.firm_id): award.quantity_g for award in awards},
        positions=title.positions,
        unattributed_g=title.unattributed_g,
    )
    picks = pick_facilities(quantities=[award.quantity_g for award in awards], stock=stock)
    return [
        _plan(award, sources[str(award.firm_id)], pick, actor, now)
        for award, pick in zip(awards, picks, strict=True)
    ]


def _plan(
    award: Award, sources: Sources, facilities: Sequence[tuple[str, int]], actor: User, now: datetime
) -> Plan:
    """An award becomes a drawdown on loan that is approved already."""
    drawdown = Drawdown(
        firm_id=award.firm_id,
        material=award.material,
        award=award,
        mode=Drawdown.Mode.EXCHANGE,
        quantity_g=award.quantity_g,
        state=Drawdown.State.RESERVED,
        submitted_by=actor,
        submitted_at=now,
        policy_version_id=award.round.policy_version_id,
    )
    plan = Plan(drawdown=drawdown, sources=sources, facilities=facilities)
    write_plan(plan=plan, reserved_at=now)
    return plan


def _write(plans: Sequence[Plan], actor: User) -> None:
    drawdowns = [plan.drawdown for plan in plans]
    with refusals_of_constraints():
        Drawdown.objects.bulk_create(drawdowns, batch_size=1000)
    DrawdownTransition.objects.bulk_create(
        [
            DrawdownTransition(
                drawdown=drawdown, to_state=drawdown.state, actor=actor, at=drawdown.submitted_at
            )
            for drawdown in drawdowns
        ],
        batch_size=1000,
    )
