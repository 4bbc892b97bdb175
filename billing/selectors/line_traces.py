"""From an invoice line back to the ledger: the same line, calculated again from what its trace names."""

from collections.abc import Mapping
from dataclasses import dataclass

from billing.domain.firm_fees import FirmHolding, History, carrying_charges, facility_holdings
from billing.domain.months import month_of
from billing.domain.periods import Period
from billing.domain.storage import accrue_storage, flat_rate
from billing.models import InvoiceLine
from billing.selectors.carrying_rates import list_carrying_rates
from billing.selectors.cutoffs import Cutoff, cutoff_of
from billing.selectors.fee_basis import CUSTODY, fixed_price_of
from billing.selectors.histories import AccountHistory, read_histories
from billing.selectors.known_commitments import list_known_commitments
from ledger.selectors import transfers_of
from members.domain import accounts


@dataclass(frozen=True, slots=True)
class Recalculation:
    """A line as the ledger gives it. `is_same_history`: its transfers are those that the trace names."""

    gram_days: int | None
    amount_cents: int
    is_same_history: bool


def recalculate_line(*, line: InvoiceLine) -> Recalculation:
    """Read the accounts of the line's trace as far as the run's cut-off knows them and charge them again."""
    if line.kind == InvoiceLine.Kind.UPFRONT:
        return _recalculate_upfront(line)
    cutoff = cutoff_of(line.invoice.fee_run)
    period = month_of(line.invoice.starts_on)
    traced = line.trace["accounts"]
    read = read_histories(prefixes=list(traced), period=period, cutoff=cutoff)
    histories = {path: read.get(path, AccountHistory()) for path in traced}
    if line.kind == InvoiceLine.Kind.STORAGE:
        gram_days, cents = _charge_storage(line, period, histories, cutoff)
    else:
        gram_days, cents = _charge_carrying(line, period, histories, cutoff)
    is_same = all(_is_traced(history, traced[path]) for path, history in histories.items())
    return Recalculation(gram_days, cents, is_same)


def _is_traced(history: AccountHistory, trace: Mapping[str, object]) -> bool:
    return trace["opening_g"] == history.opening_g and trace["transfers"] == history.transfer_ids


def _recalculate_upfront(line: InvoiceLine) -> Recalculation:
    """The fee is what its journal moved to the firm's receivable."""
    receivable = accounts.receivable(str(line.invoice.firm_id))
    posted = transfers_of(journal_ids=line.trace["journals"]).filter(target__path=receivable)
    amounts = list(posted.values_list("amount", flat=True))
    return Recalculation(None, sum(amounts), len(amounts) == 1)


def _charge_storage(
    line: InvoiceLine, period: Period, histories: Mapping[str, AccountHistory], cutoff: Cutoff
) -> tuple[int, int]:
    """Only the facility and the days of the line, at the price of its rate card."""
    facility, card = line.facility, line.rate_card
    if facility is None or card is None:
        raise ValueError("a storage line has a facility and a rate card")
    (position,) = histories.values()
    parts = facility_holdings(
        period=period,
        custody=_custody_of(line.material.code, period, cutoff),
        position=position.as_history(),
    )
    rate = flat_rate(starts_on=line.starts_on, ends_on=None, usd_per_tonne_day=card.usd_per_tonne_day)
    stretch = Period(line.starts_on, line.ends_on)
    charged = accrue_storage(period=stretch, holdings=parts[facility.code], rates=[rate])
    return sum(each.gram_days for each in charged), sum(each.amount_cents for each in charged)


def _custody_of(material: str, period: Period, cutoff: Cutoff) -> dict[str, History]:
    custody = read_histories(prefixes=[CUSTODY], period=period, cutoff=cutoff)
    return {
        path.split("/")[1]: history.as_history()
        for path, history in custody.items()
        if path.split("/")[2] == material
    }


def _charge_carrying(
    line: InvoiceLine, period: Period, histories: Mapping[str, AccountHistory], cutoff: Cutoff
) -> tuple[int, int]:
    """Only the commitment and the days of the line, at the rates of the policy versions of the month."""
    firm, material = str(line.invoice.firm_id), line.material.code
    nothing = AccountHistory()
    commitments = list_known_commitments(
        firm_ids=[line.invoice.firm_id], material_codes=[material], cutoff=cutoff
    )
    holding = FirmHolding(
        position=histories.get(accounts.position(firm, material), nothing).as_history(),
        out_on_exchange=histories.get(accounts.replenish(firm, material), nothing).as_history(),
        commitments=[fixed_price_of(known) for known in commitments],
    )
    charges = carrying_charges(period=period, rates=list_carrying_rates(period=period), holding=holding)
    wanted = (str(line.commitment_id), line.starts_on)
    mine = [each for each in charges if (each.commitment_key, each.starts_on) == wanted]
    return sum(each.gram_days for each in mine), sum(each.amount_cents for each in mine)
