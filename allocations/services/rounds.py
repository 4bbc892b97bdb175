"""Opening a round and closing it: the close freezes everything and hands it to the job that computes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from allocations.domain.claims import Rounding
from allocations.domain.snapshots import LIVE_RULES, POOL_KEEPING_ROUNDINGS, SINGLE_SHOT_ROUNDINGS
from allocations.errors import (
    CutOffInPast,
    DisruptionNotFound,
    DisruptionWrongState,
    RoundingAbovePool,
    RoundingSingleShot,
    RoundNotFound,
    RoundUnsettled,
    RoundWrongState,
    RuleNotForRounds,
    WindowStillOpen,
)
from allocations.models import Disruption, Round, RoundSnapshot
from allocations.selectors.disruptions import material_codes_of
from allocations.selectors.keys import uuid_or_none
from allocations.selectors.snapshots import build_snapshot
from errors import refusals_of_constraints
from governance.domain.canonical_json import canonical_json, sha256_of_json
from governance.domain.policy import Policy
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import get_policy, require_role
from jobs.services import enqueue_job
from reserve.services.material_locks import lock_materials

COMPUTE_KIND = "allocations.compute_round"


@transaction.atomic
def open_round(*, disruption_id: UUID | str, closes_at: datetime, actor: User) -> Round:
    """Open the window for requests, under the rule, rounding and minimum policy in force now.

    Raises DisruptionNotFound, DisruptionWrongState, RoundUnsettled, CutOffInPast, RuleNotForRounds,
    RoundingAbovePool, RoundingSingleShot, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    disruption = _lock_disruption(disruption_id)
    now = timezone.now()
    if closes_at <= now:
        raise CutOffInPast("The round must close later than it opens.", field="closes_at")
    if disruption.rounds.exclude(state__in=Round.FINISHED).exists():
        raise RoundUnsettled("The last round is neither settled nor voided.")
    number = (disruption.rounds.aggregate(last=Max("number"))["last"] or 0) + 1
    policy = get_policy()
    _require_live(policy, is_first=not disruption.rounds.filter(state=Round.State.SETTLED).exists())
    with refusals_of_constraints():
        return Round.objects.create(
            disruption=disruption,
            number=number,
            rule=policy.rationing_rule,
            rounding=policy.rounding,
            minimum_policy=policy.minimum_policy,
            policy_version_id=policy.version_id,
            opened_by=actor,
            opened_at=now,
            closes_at=closes_at,
        )


@transaction.atomic
def close_round(*, round_id: UUID | str, actor: User, reason: str = "") -> Round:
    """Take no more requests, freeze the snapshot with its hash, and hand it to the job that computes.

    Closing before the cut-off needs a reason. Raises RoundNotFound, RoundWrongState, WindowStillOpen,
    RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    round_ = lock_round(round_id=round_id)
    require_round_state(round_=round_, state=Round.State.OPEN)
    now = timezone.now()
    if now < round_.closes_at and not reason.strip():
        raise WindowStillOpen("Say why the round closes before its cut-off.", field="reason")
    lock_materials(material_codes=material_codes_of(round_.disruption))
    snapshot = build_snapshot(round_=round_, closed_at=now)
    round_.snapshot_sha256 = sha256_of_json(snapshot)
    round_.state = Round.State.COMPUTING
    round_.closed_by, round_.closed_at = actor, now
    round_.early_close_reason = reason if now < round_.closes_at else ""
    round_.job = enqueue_job(
        kind=COMPUTE_KIND, dedupe_key=f"round:{round_.id}", payload={"round": str(round_.id)}
    )
    with refusals_of_constraints():
        round_.save()
        RoundSnapshot.objects.create(round=round_, text=canonical_json(snapshot).decode())
    return round_


def lock_round(*, round_id: UUID | str) -> Round:
    """Lock one round. Raises RoundNotFound."""
    key = uuid_or_none(round_id)
    rows = Round.objects.select_for_update(of=("self",)).select_related("disruption", "policy_version")
    found = rows.filter(id=key).first() if key else None
    if found is None:
        raise RoundNotFound("No such round.", field="round")
    return found


def require_round_state(*, round_: Round, state: str) -> None:
    """Raise RoundWrongState unless the round is in `state`."""
    if round_.state != state:
        raise RoundWrongState(f"The round is {round_.state}.", state=round_.state, allowed=[str(state)])


def _lock_disruption(disruption_id: UUID | str) -> Disruption:
    key = uuid_or_none(disruption_id)
    found = Disruption.objects.select_for_update().filter(id=key).first() if key else None
    if found is None:
        raise DisruptionNotFound("No such disruption.", field="disruption")
    if found.state != Disruption.State.OPEN:
        raise DisruptionWrongState(f"The disruption is {found.state}.", state=found.state)
    return found


def _require_live(policy: Policy, *, is_first: bool) -> None:
    if policy.rationing_rule not in {rule.value for rule in LIVE_RULES}:
        raise RuleNotForRounds(
            "The policy's rule can't divide a live round.",
            rule=policy.rationing_rule,
            possible=[rule.value for rule in LIVE_RULES],
        )
    if Rounding(policy.rounding) not in POOL_KEEPING_ROUNDINGS:
        raise RoundingAbovePool(
            "The policy's rounding may grant more than there is in stock.",
            rounding=policy.rounding,
            possible=[rounding.value for rounding in POOL_KEEPING_ROUNDINGS],
        )
    if not is_first and Rounding(policy.rounding) in SINGLE_SHOT_ROUNDINGS:
        raise RoundingSingleShot("The policy's rounding serves one round only.", rounding=policy.rounding)
