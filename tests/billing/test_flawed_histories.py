"""A history that makes no sense blocks the run and names whose it is; every other firm is drafted."""

import pytest

from billing.domain.firm_fees import Charge, Flaw
from billing.errors import DuplicateRate, FeeRunBlocked
from billing.models import FeeRun, Invoice, InvoiceLine
from billing.selectors import list_exceptions
from billing.services import discard_fee_run, invoice_drafts, propose_finalisation
from jobs.models import Job
from ledger.services import TransferRequest
from tests.billing.standing import ANTIMONY, EAST, GALLIUM, Reserve

pytestmark = pytest.mark.django_db


@pytest.fixture
def senseless(reserve: Reserve) -> Reserve:
    """The second firm's gallium came into its position ten days before there was any in custody."""
    reserve.set_rate("0.62", "2026-01-01")
    reserve.set_rate("1.10", "2026-01-01", storage_class="metal-cool")
    for name in ("First (example)", "Second (example)", "Third (example)"):
        firm = reserve.add_firm(
            name, commitments=[(ANTIMONY, 50_000_000, "39.00"), (GALLIUM, 1_000_000, "439.00")]
        )
        reserve.store(firm, "2026-03-01", 1_000_000)
    second = reserve.firms[1]
    reserve.post(
        "2026-03-20",
        [
            TransferRequest("outside/gallium", f"custody/{EAST}/gallium", 1000),
            TransferRequest("issued/gallium", "unattributed/gallium", 1000),
        ],
    )
    reserve.post(
        "2026-03-10", [TransferRequest("unattributed/gallium", f"position/{second.id}/gallium", 1000)]
    )
    return reserve


def test_one_firms_flaw_is_listed_and_the_others_are_drafted(senseless: Reserve) -> None:
    fee_run = senseless.draft()

    assert fee_run.state == FeeRun.State.DRAFTED
    assert Job.objects.get(payload__fee_run=str(fee_run.id)).state == Job.State.SUCCEEDED
    (exception,) = list_exceptions(fee_run_id=fee_run.id)
    assert (exception.code, exception.is_blocking) == ("not_calculable", True)
    assert (exception.firm_id, getattr(exception.material, "code", "")) == (senseless.firms[1].id, GALLIUM)
    assert "stored nowhere" in exception.message
    antimony = InvoiceLine.objects.filter(invoice__fee_run=fee_run, kind="storage", material__code=ANTIMONY)
    assert antimony.count() == 3
    assert len(set(antimony.values_list("amount_cents", flat=True))) == 1


def test_a_flawed_run_is_not_finalised_but_discarded(senseless: Reserve) -> None:
    fee_run = senseless.draft()
    with pytest.raises(FeeRunBlocked):
        propose_finalisation(fee_run_id=fee_run.id, actor=senseless.finance)
    discard_fee_run(fee_run_id=fee_run.id, actor=senseless.finance, reason="the history is to be mended")
    assert not Invoice.objects.exists()


def test_a_refusal_that_the_list_of_exceptions_has_no_code_for_blocks_as_well(
    reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flawed(**_: object) -> tuple[list[Charge], list[Flaw]]:
        return [], [Flaw(DuplicateRate.code, "Two rates begin on one day.")]

    monkeypatch.setattr(invoice_drafts, "charge_material", flawed)
    reserve.store(reserve.add_firm("Firm (example)"), "2026-03-01", 1_000_000)
    (exception,) = list_exceptions(fee_run_id=reserve.draft().id)
    assert (exception.code, exception.message) == ("not_calculable", "Two rates begin on one day.")
