"""Registering tranches: a loan's terms and rates are agreed by two people."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.approvals import propose
from governance.domain.roles import Role
from governance.models import Proposal, User
from governance.selectors import require_role
from ledger.domain.quantities import round_half_up
from ledger.services import AccountSpec, JournalRequest, TransferRequest, open_accounts, post_journals
from reserve.domain import accounts
from reserve.domain.measures import check_number, check_percent, check_quantity
from reserve.domain.requests import TrancheSpec
from reserve.errors import CodeTaken, CurrencyNotSupported, DatesReversed, MalformedCode, ValueNotAllowed
from reserve.models import FundingTranche
from reserve.models.materials import SLUG
from reserve.selectors.loans import first_day_of
from reserve.selectors.materials import today
from reserve.services.late_facts import in_open_period
from reserve.services.money import open_money_accounts
from reserve.texts import check_texts

ACTION = "reserve.register_tranche"
LONGEST_DUE_DAYS = 366
_DRAW_ORDER = {"private": 1, "loan": 2}
_LATEST_ORDER = 1_000_000


@transaction.atomic
def register_tranches(
    *, tranches: Sequence[TrancheSpec], actor: User, effective_at: datetime
) -> list[FundingTranche]:
    """Register committed sums without a second person, for loading only; purchases count on them at once.

    Raises CodeTaken, MalformedCode, QuantityNotPositive, PercentOutOfRange, NumberOutOfRange,
    ValueNotAllowed, CurrencyNotSupported, DatesReversed, RoleRequired.
    """
    require_role(actor, Role.SYSTEM)
    return _write(tranches, actor, effective_at)


@transaction.atomic
def propose_tranche(*, tranche: TrancheSpec, actor: User, reason: str = "") -> Proposal:
    """Put a committed sum before a second person; purchases count on it from the approval on.

    Raises what `register_tranches` raises, and ProposalOpen.
    """
    require_role(actor, Role.FINANCE)
    row = _row_of(tranche, actor, timezone.now())
    check_texts([row])
    _refuse_unknown(row)
    if FundingTranche.objects.filter(code=tranche.code).exists():
        raise CodeTaken("A tranche has this code already.", field="code")
    return propose(
        action=ACTION,
        subject_type="funding_tranche",
        subject_id=tranche.code,
        payload=_as_json(tranche),
        actor=actor,
        reason=reason,
    )


def apply_tranche(proposal: Proposal, approver: User) -> None:  # noqa: ARG001 - an action's signature
    """Register the proposed tranche in the proposer's name. Raises what `register_tranches` raises."""
    _write([_from_json(proposal.payload)], proposal.proposed_by, timezone.now())


def open_loan_accounts(tranches: Sequence[FundingTranche]) -> None:
    """Open what tranches need in the ledger. Idempotent."""
    open_money_accounts()
    open_accounts(accounts=[spec for row in tranches for spec in _accounts_of(row)])


def _write(tranches: Sequence[TrancheSpec], actor: User, effective_at: datetime) -> list[FundingTranche]:
    rows = [_row_of(spec, actor, effective_at) for spec in tranches]
    check_texts(rows)
    with refusals_of_constraints():
        FundingTranche.objects.bulk_create(rows)
    open_loan_accounts(rows)
    post_journals(journals=[in_open_period(_commitment_journal(row)) for row in rows])
    return rows


def _row_of(spec: TrancheSpec, actor: User, effective_at: datetime) -> FundingTranche:
    limit = check_quantity(spec.limit_cents, field="limit")
    upfront = check_percent(spec.upfront_fee_percent, field="upfront_fee")
    row = FundingTranche(
        code=spec.code,
        kind=spec.kind,
        limit_cents=limit,
        currency=spec.currency,
        annual_rate_percent=check_percent(spec.annual_rate_percent, field="annual_rate"),
        commitment_fee_percent=check_percent(spec.commitment_fee_percent, field="commitment_fee"),
        upfront_fee_cents=round_half_up(Fraction(upfront) * limit / 100),
        day_count=spec.day_count,
        available_from=spec.available_from,
        available_until=spec.available_until,
        matures_on=spec.matures_on,
        interest_period_months=spec.interest_period_months,
        interest_settlement=spec.interest_settlement,
        payment_due_days=check_number(
            spec.payment_due_days, field="payment_due_days", least=0, most=LONGEST_DUE_DAYS
        ),
        draw_order=_draw_order_of(spec),
        registered_by=actor,
        registered_at=effective_at,
    )
    _refuse_reversed_days(row)
    if row.kind == FundingTranche.Kind.PRIVATE and (
        row.annual_rate_percent or row.commitment_fee_percent or row.upfront_fee_cents
    ):
        raise ValueNotAllowed("Private capital bears no interest and no fees.", field="kind")
    return row


def _draw_order_of(spec: TrancheSpec) -> int:
    if spec.draw_order is None:
        return _DRAW_ORDER.get(spec.kind, 0)
    return check_number(spec.draw_order, field="draw_order", least=0, most=_LATEST_ORDER)


def _refuse_reversed_days(row: FundingTranche) -> None:
    begins = first_day_of(row)
    if row.available_until is not None and row.available_until < begins:
        raise DatesReversed("Draws would end before they begin.", field="available_until")
    if row.matures_on is not None and row.matures_on <= (row.available_until or begins):
        raise DatesReversed("The principal would be due before draws end.", field="matures_on")


def _refuse_unknown(row: FundingTranche) -> None:
    """What the table's constraints would refuse once a second person approved."""
    if not re.fullmatch(SLUG, row.code, re.ASCII):
        raise MalformedCode("Use lower-case letters and digits, in words joined by hyphens.", field="code")
    if row.currency != "USD":
        raise CurrencyNotSupported("Only US dollars are kept at present.", field="currency")
    allowed: dict[str, Sequence[Any]] = {
        "kind": FundingTranche.Kind.values,
        "day_count": FundingTranche.DayCount.values,
        "interest_settlement": FundingTranche.Settlement.values,
        "interest_period_months": (1, 3, 6, 12),
    }
    for name, values in allowed.items():
        if getattr(row, name) not in values:
            raise ValueNotAllowed(f"Send one of: {', '.join(map(str, values))}.", field=name)


def _as_json(spec: TrancheSpec) -> dict[str, object]:
    values = asdict(spec) | {"available_from": spec.available_from or today()}
    return {name: _json_value(value) for name, value in values.items()}


def _json_value(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def _from_json(payload: dict[str, Any]) -> TrancheSpec:
    decimals = ("annual_rate_percent", "commitment_fee_percent", "upfront_fee_percent")
    days = ("available_from", "available_until", "matures_on")
    values = dict(payload)
    values |= {name: Decimal(values[name]) for name in decimals}
    values |= {name: date.fromisoformat(values[name]) for name in days if values[name] is not None}
    return TrancheSpec(**values)


def _accounts_of(tranche: FundingTranche) -> list[AccountSpec]:
    specs = [
        AccountSpec(accounts.funding(tranche.code), accounts.MONEY_BOOK, is_guarded=True),
        AccountSpec(accounts.drawn(tranche.code, tranche.kind), accounts.MONEY_BOOK),
    ]
    if tranche.kind == FundingTranche.Kind.LOAN:
        specs.append(AccountSpec(accounts.loan_interest(tranche.code), accounts.MONEY_BOOK))
        specs.append(AccountSpec(accounts.loan_fees(tranche.code), accounts.MONEY_BOOK))
    return specs


def _commitment_journal(tranche: FundingTranche) -> JournalRequest:
    limit = tranche.limit_cents
    transfers = [
        TransferRequest(accounts.FUNDING_CONTRA, accounts.funding(tranche.code), limit),
        TransferRequest(accounts.HEADROOM_CONTRA, accounts.HEADROOM, limit),
    ]
    if tranche.upfront_fee_cents:
        fees = accounts.loan_fees(tranche.code)
        transfers.append(TransferRequest(fees, accounts.expense("upfront-fee"), tranche.upfront_fee_cents))
    return JournalRequest(
        kind="reserve.funding_committed",
        idempotency_key=f"tranche:{tranche.code}:commit",
        effective_at=tranche.registered_at,
        transfers=transfers,
        reference_type="funding_tranche",
        reference_id=tranche.code,
    )
