"""Everything a fee run reads: what is the same for all firms, and what each firm holds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from billing.domain.carrying import CarryingRate
from billing.domain.financed_parts import FixedPrice
from billing.domain.firm_fees import FirmHolding, History, MaterialBasis
from billing.domain.months import month_of
from billing.domain.periods import Period
from billing.domain.storage import StorageRate
from billing.models import FeeRun
from billing.selectors.carrying_rates import list_carrying_rates
from billing.selectors.cutoffs import Cutoff, cutoff_of
from billing.selectors.histories import AccountHistory, read_histories
from billing.selectors.known_commitments import KnownCommitment, list_known_commitments
from billing.selectors.rate_cards import storage_rates_by_place
from members.domain import accounts

_ONE_DAY = timedelta(days=1)
CUSTODY = "custody/"


@dataclass(frozen=True, slots=True)
class FeeBasis:
    """What holds for every firm in a run. Custody is by material code, then facility code."""

    period: Period
    custody: Mapping[str, Mapping[str, History]]
    storage_rates: Mapping[str, Mapping[str, Sequence[StorageRate]]]
    carrying_rates: Sequence[CarryingRate]

    def of_material(self, material: str) -> MaterialBasis:
        """The part of the basis that concerns one material."""
        return MaterialBasis(
            custody=self.custody.get(material, {}),
            storage_rates=self.storage_rates.get(material, {}),
            carrying_rates=self.carrying_rates,
        )


@dataclass(frozen=True, slots=True)
class FirmAccounts:
    """A firm's accounts that fees follow from, for one material."""

    position: AccountHistory
    out_on_exchange: AccountHistory
    commitments: Sequence[KnownCommitment]

    def as_holding(self) -> FirmHolding:
        """The same as plain values, for the kernel."""
        return FirmHolding(
            position=self.position.as_history(),
            out_on_exchange=self.out_on_exchange.as_history(),
            commitments=[fixed_price_of(known) for known in self.commitments],
        )


def load_fee_basis(*, fee_run: FeeRun) -> FeeBasis:
    """What holds for every firm, in six queries however many firms there are."""
    period = month_of(fee_run.month)
    custody: defaultdict[str, dict[str, History]] = defaultdict(dict)
    histories = read_histories(prefixes=[CUSTODY], period=period, cutoff=cutoff_of(fee_run))
    for path, history in histories.items():
        _, facility, material = path.split("/")
        custody[material][facility] = history.as_history()
    return FeeBasis(
        period=period,
        custody=custody,
        storage_rates=storage_rates_by_place(period=period, cutoff=cutoff_of(fee_run)),
        carrying_rates=list_carrying_rates(period=period),
    )


def load_firm_accounts(*, fee_run: FeeRun, firm_ids: Sequence[UUID]) -> dict[UUID, dict[str, FirmAccounts]]:
    """The accounts of many firms by firm, then material code in order; four queries.

    Materials in which the firm held nothing all month are left out.
    """
    kinds = ("position", "replenish")
    prefixes = [f"{kind}/{firm}/" for firm in firm_ids for kind in kinds]
    histories = read_histories(prefixes=prefixes, period=month_of(fee_run.month), cutoff=cutoff_of(fee_run))
    commitments = _commitments_by_firm(firm_ids, cutoff_of(fee_run))
    nothing = AccountHistory()
    held: dict[UUID, dict[str, FirmAccounts]] = {firm: {} for firm in firm_ids}
    for firm_text, material in sorted({tuple(path.split("/")[1:]) for path in histories}):
        position = histories.get(accounts.position(firm_text, material), nothing)
        replenish = histories.get(accounts.replenish(firm_text, material), nothing)
        if any(history.opening_g or history.moves for history in (position, replenish)):
            firm = UUID(firm_text)
            held[firm][material] = FirmAccounts(position, replenish, commitments[firm, material])
    return held


def fixed_price_of(known: KnownCommitment) -> FixedPrice:
    """A commitment as the kernel takes it; its last day is a day of its term."""
    commitment = known.commitment
    return FixedPrice(
        key=str(commitment.id),
        starts_on=commitment.starts_on,
        ends_on=commitment.ends_on and commitment.ends_on + _ONE_DAY,
        quantity_g=commitment.quantity_g,
        usd_per_kg=commitment.fixed_price_usd_per_kg,
        sold=known.sold,
    )


def _commitments_by_firm(
    firm_ids: Sequence[UUID], cutoff: Cutoff
) -> defaultdict[tuple[UUID, str], list[KnownCommitment]]:
    """By firm and material, oldest first; closed ones too, for what they brought may still be held."""
    found: defaultdict[tuple[UUID, str], list[KnownCommitment]] = defaultdict(list)
    for known in list_known_commitments(firm_ids=firm_ids, cutoff=cutoff):
        found[known.commitment.firm_id, known.commitment.material.code].append(known)
    return found
