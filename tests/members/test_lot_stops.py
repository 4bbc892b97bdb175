"""A suspicious lot goes back to quarantine and counts nowhere until a second person releases it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from governance.approvals import approve_proposal
from governance.services.users import grant_role
from members.services import propose_lot_release, record_lot_assay, stop_lot
from reserve.errors import (
    DatesReversed,
    DocumentAlreadyUsed,
    LotWrongState,
    NothingToPay,
    PercentOutOfRange,
    ReasonMissing,
    ReleasedByStopper,
    ValueNotAllowed,
)
from reserve.models import Lot, LotAssay, LotStop
from reserve.selectors import today
from reserve.selectors.mismatches import list_mismatches
from reserve.services import pay_trader
from tests.members.lots_in_use import (
    assay,
    attribute,
    balance,
    depart,
    findings,
    position,
    release,
    write_off,
)
from tests.members.standing import members
from tests.reserve.standing import NOON, People, documents, stock_up


def _stop(people: People, lot: Lot) -> LotStop:
    return stop_lot(lot_number=lot.number, actor=people.administrator, reason="seal broken")


def test_a_stopped_lot_is_in_quarantine_and_no_position(people: People) -> None:
    (firm,) = members(people, [600])
    lot = stock_up(people, grams=1000)
    attribute(people)

    _stop(people, lot)

    assert (balance("custody/east/antimony"), balance("quarantine/east/antimony")) == (0, 1000)
    assert (position(firm), balance("unattributed/antimony")) == (0, 0)
    assert findings() == []
    with pytest.raises(NothingToPay):
        pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON)
    with pytest.raises(LotWrongState):
        depart(people, lot)

    proposal = propose_lot_release(
        lot_number=lot.number, actor=people.second_administrator, reason="in order"
    )
    grant_role(user=people.administrator, role="approver")
    with pytest.raises(ReleasedByStopper):
        approve_proposal(proposal_id=proposal.id, actor=people.administrator)
    approve_proposal(proposal_id=proposal.id, actor=people.approver)

    assert (position(firm), balance("unattributed/antimony")) == (600, 400)
    assert balance("quarantine/east/antimony") == 0
    assert findings() == []


def test_a_stopped_lot_is_written_off_whole(people: People) -> None:
    (firm,) = members(people, [600])
    lot = stock_up(people, grams=1000)
    attribute(people)
    _stop(people, lot)

    write_off(people, lot, 1000)

    assert (position(firm), balance(f"commitment/{firm.firm.id}/antimony")) == (0, 600)
    assert (balance("quarantine/east/antimony"), balance("inventory/antimony")) == (0, 0)
    assert findings() == []


def test_a_later_assay_keeps_the_older_one(people: People) -> None:
    lot = stock_up(people, grams=1000)

    row = assay(people, lot, "99.66")

    lot.refresh_from_db()
    assert (lot.assay_percent, row.replaced_percent) == (Decimal("99.66"), Decimal("99.70"))
    assert (row.is_within_tolerance, lot.state) == (True, Lot.State.ACCEPTED)
    assert row.document.lot == lot


def test_an_assay_outside_the_tolerance_stops_the_lot(people: People) -> None:
    lot = stock_up(people, grams=1000)

    row = assay(people, lot, "99.10")

    lot.refresh_from_db()
    assert (row.is_within_tolerance, lot.state) == (False, Lot.State.STOPPED)
    assert balance("custody/east/antimony") == 0
    report = list_mismatches()
    assert [item.lot for item in report] == [lot]
    assert "assay_below_order" in {finding.code for finding in report[0].findings}
    assert "99.10 percent" in report[0].reason
    release(people, lot)
    assert findings() == []


def test_a_certificate_of_another_lot_is_refused(people: People) -> None:
    first, second = stock_up(people, grams=10), stock_up(people, grams=10)
    values = {
        "element": "Sb",
        "percent": Decimal("99.70"),
        "assayed_on": today(),
        "actor": people.administrator,
    }
    paper = documents()[0]
    record_lot_assay(lot_number=first.number, certificate=paper, **values)  # type: ignore[arg-type]

    with pytest.raises(DocumentAlreadyUsed):
        record_lot_assay(lot_number=second.number, certificate=paper, **values)  # type: ignore[arg-type]

    assert LotAssay.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"percent": Decimal("100.1")}, PercentOutOfRange),
        ({"percent": Decimal("NaN")}, PercentOutOfRange),
        ({"assayed_on": today() + timedelta(days=2)}, DatesReversed),
        ({"assayed_on": NOON.date() - timedelta(days=2)}, DatesReversed),
        ({"certificate": documents()[1]}, ValueNotAllowed),
    ],
)
def test_a_bad_assay_is_refused(people: People, changes: dict[str, object], refusal: type[Exception]) -> None:
    lot = stock_up(people, grams=10)
    values: dict[str, object] = {
        "element": "Sb",
        "percent": Decimal("99.70"),
        "assayed_on": today(),
        "certificate": documents()[0],
    }

    with pytest.raises(refusal):
        record_lot_assay(lot_number=lot.number, actor=people.administrator, **(values | changes))  # type: ignore[arg-type]

    assert not LotAssay.objects.exists()


def test_a_stop_needs_a_reason_and_an_accepted_lot(people: People) -> None:
    lot = stock_up(people, grams=10)
    with pytest.raises(ReasonMissing):
        stop_lot(lot_number=lot.number, actor=people.administrator, reason=" ")
    _stop(people, lot)
    with pytest.raises(LotWrongState):
        _stop(people, lot)
