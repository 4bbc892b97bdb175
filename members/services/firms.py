"""The life of a firm: application, screening, approval, suspension, exit. Activation is by itself."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from ledger.domain.quantities import LARGEST_AMOUNT
from ledger.selectors import list_balances_under
from members.domain.life_cycle import STEPS, require_state
from members.errors import ExitUnsettled, FirmNotFound
from members.models import AffiliateGroup, Firm, FirmTransition
from reserve.domain.measures import check_number
from reserve.errors import ReasonMissing
from reserve.legal_entities import check_country, check_lei
from reserve.texts import check_texts


@transaction.atomic
def apply_for_membership(
    *,
    legal_name: str,
    country: str,
    actor: User,
    lei: str = "",
    lei_waiver_reason: str = "",
    sector: str = "",
    affiliate_group: str = "",
    credit_limit_cents: int | None = None,
    effective_at: datetime | None = None,
) -> Firm:
    """Enrol an applicant. `affiliate_group` is the name of the firms it counts together with.

    The identifier may be empty at first. Raises MalformedLei, DuplicateLei, MalformedCountry,
    TextMissing, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    at = effective_at or timezone.now()
    firm = Firm(
        legal_name=legal_name.strip(),
        lei=check_lei(lei, field="lei"),
        lei_waiver_reason=lei_waiver_reason.strip(),
        country=check_country(country, field="country"),
        sector=sector,
        affiliate_group=_affiliate_group(affiliate_group),
        credit_limit_cents=credit_limit_cents,
        applied_at=at,
    )
    if credit_limit_cents is not None:
        check_number(credit_limit_cents, field="credit_limit", least=0, most=LARGEST_AMOUNT)
    check_texts([firm])
    with refusals_of_constraints():
        firm.save(force_insert=True)
    FirmTransition.objects.create(firm=firm, to_state=firm.state, actor=actor, at=at)
    return firm


@transaction.atomic
def screen_firm(*, firm_id: UUID, actor: User, reason: str, effective_at: datetime | None = None) -> Firm:
    """Record that the applicant was screened, with the result in words.

    Raises FirmNotFound, WrongState, ReasonMissing, RoleRequired.
    """
    return _take_step(Firm.State.SCREENED, firm_id, actor, require_reason(reason), effective_at)


@transaction.atomic
def approve_firm(
    *, firm_id: UUID, actor: User, reason: str = "", effective_at: datetime | None = None
) -> Firm:
    """Approve a screened applicant: it may sign and commit. Raises FirmNotFound, WrongState, RoleRequired."""
    return _take_step(Firm.State.APPROVED, firm_id, actor, reason, effective_at)


@transaction.atomic
def reject_firm(*, firm_id: UUID, actor: User, reason: str, effective_at: datetime | None = None) -> Firm:
    """Turn an applicant down. Raises FirmNotFound, WrongState, ReasonMissing, RoleRequired."""
    return _take_step(Firm.State.REJECTED, firm_id, actor, require_reason(reason), effective_at)


@transaction.atomic
def suspend_firm(*, firm_id: UUID, actor: User, reason: str, effective_at: datetime | None = None) -> Firm:
    """Stop a member's rights. Raises FirmNotFound, WrongState, ReasonMissing, RoleRequired."""
    return _take_step(Firm.State.SUSPENDED, firm_id, actor, require_reason(reason), effective_at)


@transaction.atomic
def reinstate_firm(*, firm_id: UUID, actor: User, reason: str, effective_at: datetime | None = None) -> Firm:
    """Give a suspended member its rights back.

    Raises FirmNotFound, WrongState, ReasonMissing, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    firm = lock_firms(firm_ids=[firm_id])[firm_id]
    require_state(firm.state, frozenset({Firm.State.SUSPENDED}))
    return move_firm(
        firm=firm, to_state=Firm.State.ACTIVE, actor=actor, reason=require_reason(reason), at=effective_at
    )


@transaction.atomic
def exit_firm(*, firm_id: UUID, actor: User, reason: str, effective_at: datetime | None = None) -> Firm:
    """End a membership in which nothing is held, owed or due any more.

    Raises FirmNotFound, WrongState, ExitUnsettled, ReasonMissing, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    firm = lock_firms(firm_ids=[firm_id])[firm_id]
    require_state(firm.state, STEPS[Firm.State.EXITED])
    unsettled = _unsettled_accounts(str(firm.id))
    if unsettled:
        raise ExitUnsettled("The firm still holds, owes or is owed something.", accounts=unsettled)
    return move_firm(
        firm=firm, to_state=Firm.State.EXITED, actor=actor, reason=require_reason(reason), at=effective_at
    )


def lock_firms(*, firm_ids: list[UUID]) -> dict[UUID, Firm]:
    """Lock firms by id, in order. Raises FirmNotFound if one is missing."""
    rows = Firm.objects.select_for_update(of=("self",), no_key=True).filter(id__in=firm_ids).order_by("id")
    found = {firm.id: firm for firm in rows}
    if set(firm_ids) - found.keys():
        raise FirmNotFound("No such firm.", field="firm")
    return found


def move_firm(
    *, firm: Firm, to_state: str, actor: User, reason: str = "", at: datetime | None = None
) -> Firm:
    """Write a step of a locked firm that may take it. Raises WrongState, LeiMissing."""
    require_state(firm.state, STEPS[to_state])
    from_state, firm.state = firm.state, to_state
    with refusals_of_constraints():
        firm.save(update_fields=["state"])
    step = FirmTransition(
        firm=firm,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        actor=actor,
        at=at or timezone.now(),
    )
    check_texts([step])
    step.save(force_insert=True)
    return firm


def _affiliate_group(name: str) -> AffiliateGroup | None:
    if not name.strip():
        return None
    check_texts([AffiliateGroup(name=name.strip())])
    return AffiliateGroup.objects.get_or_create(name=name.strip())[0]


def _take_step(to_state: str, firm_id: UUID, actor: User, reason: str, effective_at: datetime | None) -> Firm:
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    firm = lock_firms(firm_ids=[firm_id])[firm_id]
    return move_firm(firm=firm, to_state=to_state, actor=actor, reason=reason, at=effective_at)


def require_reason(reason: str) -> str:
    """The reason, trimmed. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing("The step needs a reason in words.", field="reason")
    return reason.strip()


def _unsettled_accounts(firm: str) -> list[str]:
    prefixes = ("position", "withheld", "lent", "commitment", "rebuy", "replenish", "receivable", "deposit")
    return [
        balance.path
        for prefix in prefixes
        for balance in list_balances_under(prefix=f"{prefix}/{firm}")
        if balance.posted or balance.pending_in or balance.pending_out
    ]
