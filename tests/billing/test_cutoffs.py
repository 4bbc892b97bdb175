"""What a run charges is what was committed when it was started, in whichever attempt and however late."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from billing.errors import RateCardInBilledMonth
from billing.models import FeeRun, InvoiceLine
from billing.selectors import recalculate_line
from billing.selectors.fee_basis import load_fee_basis
from billing.services import start_fee_run
from billing.services.invoice_drafts import draft_invoices
from jobs.runner import run_ready_jobs
from ledger.services import TransferRequest
from members.domain.requests import CommitmentRequest
from members.models import Firm
from members.services import make_commitments
from reserve.domain.requests import MaterialSpec
from reserve.services import register_materials
from tests.billing.standing import ANTIMONY, EAST, MARCH, Reserve, at, make_reserve


@pytest.fixture
def committed(committed_database: str, early_april: None, settings: Settings) -> Reserve:
    """Two firms with a tonne each, drafted one by one."""
    settings.STRONGROOM_FEE_RUN_FIRMS_PER_STEP = 1
    reserve = make_reserve()
    reserve.set_rate("0.62", "2026-01-01")
    for name in ("First (example)", "Second (example)"):
        reserve.store(reserve.add_firm(name), "2026-03-01", 1_000_000)
    return reserve


def take_half_out(reserve: Reserve, firm: Firm, day: str) -> None:
    """Half a tonne leaves the firm's position, and the reserve."""
    reserve.post(
        day,
        [
            TransferRequest(f"custody/{EAST}/{ANTIMONY}", f"outside/{ANTIMONY}", 500_000),
            TransferRequest(f"position/{firm.id}/{ANTIMONY}", f"issued/{ANTIMONY}", 500_000),
        ],
    )


@contextmanager
def uncommitted(write: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """Another session has written and not committed; calling what this gives commits it."""
    has_written, may_commit = Event(), Event()

    def work() -> None:
        try:
            with transaction.atomic():
                write()
                has_written.set()
                may_commit.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        assert has_written.wait(30)

        def commit() -> None:
            may_commit.set()
            done.result(30)

        try:
            yield commit
        finally:
            may_commit.set()


def draft_one_firm(fee_run: FeeRun) -> None:
    """A first attempt, that dies after its first step."""
    with transaction.atomic():
        draft_invoices(fee_run_id=fee_run.id, basis=load_fee_basis(fee_run=fee_run), firm_limit=1)


def storage_of(fee_run: FeeRun) -> list[tuple[int | None, int]]:
    """Gram-days and cents of each firm's storage lines, as drafted."""
    return [(line.gram_days, line.amount_cents) for line in lines_of(fee_run, "storage")]


def lines_of(fee_run: FeeRun, kind: str) -> list[InvoiceLine]:
    lines = InvoiceLine.objects.filter(invoice__fee_run=fee_run, kind=kind)
    return list(lines.order_by("invoice__firm_id", "ordinal"))


def assert_told_again(fee_run: FeeRun) -> None:
    """Each line, calculated anew from the ledger, is as it was drafted."""
    for line in InvoiceLine.objects.filter(invoice__fee_run=fee_run):
        again = recalculate_line(line=line)
        assert (again.gram_days, again.amount_cents) == (line.gram_days, line.amount_cents)
        assert again.is_same_history


def test_what_was_recorded_before_the_start_and_committed_after_it_is_in_no_chunk(committed: Reserve) -> None:
    second = max(committed.firms, key=lambda firm: firm.id)
    with uncommitted(lambda: take_half_out(committed, second, "2026-03-11")) as commit:
        fee_run = start_fee_run(month=MARCH, actor=committed.finance)
        draft_one_firm(fee_run)
        commit()
        run_ready_jobs(worker="test")

    assert storage_of(fee_run) == [(31_000_000, 19_22)] * 2
    assert_told_again(fee_run)
    # The control: recorded before the cut-off's time all the same, so a time alone would have let it in.
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from ledger_journal where recorded_at <= %s "
            "and not pg_visible_in_snapshot(transaction_id, %s::pg_snapshot)",
            [fee_run.known_at, fee_run.known_snapshot],
        )
        assert cursor.fetchone() == (1,)


def test_what_is_committed_before_the_start_is_in_every_chunk(committed: Reserve) -> None:
    second = max(committed.firms, key=lambda firm: firm.id)
    take_half_out(committed, second, "2026-03-11")
    fee_run = committed.draft()
    assert storage_of(fee_run) == [(31_000_000, 19_22), (20_500_000, 12_71)]
    assert_told_again(fee_run)


def test_what_is_posted_between_two_attempts_is_in_neither(committed: Reserve) -> None:
    fee_run = start_fee_run(month=MARCH, actor=committed.finance)
    draft_one_firm(fee_run)
    for firm in committed.firms:
        take_half_out(committed, firm, "2026-03-11")
    run_ready_jobs(worker="test")
    assert storage_of(fee_run) == [(31_000_000, 19_22)] * 2
    assert_told_again(fee_run)


def test_a_card_approved_between_two_attempts_changes_no_firms_price(committed: Reserve) -> None:
    """One that would is refused; one that begins later ends the old card outside the month."""
    fee_run = start_fee_run(month=MARCH, actor=committed.finance)
    draft_one_firm(fee_run)
    with pytest.raises(RateCardInBilledMonth):
        committed.set_rate("6.20", "2026-03-16")
    committed.set_rate("6.20", "2026-04-01")
    run_ready_jobs(worker="test")
    assert [(line.rate, line.ends_on) for line in lines_of(fee_run, "storage")] == [
        (Decimal("0.62"), date(2026, 4, 1))
    ] * 2


def test_a_card_in_the_middle_of_its_approval_is_waited_for(committed: Reserve) -> None:
    """A run that started past it would miss a card that was approved first, and the old one's new end too."""
    approve = partial(committed.set_rate, "6.20", "2026-03-16")
    start = partial(start_fee_run, month=MARCH, actor=committed.finance)
    with uncommitted(approve) as commit, ThreadPoolExecutor(1) as pool:
        starting = pool.submit(in_session, start)
        with pytest.raises(TimeoutError):
            starting.result(1)
        commit()
        starting.result(30)
    run_ready_jobs(worker="test")
    (fee_run,) = FeeRun.objects.all()
    assert [line.rate for line in lines_of(fee_run, "storage")] == [Decimal("0.62"), Decimal("6.20")] * 2


def test_a_card_is_not_approved_past_a_run_that_is_starting(committed: Reserve) -> None:
    approve = partial(committed.set_rate, "6.20", "2026-03-16")
    start = partial(start_fee_run, month=MARCH, actor=committed.finance)
    with uncommitted(start) as commit, ThreadPoolExecutor(1) as pool:
        approving = pool.submit(in_session, approve)
        with pytest.raises(TimeoutError):
            approving.result(1)
        commit()
        with pytest.raises(RateCardInBilledMonth):
            approving.result(30)


def test_a_commitment_made_between_two_attempts_is_in_neither(committed: Reserve) -> None:
    """Dated back to January and cheaper; as the older one it would have financed the whole position."""
    fee_run = start_fee_run(month=MARCH, actor=committed.finance)
    draft_one_firm(fee_run)
    second = max(committed.firms, key=lambda firm: firm.id)
    make_commitments(
        commitments=[
            CommitmentRequest(
                agreement_id=second.agreements.get().id,
                material_code=ANTIMONY,
                quantity_g=50_000_000,
                fixed_price_usd_per_kg=Decimal("1.00"),
                starts_on=date(2026, 1, 1),
            )
        ],
        actor=committed.administrator,
        effective_at=at("2026-01-01"),
    )
    run_ready_jobs(worker="test")
    assert [line.fixed_price_usd_per_kg for line in lines_of(fee_run, "carrying")] == [Decimal(39)] * 2
    assert len({line.amount_cents for line in lines_of(fee_run, "carrying")}) == 1
    assert_told_again(fee_run)


def test_a_materials_version_recorded_between_two_attempts_is_in_neither(committed: Reserve) -> None:
    committed.set_rate("1.10", "2026-01-01", storage_class="metal-cool")
    fee_run = start_fee_run(month=MARCH, actor=committed.finance)
    draft_one_firm(fee_run)
    register_materials(
        materials=[
            MaterialSpec(
                code=ANTIMONY,
                list_code="list-2025",
                effective_from=date(2026, 3, 10),
                name="Antimony",
                storage_class="metal-cool",
                allocation_unit_g=1000,
            )
        ],
        actor=committed.administrator,
    )
    run_ready_jobs(worker="test")
    assert [line.rate for line in lines_of(fee_run, "storage")] == [Decimal("0.62")] * 2


def in_session(action: Callable[[], object]) -> None:
    """Do it in this thread, and leave no connection behind."""
    try:
        action()
    finally:
        connection.close()
