"""The cross-checks of the members name the account that no longer ties out."""

from uuid import uuid4

import pytest

from ledger.services import JournalRequest, TransferRequest, post_journals
from members.models import AttributionLine, AttributionRun, Commitment
from members.services import attribute_stock
from members.verification import check_duties, check_positions, check_upfront_fees
from tests.members.standing import Member, member
from tests.reserve.standing import NOON, People, stock_up


@pytest.fixture
def standing(people: People) -> Member:
    """A firm with 600 g committed, 400 of them in position."""
    standing = member(people, committed_g=600)
    stock_up(people, grams=400)
    attribute_stock(
        material_codes=["antimony"], actor=people.administrator, effective_at=NOON, run_key="march"
    )
    return standing


def _post(source: str, target: str, amount: int) -> None:
    post_journals(
        journals=[JournalRequest("test", f"test:{source}", NOON, [TransferRequest(source, target, amount)])]
    )


def test_nothing_is_found_where_everything_ties_out(standing: Member) -> None:
    assert [*check_positions(), *check_duties(), *check_upfront_fees()] == []


def test_a_position_above_its_commitment_is_named(standing: Member) -> None:
    Commitment.objects.update(quantity_g=399)

    findings = list(check_positions())
    assert [finding.row for finding in findings] == [f"account position/{standing.firm.id}/antimony"]
    assert "400 g in position, 399 g committed" in findings[0].message


def test_a_duty_that_moved_without_an_attribution_is_named(standing: Member) -> None:
    path = f"commitment/{standing.firm.id}/antimony"
    _post(path, "obligations/antimony", 1)

    assert [finding.row for finding in check_duties()] == [f"account {path}"]


def test_an_attribution_that_never_was_posted_is_named(standing: Member) -> None:
    line = AttributionLine.objects.get()
    run = AttributionRun.objects.get()
    run.pk, run.run_key = uuid4(), "april"
    run.save(force_insert=True)
    AttributionLine.objects.create(
        run=run, firm=line.firm, material=line.material, quantity_g=1, journal_id=line.journal_id
    )

    findings = list(check_duties())
    assert [finding.row for finding in findings] == [f"account commitment/{standing.firm.id}/antimony"]
    assert "200 g to buy and 401 g attributed, 600 g committed" in findings[0].message


def test_a_fee_that_was_not_charged_is_named(standing: Member) -> None:
    Commitment.objects.update(upfront_fee_cents=999)

    findings = list(check_upfront_fees())
    assert [finding.row for finding in findings] == [f"account receivable/{standing.firm.id}"]
