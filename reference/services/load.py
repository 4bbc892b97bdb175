"""Loads the reference reserve, step by step. Each step does nothing where it was done before."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from billing.domain.requests import RateCardSpec
from billing.models import RateCard
from billing.services.rate_cards import propose_rate_cards
from governance.approvals import approve_proposal
from governance.models import Proposal, User
from reference.calendar import FUNDED_ON
from reference.files import read_facilities
from reference.services import catalogue, membership, purchases
from reference.services.sign_ins import make_member_sign_in, make_staff_sign_ins

# The firm whose person draws on the reserve in the main job.
DRAWING_FIRM = "General Motors Company"
DRAWING_USERNAME = "member"


@dataclass(frozen=True)
class Staff:
    """The people of the reference reserve, by what they do."""

    administrator: User
    approver: User
    finance: User
    auditor: User
    receiver: User


@dataclass(frozen=True)
class LoadProgress:
    """How far the load is: a sentence, and a count within the step."""

    step: str
    done: int
    total: int


def sign_in_file() -> Path:
    """Where the generated sign-ins are kept."""
    return Path(settings.VAR_DIR) / "sign-ins.txt"


def get_staff() -> Staff:
    """The staff users; made, with their sign-ins written down, if they don't exist yet."""
    users = {user.username: user for user in make_staff_sign_ins(path=sign_in_file())}
    return Staff(**users)


def load_reserve() -> Iterator[LoadProgress]:
    """Load everything that isn't there yet."""
    staff = get_staff()
    yield LoadProgress("60 materials and their published prices", 0, 1)
    catalogue.register_catalogue(actor=staff.administrator)
    yield LoadProgress("facilities, traders, funding", 0, 1)
    catalogue.register_sites_and_traders(actor=staff.administrator)
    catalogue.register_funding()
    activate_rate_cards(finance=staff.finance, approver=staff.approver)
    bought = purchases.buy_everything(
        orderer=staff.administrator, receiver=staff.receiver, approver=staff.approver
    )
    for done, total in bought:
        yield LoadProgress("orders, lots, acceptance, payment", done, total)
    enrolled = membership.enrol_members(administrator=staff.administrator, approver=staff.approver)
    for done, total in enrolled:
        yield LoadProgress("member firms and their commitments", done, total)
    yield LoadProgress("attribution of the stock", 0, 1)
    membership.attribute_deliveries(administrator=staff.administrator)
    _make_member(staff)
    yield LoadProgress("done", 1, 1)


@transaction.atomic
def activate_rate_cards(*, finance: User, approver: User) -> None:
    """The example facilities' storage rates, proposed by finance and approved, unless they are there."""
    if RateCard.objects.exists():
        return
    specs = [
        RateCardSpec(
            facility_code=row.code,
            storage_class=row.storage_class,
            usd_per_tonne_day=row.storage_usd_per_tonne_day,
            starts_on=FUNDED_ON,
        )
        for row in read_facilities()
    ]
    cards = propose_rate_cards(rate_cards=specs, actor=finance, reason="example rates")
    subjects = [str(card.id) for card in cards]
    for proposal in Proposal.objects.filter(subject_type="rate_card", subject_id__in=subjects):
        approve_proposal(proposal_id=proposal.id, actor=approver)


def _make_member(staff: Staff) -> None:
    user = make_member_sign_in(username=DRAWING_USERNAME, firm_name=DRAWING_FIRM, path=sign_in_file())
    membership.join_person_to_firm(user=user, legal_name=DRAWING_FIRM, actor=staff.administrator)
