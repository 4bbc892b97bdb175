"""Lots arrive in quarantine, count nowhere until accepted by somebody else, and are refused when in doubt."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from errors import Refusal
from governance.approvals import approve_proposal, reject_proposal
from governance.errors import ProposalChanged, ProposalNotOpen, ProposalOpen, RoleRequired, SelfApproval
from governance.services.users import grant_role
from ledger.selectors import get_balance
from reserve.domain.requests import InKindDelivery
from reserve.errors import (
    AcceptedByReceiver,
    CapacityExceeded,
    DatesReversed,
    DocumentAlreadyUsed,
    DocumentEmpty,
    DocumentMissing,
    DocumentTooLarge,
    EffectiveInFuture,
    LotBeyondOrder,
    LotDecided,
    LotMismatch,
    LotNotFound,
    LotWithoutOrder,
    MalformedCountry,
    NetAboveGross,
    PercentOutOfRange,
    PurchaseOrderNotFound,
    QuantityNotPositive,
    ReasonMissing,
    ValueNotAllowed,
)
from reserve.models import Lot, LotDocument, PurchaseOrder
from reserve.selectors import (
    get_document_content,
    get_funding,
    get_lot,
    list_lots,
    list_stock,
)
from reserve.services import place_purchase_orders, propose_lot_acceptances, receive_lots, reject_lot
from reserve.services.lot_documents import LARGEST_DOCUMENT_BYTES
from tests.reserve.standing import NOON, TONNE, USD, People, accept, documents, lot, order


@pytest.fixture
def placed(people: People) -> PurchaseOrder:
    """An open order of ten tonnes of antimony."""
    return place_purchase_orders(orders=[order()], actor=people.administrator, effective_at=NOON)[0]


def _receive(people: People, *lots: object) -> list[Lot]:
    return receive_lots(lots=lots, actor=people.administrator, effective_at=NOON)  # type: ignore[arg-type]


def test_a_received_lot_waits_in_quarantine_and_counts_nowhere(people: People, placed: PurchaseOrder) -> None:
    received = _receive(people, lot(placed))[0]

    assert received.state == Lot.State.QUARANTINED
    assert [(stock.accepted_g, stock.quarantined_g) for stock in list_stock()] == [(0, 5 * TONNE)]
    assert get_balance(path="unattributed/antimony").posted == 0
    assert get_funding().payable_cents == 0


def test_an_accepted_lot_is_stock_is_ours_and_is_owed(people: People, placed: PurchaseOrder) -> None:
    accepted = accept(_receive(people, lot(placed)), people, NOON)[0]

    assert (accepted.state, accepted.accepted_by, accepted.accepted_at) == ("accepted", people.approver, NOON)
    assert accepted.value_cents == 100_000 * USD
    assert accepted.policy_version is not None
    assert [(stock.accepted_g, stock.quarantined_g) for stock in list_stock()] == [(5 * TONNE, 0)]
    assert get_balance(path="unattributed/antimony").posted == 5 * TONNE
    assert get_balance(path="inventory/antimony").posted == 100_000 * USD
    money = get_funding()
    assert (money.payable_cents, money.ordered_cents) == (100_000 * USD, 100_000 * USD)


def test_lots_of_one_order_cost_together_what_the_order_is_worth(people: People) -> None:
    placed = place_purchase_orders(
        orders=[order(quantity_g=3, price_usd_per_kg=Decimal("5"))],
        actor=people.administrator,
        effective_at=NOON,
    )[0]
    lots = [lot(placed, gross_g=1, net_g=1) for _ in range(3)]

    accepted = accept(_receive(people, *lots), people)

    # 1.5 cents are rounded to 2; three times half a cent rounded by itself would be 3.
    assert placed.value_cents == 2
    assert sum(row.value_cents or 0 for row in accepted) == 2
    assert get_funding().ordered_cents == 0


def test_the_receiver_cannot_accept_even_what_another_proposed(people: People, placed: PurchaseOrder) -> None:
    grant_role(user=people.administrator, role="approver")
    received = _receive(people, lot(placed))
    proposal = propose_lot_acceptances(lot_numbers=[received[0].number], actor=people.second_administrator)[0]

    with pytest.raises(AcceptedByReceiver):
        approve_proposal(proposal_id=proposal.id, actor=people.administrator)

    approve_proposal(proposal_id=proposal.id, actor=people.approver)
    assert get_lot(lot_number=received[0].number).state == Lot.State.ACCEPTED


def test_the_proposer_cannot_accept_and_the_approver_needs_the_role(
    people: People, placed: PurchaseOrder
) -> None:
    grant_role(user=people.second_administrator, role="approver")
    received = _receive(people, lot(placed))[0]
    proposal = propose_lot_acceptances(lot_numbers=[received.number], actor=people.second_administrator)[0]

    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=people.second_administrator)
    with pytest.raises(RoleRequired):
        approve_proposal(proposal_id=proposal.id, actor=people.finance)
    assert get_balance(path="unattributed/antimony").posted == 0


def test_a_lot_is_decided_once(people: People, placed: PurchaseOrder) -> None:
    received = _receive(people, lot(placed))[0]
    proposal = propose_lot_acceptances(lot_numbers=[received.number], actor=people.second_administrator)[0]
    with pytest.raises(ProposalOpen):
        propose_lot_acceptances(lot_numbers=[received.number], actor=people.second_administrator)
    approve_proposal(proposal_id=proposal.id, actor=people.approver)

    with pytest.raises(ProposalNotOpen):
        approve_proposal(proposal_id=proposal.id, actor=people.approver)
    with pytest.raises(LotDecided):
        propose_lot_acceptances(lot_numbers=[received.number], actor=people.second_administrator)
    with pytest.raises(LotDecided):
        reject_lot(lot_number=received.number, actor=people.approver, reason="late", effective_at=NOON)
    assert get_balance(path="unattributed/antimony").posted == 5 * TONNE


def test_a_lot_that_changed_after_the_proposal_is_not_accepted_by_it(
    people: People, placed: PurchaseOrder
) -> None:
    received = _receive(people, lot(placed))[0]
    proposal = propose_lot_acceptances(lot_numbers=[received.number], actor=people.second_administrator)[0]
    Lot.objects.filter(id=received.id).update(assay_percent=Decimal("99.90"))

    with pytest.raises(ProposalChanged):
        approve_proposal(proposal_id=proposal.id, actor=people.approver)


def test_a_rejected_lot_leaves_quarantine_with_its_reason(people: People, placed: PurchaseOrder) -> None:
    received = _receive(people, lot(placed))[0]
    with pytest.raises(ReasonMissing):
        reject_lot(lot_number=received.number, actor=people.approver, reason="", effective_at=NOON)

    rejected = reject_lot(
        lot_number=received.number, actor=people.approver, reason="seals broken", effective_at=NOON
    )

    assert (rejected.state, rejected.rejection_reason) == ("rejected", "seals broken")
    assert list_stock() == []
    assert get_funding().headroom_cents == 800_000 * USD


def test_a_rejected_proposal_leaves_the_lot_waiting(people: People, placed: PurchaseOrder) -> None:
    received = _receive(people, lot(placed))[0]
    proposal = propose_lot_acceptances(lot_numbers=[received.number], actor=people.second_administrator)[0]
    reject_proposal(proposal_id=proposal.id, actor=people.approver, reason="wait for the second assay")

    assert get_lot(lot_number=received.number).state == Lot.State.QUARANTINED
    assert accept([received], people)[0].state == Lot.State.ACCEPTED


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"net_g": 5_100_001}, NetAboveGross),
        ({"net_g": 0}, QuantityNotPositive),
        ({"net_g": -1}, QuantityNotPositive),
        ({"net_g": 10 * TONNE + 1, "gross_g": 11 * TONNE}, LotBeyondOrder),
        ({"assay_percent": Decimal("100.5")}, PercentOutOfRange),
        ({"origin_refining": "Korea"}, MalformedCountry),
        ({"stage": "powder"}, ValueNotAllowed),
        ({"purchase_order_number": "PO-999999"}, PurchaseOrderNotFound),
        ({"purchase_order_number": ""}, LotWithoutOrder),
    ],
)
def test_a_bad_receipt_is_refused_and_nothing_is_kept(
    people: People, placed: PurchaseOrder, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        _receive(people, lot(placed, net_g=1000, gross_g=1000), lot(placed, **changes))

    placed.refresh_from_db()
    assert placed.delivered_g == 0
    assert Lot.objects.count() == 0
    assert list_stock() == []


def test_lots_that_fit_one_by_one_are_refused_together(people: People, placed: PurchaseOrder) -> None:
    with pytest.raises(LotBeyondOrder) as refused:
        _receive(people, *[lot(placed) for _ in range(3)])
    assert refused.value.details["lacking_kg"] == "0"


def test_a_receipt_beyond_the_facilitys_capacity_is_refused(people: People) -> None:
    """Gallium is stored among the hazardous, of which the east takes one tonne."""
    placed = place_purchase_orders(
        orders=[order(material_code="gallium", assay_element="Ga", quantity_g=2 * TONNE)],
        actor=people.administrator,
        effective_at=NOON,
    )[0]
    gallium = {"assay_element": "Ga", "declared_goods": "gallium metal"}
    _receive(people, lot(placed, gross_g=600_000, net_g=600_000, **gallium))

    with pytest.raises(CapacityExceeded) as refused:
        _receive(people, lot(placed, gross_g=400_001, net_g=400_001, **gallium))
    assert refused.value.details["free_kg"] == "400"

    _receive(people, lot(placed, gross_g=400_000, net_g=400_000, **gallium))
    assert sum(stock.quarantined_g for stock in list_stock()) == TONNE


def test_a_document_of_another_lot_is_refused(people: People, placed: PurchaseOrder) -> None:
    used = documents()
    _receive(people, lot(placed, documents=used))

    with pytest.raises(DocumentAlreadyUsed) as refused:
        _receive(people, lot(placed, documents=[*documents(), used[0]]))
    assert refused.value.details["filename"] == used[0].filename

    twice = documents()
    with pytest.raises(DocumentAlreadyUsed):
        _receive(people, lot(placed, documents=[twice[0], twice[0]]))
    assert LotDocument.objects.count() == 4


def test_a_document_needs_content_of_a_bearable_size(people: People, placed: PurchaseOrder) -> None:
    with pytest.raises(DocumentEmpty):
        _receive(people, lot(placed, documents=documents(content=b"")))
    with pytest.raises(DocumentTooLarge):
        _receive(people, lot(placed, documents=documents(content=bytes(LARGEST_DOCUMENT_BYTES + 1))))
    with pytest.raises(ValueNotAllowed):
        _receive(people, lot(placed, documents=documents(kind="love_letter")[:1]))


def test_a_document_is_kept_as_it_came(people: People, placed: PurchaseOrder) -> None:
    paper = documents(content=b"%PDF \x00\xff")[0]
    received = _receive(people, lot(placed, documents=[paper]))[0]
    kept = get_lot(lot_number=received.number).documents.get()

    assert get_document_content(document=kept) == b"%PDF \x00\xff"
    assert kept.size_bytes == 7


def test_a_lot_without_its_origin_document_is_stopped(people: People, placed: PurchaseOrder) -> None:
    papers = [paper for paper in documents() if paper.kind != "certificate_of_origin"]
    received = _receive(people, lot(placed, documents=papers))[0]

    with pytest.raises(DocumentMissing) as refused:
        propose_lot_acceptances(lot_numbers=[received.number], actor=people.second_administrator)
    assert refused.value.details["findings"] == [
        {"code": "document_missing", "message": "The certificate of origin is missing."}
    ]


def test_a_lot_declared_as_something_else_is_stopped(people: People, placed: PurchaseOrder) -> None:
    received = _receive(people, lot(placed, declared_goods="Tile adhesive"))[0]

    with pytest.raises(LotMismatch) as refused:
        propose_lot_acceptances(lot_numbers=[received.number], actor=people.second_administrator)
    findings = refused.value.details["findings"]
    assert isinstance(findings, list)
    assert [finding["code"] for finding in findings] == ["declared_goods_mismatch"]


def test_stock_cannot_be_older_than_its_receipt(people: People, placed: PurchaseOrder) -> None:
    received = _receive(people, lot(placed))[0]

    with pytest.raises(DatesReversed):
        propose_lot_acceptances(
            lot_numbers=[received.number],
            actor=people.second_administrator,
            effective_at=NOON - timedelta(days=1),
        )


def test_nothing_is_received_accepted_or_rejected_ahead_of_time(
    people: People, placed: PurchaseOrder
) -> None:
    received = _receive(people, lot(placed))[0]
    tomorrow = timezone.now() + timedelta(days=1)
    with pytest.raises(EffectiveInFuture):
        receive_lots(lots=[lot(placed)], actor=people.administrator, effective_at=tomorrow)
    with pytest.raises(EffectiveInFuture):
        propose_lot_acceptances(
            lot_numbers=[received.number], actor=people.second_administrator, effective_at=tomorrow
        )
    with pytest.raises(EffectiveInFuture):
        reject_lot(lot_number=received.number, actor=people.approver, reason="wet", effective_at=tomorrow)
    assert Lot.objects.count() == 1


def test_a_lot_is_not_rejected_before_it_came(people: People, placed: PurchaseOrder) -> None:
    received = _receive(people, lot(placed))[0]
    with pytest.raises(DatesReversed):
        reject_lot(
            lot_number=received.number,
            actor=people.approver,
            reason="wet",
            effective_at=NOON - timedelta(days=1),
        )


def test_a_lot_brought_back_in_kind_is_stock_but_costs_nothing(people: People, placed: PurchaseOrder) -> None:
    in_kind = InKindDelivery(
        reference="drawdown:1",
        material_code="antimony",
        facility_code="west",
        assay_element="Sb",
        assay_percent=Decimal("99.65"),
    )
    received = _receive(people, lot("", in_kind=in_kind))[0]
    accepted = accept([received], people)[0]

    assert (accepted.value_cents, accepted.purchase_order) == (0, None)
    assert get_balance(path="custody/west/antimony").posted == 5 * TONNE
    assert get_funding().payable_cents == 0
    with pytest.raises(LotWithoutOrder):
        _receive(people, lot(placed, in_kind=in_kind))


def test_lists_of_lots_take_a_constant_number_of_queries(
    people: People, placed: PurchaseOrder, django_assert_num_queries: object
) -> None:
    _receive(people, *[lot(placed, gross_g=1000, net_g=1000) for _ in range(12)])

    with django_assert_num_queries(2):  # type: ignore[operator]
        rows = list(list_lots(material_codes=["antimony"], states=["quarantined"]))
        assert [
            (
                row.purchase_order and row.purchase_order.trader.code,
                row.facility.code,
                len(row.documents.all()),
            )
            for row in rows
        ] == [("trader-one", "east", 4)] * 12


def test_receiving_takes_the_same_queries_for_one_lot_and_for_fifty(
    people: People, placed: PurchaseOrder, django_assert_max_num_queries: object
) -> None:
    for count in (1, 50):
        lots = [lot(placed, gross_g=1000, net_g=1000) for _ in range(count)]
        with django_assert_max_num_queries(20):  # type: ignore[operator]
            _receive(people, *lots)


def test_an_unknown_lot_is_named(people: People) -> None:
    with pytest.raises(LotNotFound):
        get_lot(lot_number="LOT-999999")
    with pytest.raises(LotNotFound):
        reject_lot(lot_number="LOT-999999", actor=people.approver, reason="x", effective_at=NOON)
