"""The members of the reference reserve: reported firms, with commitments derived by the plan's formula."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction

from governance.approvals import approve_proposal
from governance.models import User
from members.domain.requests import AnnualUseRecord, CommitmentRequest
from members.models import Agreement, Firm, FirmUser
from members.services.activation import propose_activation
from members.services.agreements import sign_agreement
from members.services.annual_uses import record_annual_uses, verify_annual_uses
from members.services.attribution import attribute_stock
from members.services.commitments import make_commitments
from members.services.firm_users import add_firm_user
from members.services.firms import apply_for_membership, approve_firm, screen_firm
from reference.calendar import JOINED_ON, SECOND_DELIVERY_ON, at_start_of
from reference.domain.plan import commitment_of_firm, use_of_firm
from reference.files import MaterialRow, ParticipantRow, read_materials, read_participants
from reference.services.catalogue import HIGH_RISK_TARGET_DAYS, TARGET_DAYS

TERMS = "example terms 1"
EVIDENCE = "example: an equal share of the published national use among the firms that name the material"
LEI_NOT_KNOWN = "example: the firm's LEI is not in the published sources"


def enrol_members(*, administrator: User, approver: User) -> Iterator[tuple[int, int]]:
    """Take each reported manufacturer from application to activation. Yields (done, total).

    One transaction a firm, so that a load that was broken off goes on where it stopped.
    """
    participants = [row for row in read_participants() if row.role == "member"]
    usable = {row.code: row for row in read_materials() if row.figures is not None}
    named = Counter(code for row in participants for code in row.minerals)
    for done, participant in enumerate(participants, start=1):
        if not Firm.objects.filter(legal_name=participant.legal_name).exists():
            materials = [usable[code] for code in participant.minerals if code in usable]
            _enrol(participant, materials, named, administrator=administrator, approver=approver)
        yield done, len(participants)


@transaction.atomic
def _enrol(
    participant: ParticipantRow,
    materials: list[MaterialRow],
    named: Counter[str],
    *,
    administrator: User,
    approver: User,
) -> None:
    at = at_start_of(JOINED_ON) - timedelta(hours=12)
    firm = apply_for_membership(
        legal_name=participant.legal_name,
        country=participant.country,
        lei=participant.lei,
        lei_waiver_reason="" if participant.lei else LEI_NOT_KNOWN,
        sector=participant.sector,
        actor=administrator,
        effective_at=at,
    )
    screen_firm(firm_id=firm.id, actor=administrator, reason="example: nothing found", effective_at=at)
    approve_firm(firm_id=firm.id, actor=administrator, effective_at=at)
    agreement = sign_agreement(
        firm_id=firm.id, terms_version=TERMS, starts_on=JOINED_ON, actor=administrator, effective_at=at
    )
    if materials:
        _commit(agreement, materials, named, administrator=administrator, approver=approver)
    proposal = propose_activation(firm_id=firm.id, actor=administrator, effective_at=at_start_of(JOINED_ON))
    approve_proposal(proposal_id=proposal.id, actor=approver)


def _commit(
    agreement: Agreement,
    materials: list[MaterialRow],
    named: Counter[str],
    *,
    administrator: User,
    approver: User,
) -> None:
    """State and verify the firm's use of each material, and commit to it at the published price."""
    figures = [row.figures for row in materials if row.figures is not None]
    uses = {item.code: use_of_firm(item, firms_naming_it=named[item.code]) for item in figures}
    statements = [
        AnnualUseRecord(
            firm_id=agreement.firm_id,
            material_code=row.code,
            year=row.consumption_year or JOINED_ON.year,
            quantity_g=uses[row.code],
            evidence=EVIDENCE,
        )
        for row in materials
    ]
    recorded = record_annual_uses(uses=statements, actor=administrator)
    verify_annual_uses(
        annual_use_ids=[row.id for row in recorded], actor=approver, effective_at=at_start_of(JOINED_ON)
    )
    units = {row.code: row.allocation_unit_g for row in materials}
    targets = {row.code: HIGH_RISK_TARGET_DAYS if row.high_risk_reason else TARGET_DAYS for row in materials}
    commitments = [
        CommitmentRequest(
            agreement_id=agreement.id,
            material_code=item.code,
            quantity_g=commitment_of_firm(
                use_g_per_year=uses[item.code], target_days=targets[item.code], unit_g=units[item.code]
            ),
            fixed_price_usd_per_kg=item.price_usd_per_kg,
            starts_on=JOINED_ON,
        )
        for item in figures
    ]
    make_commitments(commitments=commitments, actor=administrator, effective_at=at_start_of(JOINED_ON))


def attribute_deliveries(*, administrator: User) -> None:
    """Attribute what was accepted to the open commitments, after each of the two deliveries."""
    codes = sorted({code for row in read_participants() for code in row.minerals})
    for day in (JOINED_ON, SECOND_DELIVERY_ON):
        attribute_stock(
            material_codes=codes,
            actor=administrator,
            effective_at=at_start_of(day),
            run_key=f"reference-reserve:{day.isoformat()}",
        )


@transaction.atomic
def join_person_to_firm(*, user: User, legal_name: str, actor: User) -> Firm:
    """Make the user an owner of the firm, once."""
    firm = Firm.objects.get(legal_name=legal_name)
    if not FirmUser.objects.filter(firm=firm, user=user).exists():
        add_firm_user(firm_id=firm.id, user=user, role=FirmUser.Role.OWNER, actor=actor)
    return firm
