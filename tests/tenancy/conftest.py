"""Two reserves with two firms each, of which about everything is on record that a firm can have."""

from dataclasses import dataclass

from api.models import IdempotentRequest
from governance.models import Proposal, User
from jobs.models import Job, JobAttempt
from jobs.services import record_outbox_event
from ledger.models import Journal, Verification
from ledger.services import roll_up_totals
from members.domain.requests import AnnualUseRecord
from members.models import AffiliateGroup, Firm
from members.services import record_annual_uses
from tests.allocations.standing import House, build_house, draw, hold, run_round
from tests.api.standing import Keyholders, build_billed
from tests.standing_databases import standing_fixture


@dataclass(frozen=True)
class Rivals:
    """Two firms and one person of each."""

    own: Firm
    other: Firm
    person: User
    rival: User


def _person_of(firm: Firm) -> User:
    return firm.people.select_related("user").filter(role="owner")[0].user


def _rivals_of(own: Firm, other: Firm) -> Rivals:
    rivals = Rivals(own, other, _person_of(own), _person_of(other))
    for firm in (own, other):
        firm.affiliate_group = AffiliateGroup.objects.create(name=f"{firm.legal_name} group")
        firm.save(update_fields=["affiliate_group"])
        job = Job.objects.create(kind="example", dedupe_key=f"example:{firm.id}", firm_id=firm.id)
        JobAttempt.objects.create(job=job, number=1, fence=1, worker="example")
        IdempotentRequest.objects.create(
            user=_person_of(firm), route="example", key="example", content_sha256="0" * 64
        )
    roll_up_totals(until_journal_id=Journal.objects.latest("id").id)
    return rivals


def build_drawing_rivals() -> Rivals:
    """Both hold stock, have drawn, and were awarded something in a round."""
    house: House = build_house()
    for firm in (house.alder, house.birch):
        hold(firm, 250)
    for firm in (house.alder, house.birch):
        draw(house, firm, 50)
    run_round(house, {house.alder: 100, house.birch: 100})
    uses = [
        AnnualUseRecord(
            firm_id=firm.id, material_code="antimony", year=2020, quantity_g=1, evidence="example"
        )
        for firm in (house.alder, house.birch)
    ]
    record_annual_uses(uses=uses, actor=house.people.administrator)
    return _rivals_of(house.alder, house.birch)


def build_billed_rivals() -> Rivals:
    """March is billed and final."""
    holders: Keyholders = build_billed()
    Verification.objects.create(
        kind="full",
        started_at=holders.own.applied_at,
        finished_at=holders.own.applied_at,
        verified_journal=1,
        finding_count=1,
        unknown_count=1,
        findings=[{"row": f"account position/{holders.own.id}/antimony"}],
    )
    record_outbox_event(topic="mail", dedupe_key="example", payload={"to": ["a@example.org"]})
    assert Proposal.objects.exists()
    return _rivals_of(holders.own, holders.other)


drawing_rivals = standing_fixture("drawing_rivals", build_drawing_rivals)
billed_rivals = standing_fixture("billed_rivals", build_billed_rivals)
