"""The ceiling of all purchases: one more limit, which only a further authority can raise."""

from django.db import connection, transaction
from django.utils import timezone

from governance.approvals import propose
from governance.domain.roles import Role
from governance.models import Proposal, User
from governance.selectors import require_role
from ledger.domain.quantities import format_usd
from ledger.selectors import get_balances
from ledger.services import JournalRequest, TransferRequest, post_journals
from reserve.domain import accounts
from reserve.domain.measures import check_quantity
from reserve.loan_errors import CeilingBelowCommitted
from reserve.models import FundingCeiling
from reserve.selectors.funding import get_ceiling, get_committed_cents
from reserve.services.money import open_money_accounts
from reserve.texts import check_texts

ACTION = "reserve.set_funding_ceiling"
# The number of the advisory lock between those who place or close orders and who sets the ceiling.
CEILING_LOCK = 5_120_336_871_940_025


@transaction.atomic
def propose_funding_ceiling(
    *, limit_cents: int, authority_reference: str, actor: User, reason: str = ""
) -> Proposal:
    """Put a new ceiling before a second person. `authority_reference` names what allows it, e.g. an act.

    Raises QuantityNotPositive, TextMissing, ValueTooLong, CeilingBelowCommitted, ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.FINANCE)
    check_quantity(limit_cents, field="limit")
    check_texts([FundingCeiling(limit_cents=limit_cents, authority_reference=authority_reference)])
    _refuse_below_committed(limit_cents)
    return propose(
        action=ACTION,
        subject_type="funding_ceiling",
        subject_id="reserve",
        payload={"limit_cents": limit_cents, "authority_reference": authority_reference},
        actor=actor,
        reason=reason,
    )


def ceiling_state(_subject_id: str) -> dict[str, object]:
    """What a new ceiling is compared with: the one in force."""
    row = get_ceiling()
    return {
        "limit_cents": None if row is None else row.limit_cents,
        "authority_reference": None if row is None else row.authority_reference,
    }


def apply_funding_ceiling(proposal: Proposal, approver: User) -> None:
    """Put the ceiling in force: what is left of it may still be ordered. Raises CeilingBelowCommitted."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [CEILING_LOCK])
    limit = int(proposal.payload["limit_cents"])
    committed = _refuse_below_committed(limit)
    row = FundingCeiling.objects.create(
        limit_cents=limit,
        authority_reference=proposal.payload["authority_reference"],
        proposal=proposal,
        proposed_by=proposal.proposed_by,
        approved_by=approver,
        recorded_at=timezone.now(),
    )
    open_money_accounts()
    left = get_balances(paths=[accounts.CEILING])[accounts.CEILING].posted
    grown = limit - committed - left
    if grown:
        post_journals(journals=[_ceiling_journal(row, grown)])


def lock_ceiling() -> FundingCeiling | None:
    """Let nobody set the ceiling until the end of the transaction. Answers the one in force, if any."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [CEILING_LOCK])
    return get_ceiling()


def _refuse_below_committed(limit_cents: int) -> int:
    committed = get_committed_cents()
    if limit_cents < committed:
        raise CeilingBelowCommitted(
            "More was ordered already.", field="limit", least_usd=format_usd(committed)
        )
    return committed


def _ceiling_journal(ceiling: FundingCeiling, grown_cents: int) -> JournalRequest:
    ends = (accounts.CEILING_CONTRA, accounts.CEILING)
    source, target = ends if grown_cents > 0 else ends[::-1]
    return JournalRequest(
        kind="reserve.ceiling_set",
        idempotency_key=f"ceiling:{ceiling.id}",
        effective_at=ceiling.recorded_at,
        transfers=[TransferRequest(source, target, abs(grown_cents))],
        reference_type="funding_ceiling",
        reference_id=str(ceiling.id),
    )
