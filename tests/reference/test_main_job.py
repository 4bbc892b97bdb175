"""The main job on real figures, by real processes: web server, Celery worker, scheduler, Redis."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command

from allocations.models import Award, Drawdown
from billing.models import Invoice
from ledger.models import Journal
from ledger.selectors import list_balances_under
from ledger.verification import verify_ledger
from reference.services.main_job import is_done
from reserve.selectors import get_funding, list_national_coverage
from tests.processes import Process, beat, database_url, free_port, redis_server, wait_for, worker

SIXTY_DAYS_OF_31_MATERIALS_CENTS = 1_195_598_000_000


@pytest.fixture
def service(
    committed_database: str, tmp_path: Path, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Everything that `make run` starts, on this test's own database."""
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    port = free_port()
    monkeypatch.setenv("STRONGROOM_URL", f"http://127.0.0.1:{port}")
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server())
        stack.enter_context(worker(committed_database, redis.url))
        stack.enter_context(beat(committed_database, redis.url))
        stack.enter_context(_web(committed_database, redis.url, port))
        yield committed_database


@contextmanager
def _web(database: str, redis_url: str, port: int) -> Iterator[Process]:
    environment = {
        "DATABASE_URL": database_url(database),
        "REDIS_URL": redis_url,
        "PORT": str(port),
        "STRONGROOM_SECRET_KEY": django_settings.SECRET_KEY,
    }
    process = Process(
        "web", [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"], environment
    )
    try:
        wait_for(lambda: _answers(port), seconds=60, what="the web server answers", logs=(process,))
        yield process
    finally:
        process.stop()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_the_whole_reserve_once_through(
    service: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call_command("load_reference_reserve")
    assert not is_done()
    assert all(result.is_clean for result in verify_ledger())
    call_command("run_main_job")
    assert is_done()

    _the_money_buys_sixty_days()
    _a_month_is_billed()
    _the_disruption_is_rationed()
    _the_drawdown_came_back()
    assert [result.name for result in verify_ledger() if not result.is_clean] == []

    printed = capsys.readouterr().out
    assert "60 days of everything with a published use and price (31 materials) cost 11,956.0" in printed
    assert "The ledger verifies" in printed
    sign_ins = tmp_path / "sign-ins.txt"
    assert sign_ins.stat().st_mode & 0o777 == 0o600
    assert len(sign_ins.read_text().splitlines()) == 6

    _a_second_time_changes_nothing()


def _the_money_buys_sixty_days() -> None:
    covered = [line for line in list_national_coverage() if line.use_g_per_year]
    assert len(covered) == 31
    assert all(line.days is not None and 60 <= line.days < 61 for line in covered)
    funding = get_funding()
    spent = 1_200_000_000_000 - funding.headroom_cents
    assert abs(spent - SIXTY_DAYS_OF_31_MATERIALS_CENTS) < 1_000_000
    assert funding.ordered_cents == funding.payable_cents == 0
    custody = sum(balance.posted for balance in list_balances_under(prefix="custody/"))
    title = sum(
        balance.posted
        for prefix in ("position/", "unattributed/")
        for balance in list_balances_under(prefix=prefix)
    )
    assert custody == title > 0


def _held(prefix: str) -> int:
    return sum(balance.posted for balance in list_balances_under(prefix=prefix))


def _a_month_is_billed() -> None:
    invoices = list(Invoice.objects.select_related("firm").prefetch_related("lines"))
    assert sorted(invoice.number or 0 for invoice in invoices) == list(range(1, 9))
    boeing = next(invoice for invoice in invoices if invoice.firm.legal_name == "The Boeing Company")
    aluminum = [
        line
        for line in boeing.lines.all()
        if line.kind == "storage" and line.material.code == "aluminum" and line.facility is not None
    ]
    # Half of the stock from the first, the rest from 16 March; half at 0.62, half at 0.58 USD.
    assert {line.rate for line in aluminum} == {Decimal("0.62"), Decimal("0.58")}
    assert all(
        invoice.total_cents == sum(line.amount_cents for line in invoice.lines.all()) for invoice in invoices
    )


def _the_disruption_is_rationed() -> None:
    awards = {(award.firm.legal_name, award.material.code): award for award in Award.objects.all()}
    assert {key: award.quantity_g for key, award in awards.items()} == {
        ("Clarios International Inc.", "antimony"): 4_701_369_000,
        ("Alphabet Inc.", "gallium"): 2_573_000,
        ("Lockheed Martin Corporation", "gallium"): 500_000,
        ("General Motors Company", "graphite"): 6_717_800_000,
        ("Stellantis N.V.", "graphite"): 4_000_000_000,
    }
    assert all(award.explanation for award in awards.values())
    lent = awards["Alphabet Inc.", "gallium"].drawdown
    assert lent.own_g + lent.borrowed_g == 2_573_000
    assert lent.borrowed_g == 1_036_013


def _the_drawdown_came_back() -> None:
    drawdown = Drawdown.objects.get(award=None)
    assert drawdown.state == Drawdown.State.DELIVERED
    assert drawdown.granted_g == drawdown.replenished_g == 100_000_000
    assert drawdown.outstanding_g == 0


def _a_second_time_changes_nothing() -> None:
    count = Journal.objects.count()
    call_command("load_reference_reserve")
    call_command("run_main_job")
    assert Journal.objects.count() == count
