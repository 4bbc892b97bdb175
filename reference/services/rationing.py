"""A disruption of three materials, rationed in one round: requests above the stock, awards, settlement."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from allocations.models import Disruption, Round
from allocations.services import (
    close_round,
    open_round,
    propose_disruption,
    propose_settlement,
    submit_round_request,
)
from governance.approvals import approve_proposal
from governance.models import User
from governance.services import create_user
from jobs.selectors import Progress
from reference.services.load import Staff
from reference.services.membership import join_person_to_firm
from reference.services.waiting import follow_job
from reserve.selectors import today

CAUSE = "example: exports of antimony, gallium and graphite to the United States stop"
AUTHORITY = "example: board of the reserve"
GRAMS_PER_TONNE = 1_000_000
REVIEW_AFTER = timedelta(days=30)
WINDOW = timedelta(hours=1)
EARLY_CLOSE = "example: every member has answered"


@dataclass(frozen=True)
class ExampleRequest:
    """What one firm asks for. Together they ask for more of each material than is in stock."""

    legal_name: str
    material_code: str
    quantity_g: int


REQUESTS = (
    ExampleRequest("Clarios International Inc.", "antimony", 9_000 * GRAMS_PER_TONNE),
    ExampleRequest("Alphabet Inc.", "gallium", 4 * GRAMS_PER_TONNE),
    ExampleRequest("Lockheed Martin Corporation", "gallium", GRAMS_PER_TONNE // 2),
    ExampleRequest("General Motors Company", "graphite", 9_000 * GRAMS_PER_TONNE),
    ExampleRequest("Stellantis N.V.", "graphite", 4_000 * GRAMS_PER_TONNE),
)


def find_round() -> Round | None:
    """The main job's round, if it was opened."""
    return Round.objects.filter(disruption__cause=CAUSE).order_by("number").first()


def ration(*, staff: Staff) -> Iterator[Progress]:
    """Declare the disruption, run the round through Celery and settle it, from wherever it stands.

    Yields the computing job's progress. Raises JobNotDone.
    """
    disruption = _declare(staff)
    round_ = find_round() or _open_with_requests(disruption, staff)
    if round_.state == Round.State.OPEN:
        round_ = close_round(round_id=round_.id, actor=staff.administrator, reason=EARLY_CLOSE)
    if round_.state != Round.State.SETTLED and round_.job_id is not None:
        yield from follow_job(job_id=round_.job_id)
        proposal = propose_settlement(round_id=round_.id, actor=staff.administrator)
        approve_proposal(proposal_id=proposal.id, actor=staff.approver)


@transaction.atomic
def _declare(staff: Staff) -> Disruption:
    standing = Disruption.objects.filter(cause=CAUSE).first()
    if standing is not None:
        return standing
    disruption, proposal = propose_disruption(
        material_codes=sorted({request.material_code for request in REQUESTS}),
        cause=CAUSE,
        authority=AUTHORITY,
        review_on=today() + REVIEW_AFTER,
        actor=staff.administrator,
        affected_origins=["CN"],
    )
    approve_proposal(proposal_id=proposal.id, actor=staff.approver)
    return disruption


@transaction.atomic
def _open_with_requests(disruption: Disruption, staff: Staff) -> Round:
    round_ = open_round(
        disruption_id=disruption.id, closes_at=timezone.now() + WINDOW, actor=staff.administrator
    )
    for request in REQUESTS:
        person = _person_of(request.legal_name)
        firm = join_person_to_firm(user=person, legal_name=request.legal_name, actor=staff.administrator)
        submit_round_request(
            round_id=round_.id,
            firm_id=firm.id,
            material_code=request.material_code,
            quantity_g=request.quantity_g,
            event="example: deliveries under contract have stopped",
            impact="example: production stops when the stock at the plant is used up",
            other_sources="example: no other qualified source delivers within the quarter",
            expected_duration_days=90,
            actor=person,
        )
    return round_


def _person_of(legal_name: str) -> User:
    """A person who acts for the firm in the example; without a password, so nobody can sign in as it."""
    username = "example-" + legal_name.split()[0].lower().strip(".,")
    standing = User.objects.filter(username=username).first()
    return standing or create_user(username=username, full_name=f"example person of {legal_name}")
