"""Rates of a loan after its beginning: proposed by one person, in force once another approves."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.models import Proposal, User
from governance.selectors import require_role
from jobs.services import enqueue_job
from reserve.domain.measures import check_percent
from reserve.errors import DatesReversed, ValueNotAllowed
from reserve.models import FundingRate, FundingTranche
from reserve.selectors.loans import first_day_of, get_tranche, rates_of
from reserve.services.funding import ACCRUE, lock_tranche

ACTION = "reserve.set_funding_rate"


@transaction.atomic
def propose_funding_rate(
    *,
    tranche_code: str,
    kind: str,
    starts_on: date,
    annual_rate_percent: Decimal,
    actor: User,
    reason: str = "",
) -> Proposal:
    """Put a rate from a day on before a second person; days that are accrued already are computed anew.

    Raises TrancheNotFound, PercentOutOfRange, TooManyDecimals, ValueNotAllowed, DatesReversed, ProposalOpen,
    RoleRequired.
    """
    require_role(actor, Role.FINANCE)
    tranche = get_tranche(code=tranche_code)
    percent = check_percent(annual_rate_percent, field="annual_rate")
    if kind not in FundingRate.Kind.values:
        raise ValueNotAllowed(f"Send one of: {', '.join(FundingRate.Kind.values)}.", field="kind")
    if tranche.kind != FundingTranche.Kind.LOAN:
        raise ValueNotAllowed("Only a loan has rates.", field="tranche")
    if starts_on < first_day_of(tranche):
        raise DatesReversed("The tranche begins later.", field="starts_on")
    return propose(
        action=ACTION,
        subject_type="funding_tranche",
        subject_id=f"{tranche_code}/{kind}",
        payload={
            "starts_on": starts_on.isoformat(),
            "annual_rate_percent": f"{percent:f}",
        },
        actor=actor,
        reason=reason,
    )


def funding_rate_state(subject_id: str) -> dict[str, object]:
    """What a new rate is compared with: the latest one of its kind."""
    code, kind = subject_id.rsplit("/", 1)
    latest = max(rates_of(get_tranche(code=code), kind), key=lambda rate: rate.day)
    return {"starts_on": latest.day.isoformat(), "annual_rate_percent": f"{latest.percent.normalize():f}"}


def apply_funding_rate(proposal: Proposal, approver: User) -> None:
    """Put the rate in force, and have what it changes computed."""
    code, kind = proposal.subject_id.rsplit("/", 1)
    tranche = lock_tranche(code=code)
    with refusals_of_constraints():
        rate = FundingRate.objects.create(
            tranche=tranche,
            kind=kind,
            starts_on=date.fromisoformat(proposal.payload["starts_on"]),
            annual_rate_percent=Decimal(proposal.payload["annual_rate_percent"]),
            proposal=proposal,
            proposed_by=proposal.proposed_by,
            approved_by=approver,
            recorded_at=timezone.now(),
        )
    enqueue_job(kind=ACCRUE, dedupe_key=f"accrue:rate:{rate.id}", payload={"tranche": code})
