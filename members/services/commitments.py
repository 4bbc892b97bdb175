"""Making commitments: a firm's duty to buy a quantity at a fixed price."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import get_policy, require_role
from ledger.services import JournalRequest, TransferRequest, post_journals
from members.domain import accounts
from members.domain.life_cycle import require_state
from members.domain.requests import CommitmentRequest
from members.errors import CommitmentOutsideAgreement
from members.models import Agreement, Commitment, Firm
from members.selectors.commitments import get_agreements
from members.services.agreements import SIGNING_STATES
from members.services.firm_accounts import open_firm_accounts
from members.services.firms import lock_firms
from members.services.upfront_fees import charge_upfront_fees
from reserve.domain import accounts as reserve_accounts
from reserve.domain.measures import check_price, check_quantity
from reserve.models import MaterialVersion
from reserve.moments import refuse_future
from reserve.selectors import get_materials
from reserve.texts import check_texts


@transaction.atomic
def make_commitments(
    *, commitments: Sequence[CommitmentRequest], actor: User, effective_at: datetime
) -> list[Commitment]:
    """Make commitments, all or none, and open the firms' accounts; in the order given.

    A firm that is active already is charged the up-front fee at once, an approved one when it is
    activated. Raises AgreementNotFound, WrongState, MaterialNotFound, CommitmentOutsideAgreement,
    QuantityNotPositive, PriceNotPositive, DatesReversed, CurrencyNotSupported, ValueNotAllowed,
    EffectiveInFuture, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    refuse_future(effective_at)
    agreements = get_agreements(agreement_ids=[request.agreement_id for request in commitments])
    for request in commitments:
        _check_request(request, agreements[request.agreement_id])
    firms = lock_firms(firm_ids=[agreement.firm_id for agreement in agreements.values()])
    for firm in firms.values():
        require_state(firm.state, SIGNING_STATES)
    materials = get_materials(material_codes=[request.material_code for request in commitments])
    rows = _create(commitments, agreements, materials, actor=actor, effective_at=effective_at)
    open_firm_accounts(holdings={(str(row.firm_id), row.material.code) for row in rows})
    active = [row for row in rows if firms[row.firm_id].state == Firm.State.ACTIVE]
    fees = charge_upfront_fees(commitments=active, effective_at=effective_at)
    post_journals(journals=[*(_duty_journal(row) for row in rows), *fees])
    return rows


def _check_request(request: CommitmentRequest, agreement: Agreement) -> None:
    check_quantity(request.quantity_g, field="quantity")
    check_price(request.fixed_price_usd_per_kg, field="fixed_price")
    require_within_agreement(starts_on=request.starts_on, ends_on=request.ends_on, agreement=agreement)


def require_within_agreement(*, starts_on: date, ends_on: date | None, agreement: Agreement) -> None:
    """Raise CommitmentOutsideAgreement for a term that isn't within the agreement's."""
    is_after_end = agreement.ends_on is not None and (ends_on is None or ends_on > agreement.ends_on)
    if starts_on < agreement.starts_on or is_after_end:
        raise CommitmentOutsideAgreement("The commitment must lie within its agreement's term.")


def _create(
    requests: Sequence[CommitmentRequest],
    agreements: Mapping[UUID, Agreement],
    materials: Mapping[str, MaterialVersion],
    *,
    actor: User,
    effective_at: datetime,
) -> list[Commitment]:
    rebuy = get_policy().rebuy
    rows = [
        Commitment(
            agreement=agreements[request.agreement_id],
            firm_id=agreements[request.agreement_id].firm_id,
            material=materials[request.material_code].material,
            quantity_g=request.quantity_g,
            fixed_price_usd_per_kg=request.fixed_price_usd_per_kg,
            currency=request.currency,
            rebuy_rule=request.rebuy_rule or rebuy,
            starts_on=request.starts_on,
            ends_on=request.ends_on,
            made_by=actor,
            made_at=effective_at,
            ordinal=ordinal,
        )
        for request, ordinal in zip(requests, draw_ordinals(len(requests)), strict=True)
    ]
    check_texts(rows)
    with refusals_of_constraints():
        return Commitment.objects.bulk_create(rows)


def draw_ordinals(count: int) -> list[int]:
    """As many new places in the order of entry, ascending."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('members_commitment_ordinal') from generate_series(1, %s)", [count])
        return [ordinal for (ordinal,) in cursor.fetchall()]


def _duty_journal(commitment: Commitment) -> JournalRequest:
    firm, material = str(commitment.firm_id), commitment.material.code
    return JournalRequest(
        kind="members.commitment_made",
        idempotency_key=f"commitment:{commitment.id}:make",
        effective_at=commitment.made_at,
        transfers=[
            TransferRequest(
                reserve_accounts.obligations(material),
                accounts.commitment(firm, material),
                commitment.quantity_g,
            )
        ],
        reference_type="commitment",
        reference_id=str(commitment.id),
    )
