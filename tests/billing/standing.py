"""A small reserve for the tests of billing: three people, two facilities, two materials, firms with stock.

Stock comes straight from outside into custody and into a position, by one journal whose two sides
mirror each other, so that a test says on which day how much was held.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import time_machine
from django.db import transaction

from billing.domain.requests import RateCardSpec
from billing.models import FeeRun, RateCard
from billing.services import propose_finalisation, propose_rate_cards, start_fee_run
from governance.approvals import approve_proposal
from governance.models import User
from governance.services import create_user
from jobs.runner import run_ready_jobs
from ledger.services import JournalRequest, TransferRequest, post_journals
from members.domain.requests import CommitmentRequest
from members.models import Firm
from members.services import (
    apply_for_membership,
    approve_firm,
    make_commitments,
    propose_activation,
    screen_firm,
    sign_agreement,
)
from reserve.domain.requests import CapacitySpec, FacilitySpec, MaterialSpec
from reserve.services import register_facilities, register_material_list, register_materials
from reserve.services.storage import open_storage_accounts

MARCH = date(2026, 3, 1)
NEW_YORK = ZoneInfo("America/New_York")
EAST, WEST = "east-vault", "west-yard"
ANTIMONY, GALLIUM = "antimony", "gallium"
_KEYS = itertools.count(1)


def at(day: str, hour: int = 12) -> datetime:
    """An instant of a calendar day in the reserve's time zone."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=NEW_YORK)


@dataclass
class Reserve:
    """The people and firms of a test."""

    administrator: User
    finance: User
    approver: User
    firms: list[Firm] = field(default_factory=list)

    def approve(self, proposal_id: object) -> None:
        """The second person says yes."""
        approve_proposal(proposal_id=str(proposal_id), actor=self.approver)

    def set_rate(
        self, price: str, starts_on: str, *, facility: str = EAST, storage_class: str = "metal-dry"
    ) -> RateCard:
        """A rate card, proposed and approved."""
        spec = RateCardSpec(
            facility_code=facility,
            storage_class=storage_class,
            usd_per_tonne_day=Decimal(price),
            starts_on=date.fromisoformat(starts_on),
        )
        (card,) = propose_rate_cards(rate_cards=[spec], actor=self.finance)
        self.approve(card.proposal_id)
        card.refresh_from_db()
        return card

    def add_firm(
        self, name: str, *, commitments: Sequence[tuple[str, int, str]] = ((ANTIMONY, 50_000_000, "39.00"),)
    ) -> Firm:
        """An active firm with commitments (material, grams, fixed price), all from 1 January 2026."""
        firm = apply_for_membership(
            legal_name=name, country="US", lei_waiver_reason="an example", actor=self.administrator
        )
        screen_firm(firm_id=firm.id, actor=self.administrator, reason="no match")
        approve_firm(firm_id=firm.id, actor=self.administrator)
        agreement = sign_agreement(
            firm_id=firm.id,
            terms_version="1",
            starts_on=date(2026, 1, 1),
            actor=self.administrator,
            effective_at=at("2026-01-02"),
        )
        make_commitments(
            commitments=[
                CommitmentRequest(
                    agreement_id=agreement.id,
                    material_code=material,
                    quantity_g=grams,
                    fixed_price_usd_per_kg=Decimal(price),
                    starts_on=date(2026, 1, 1),
                )
                for material, grams, price in commitments
            ],
            actor=self.administrator,
            effective_at=at("2026-01-02"),
        )
        self.approve(
            propose_activation(firm_id=firm.id, actor=self.administrator, effective_at=at("2026-01-05")).id
        )
        firm.refresh_from_db()
        self.firms.append(firm)
        return firm

    def store(
        self, firm: Firm, day: str, grams: int, *, material: str = ANTIMONY, facility: str = EAST
    ) -> None:
        """Grams come into a facility and into the firm's position, or with a minus sign leave both."""
        custody = (f"outside/{material}", f"custody/{facility}/{material}")
        title = (f"issued/{material}", f"position/{firm.id}/{material}")
        self.post(
            day,
            [_transfer(*pair, grams) for pair in (custody, title)],
        )

    def draw_on_exchange(self, firm: Firm, day: str, grams: int, *, material: str = ANTIMONY) -> None:
        """Grams leave on loan: out of position and custody, and the firm has to bring them back."""
        self.post(
            day,
            [
                _transfer(f"outside/{material}", f"custody/{EAST}/{material}", -grams),
                _transfer(f"issued/{material}", f"position/{firm.id}/{material}", -grams),
                _transfer(f"obligations/{material}", f"replenish/{firm.id}/{material}", grams),
            ],
        )

    def post(self, day: str, transfers: list[TransferRequest]) -> None:
        """One journal, effective at noon of a day."""
        with transaction.atomic():
            post_journals(
                journals=[
                    JournalRequest(
                        kind="test.moved",
                        idempotency_key=f"test:{next(_KEYS)}",
                        effective_at=at(day),
                        transfers=transfers,
                    )
                ]
            )

    def draft(self, month: date = MARCH) -> FeeRun:
        """A run of the month, drafted by its job."""
        fee_run = start_fee_run(month=month, actor=self.finance)
        run_ready_jobs(worker="test")
        fee_run.refresh_from_db()
        return fee_run

    def finalise(self, month: date = MARCH) -> FeeRun:
        """A drafted run made final by the second person."""
        fee_run = self.draft(month)
        self.approve(propose_finalisation(fee_run_id=fee_run.id, actor=self.finance).id)
        fee_run.refresh_from_db()
        return fee_run


def build_reserve_of_april() -> Reserve:
    """The same, made an hour before the tests' own time on 2 April 2026."""
    with time_machine.travel(datetime(2026, 4, 2, 14, 0, tzinfo=UTC)):
        return make_reserve()


def make_reserve() -> Reserve:
    """People, two facilities that take both storage classes, two materials; no firm yet, no rate yet."""
    administrator = create_user(username="adams", roles=["administrator"])
    reserve = Reserve(
        administrator=administrator,
        finance=create_user(username="finch", roles=["finance"]),
        approver=create_user(username="priya", roles=["approver"]),
    )
    capacities = [
        CapacitySpec(storage_class=name, capacity_g=10**15, load_out_g_per_day=10**12)
        for name in ("metal-dry", "metal-cool")
    ]
    register_facilities(
        facilities=[
            FacilitySpec(code=EAST, name="East vault", address="1 Example Road", capacities=capacities),
            FacilitySpec(code=WEST, name="West yard", address="2 Example Road", capacities=capacities),
        ],
        actor=administrator,
    )
    register_material_list(
        code="list-2025", title="List of 2025", effective_from=date(2025, 11, 1), actor=administrator
    )
    register_materials(
        materials=[
            MaterialSpec(
                code=code,
                list_code="list-2025",
                effective_from=date(2025, 11, 1),
                name=code.capitalize(),
                storage_class=storage_class,
                allocation_unit_g=1000,
            )
            for code, storage_class in ((ANTIMONY, "metal-dry"), (GALLIUM, "metal-cool"))
        ],
        actor=administrator,
    )
    open_storage_accounts(
        places=[(facility, material) for facility in (EAST, WEST) for material in (ANTIMONY, GALLIUM)]
    )
    return reserve


def _transfer(source: str, target: str, amount: int) -> TransferRequest:
    return TransferRequest(source, target, amount) if amount > 0 else TransferRequest(target, source, -amount)
