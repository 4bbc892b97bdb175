"""Standing member firms for tests, built through the services only. Their names are examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from governance.approvals import approve_proposal
from governance.models import User
from members.domain.requests import AnnualUseRecord, CommitmentRequest
from members.models import Agreement, Commitment, Firm
from members.services import (
    apply_for_membership,
    approve_firm,
    make_commitments,
    propose_activation,
    record_annual_uses,
    screen_firm,
    sign_agreement,
    verify_annual_uses,
)
from tests.reserve.standing import DAY, NOON, TONNE, People

WAIVER = "no identifier is published"


@dataclass(frozen=True)
class Member:
    """A firm and its agreement."""

    firm: Firm
    agreement: Agreement


def apply(people: People, name: str = "Example Works", **changes: object) -> Firm:
    """An applicant without an identifier."""
    values: dict[str, object] = {"country": "US", "lei_waiver_reason": WAIVER}
    return apply_for_membership(
        legal_name=name,
        actor=people.administrator,
        **(values | changes),  # type: ignore[arg-type]
    )


def approve(firm: Firm, people: People) -> Firm:
    """Screen and approve an applicant."""
    screen_firm(firm_id=firm.id, actor=people.administrator, reason="no hit on the list")
    return approve_firm(firm_id=firm.id, actor=people.administrator)


def sign(firm: Firm, people: People, **changes: object) -> Agreement:
    """The first terms, from the first of March on."""
    values: dict[str, object] = {"terms_version": "1", "starts_on": DAY}
    return sign_agreement(
        firm_id=firm.id,
        actor=people.administrator,
        effective_at=NOON,
        **(values | changes),  # type: ignore[arg-type]
    )


def activate(firm: Firm, people: People) -> Firm:
    """Propose the activation and let the approver approve it."""
    proposal = propose_activation(firm_id=firm.id, actor=people.administrator, effective_at=NOON)
    approve_proposal(proposal_id=proposal.id, actor=people.approver)
    firm.refresh_from_db()
    return firm


def commitment(agreement: Agreement, **changes: object) -> CommitmentRequest:
    """A tonne of antimony at 39.00 USD/kg."""
    values: dict[str, object] = {
        "agreement_id": agreement.id,
        "material_code": "antimony",
        "quantity_g": TONNE,
        "fixed_price_usd_per_kg": Decimal("39.00"),
        "starts_on": DAY,
    }
    return CommitmentRequest(**(values | changes))  # type: ignore[arg-type]


def commit(agreement: Agreement, people: People, **changes: object) -> Commitment:
    """Make one commitment."""
    made = make_commitments(
        commitments=[commitment(agreement, **changes)], actor=people.administrator, effective_at=NOON
    )
    return made[0]


def member(
    people: People, name: str = "Example Works", *, committed_g: int = 0, use_g: int = 0, **changes: object
) -> Member:
    """An active firm with an agreement, and where given a commitment to and a use of antimony."""
    firm = approve(apply(people, name, **changes), people)
    agreement = sign(firm, people)
    if committed_g:
        commit(agreement, people, quantity_g=committed_g)
    if use_g:
        use(firm, people, quantity_g=use_g)
    return Member(activate(firm, people), agreement)


def members(people: People, committed_g: Sequence[int]) -> list[Member]:
    """One active firm for each committed quantity of antimony, oldest first."""
    return [
        member(people, f"Example Works {number}", committed_g=grams)
        for number, grams in enumerate(committed_g, start=1)
    ]


def use_record(firm: Firm, **changes: object) -> AnnualUseRecord:
    """A year's use of 365 kg of antimony: one kilogram a day."""
    values: dict[str, object] = {
        "firm_id": firm.id,
        "material_code": "antimony",
        "year": 2025,
        "quantity_g": 365_000,
        "evidence": "purchase ledger of 2025",
    }
    return AnnualUseRecord(**(values | changes))  # type: ignore[arg-type]


def use(firm: Firm, people: People, **changes: object) -> None:
    """Record a year's use and let the approver verify it."""
    recorded = record_annual_uses(uses=[use_record(firm, **changes)], actor=people.administrator)
    verify_annual_uses(annual_use_ids=[row.id for row in recorded], actor=people.approver)


def end_of(year: int) -> date:
    """The last day of a year."""
    return date(year, 12, 31)


def person(username: str) -> User:
    """Somebody without any role of the reserve."""
    from governance.services.users import create_user

    return create_user(username=username)
