"""Three standing firms and a stocked reserve for the tests of allocations. All names are examples.

Alder may draw 700 kg of antimony, Birch 300 kg, Cedar 300 kg; what they hold is said in each test.
Stock comes straight from outside into custody and into a position (or into nobody's), by one journal
whose two sides mirror each other.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allocations.models import Award, Disruption, Drawdown, Round, RoundRequest
from allocations.services import (
    approve_drawdown,
    close_round,
    deliver_drawdowns,
    open_round,
    propose_disruption,
    propose_settlement,
    release_drawdowns,
    submit_drawdown,
    submit_round_request,
)
from governance.approvals import approve_proposal
from governance.models import User
from governance.services import create_user
from jobs.runner import run_ready_jobs
from ledger.selectors import get_balance
from ledger.services import JournalRequest, TransferRequest, post_journals
from members.models import Firm
from members.services import add_firm_user
from reserve.selectors import today
from reserve.services.money import open_money_accounts
from reserve.services.storage import open_storage_accounts
from tests.members.standing import member
from tests.reserve.standing import NOON, People, build_catalogue, build_people

KG = 1000
ANTIMONY = "antimony"
_KEYS = itertools.count(1)


@dataclass
class House:
    """Who acts, and the three firms."""

    people: People
    alder: Firm
    birch: Firm
    cedar: Firm
    owners: dict[UUID, User] = field(default_factory=dict)
    viewers: dict[UUID, User] = field(default_factory=dict)

    def owner(self, firm: Firm) -> User:
        """The firm's owner."""
        return self.owners[firm.id]

    def viewer(self, firm: Firm) -> User:
        """Somebody of the firm who only reads."""
        return self.viewers[firm.id]


def build_house() -> House:
    """The reserve with its three active firms; nobody holds anything yet."""
    people = build_people()
    open_money_accounts()
    build_catalogue(people)
    firms = [
        member(people, name, committed_g=grams, use_g=grams * 365 // 60 + 365)
        for name, grams in (("Alder", 700 * KG), ("Birch", 300 * KG), ("Cedar", 300 * KG))
    ]
    alder, birch, cedar = (entry.firm for entry in firms)
    house = House(people, alder, birch, cedar)
    for firm in (alder, birch, cedar):
        house.owners[firm.id] = _person(house, firm, "owner")
        house.viewers[firm.id] = _person(house, firm, "viewer")
    return house


def build_example_d() -> House:
    """The same with positions of 500 and 300 kg, and 100 kg of nobody's."""
    house = build_house()
    hold(house.alder, 500)
    hold(house.birch, 300)
    hold(None, 100)
    return house


def _person(house: House, firm: Firm, role: str) -> User:
    user = create_user(username=f"{firm.legal_name.lower()}-{role}")
    add_firm_user(firm_id=firm.id, user=user, role=role, actor=house.people.administrator)
    return user


def hold(firm: Firm | None, kg: int, *, facility: str = "east") -> None:
    """Kilograms of antimony into a facility, for the firm, or for nobody."""
    open_storage_accounts(places=[(facility, ANTIMONY)])
    title = f"position/{firm.id}/{ANTIMONY}" if firm else f"unattributed/{ANTIMONY}"
    with transaction.atomic():
        post_journals(
            journals=[
                JournalRequest(
                    kind="test.stock",
                    idempotency_key=f"stock:{next(_KEYS)}",
                    effective_at=NOON,
                    transfers=[
                        TransferRequest(f"outside/{ANTIMONY}", f"custody/{facility}/{ANTIMONY}", kg * KG),
                        TransferRequest(f"issued/{ANTIMONY}", title, kg * KG),
                    ],
                )
            ]
        )


def reserve_custody(kg: int) -> None:
    """Promise custody of the east away without a title, as a move between facilities would."""
    custody, outside = f"custody/east/{ANTIMONY}", f"outside/{ANTIMONY}"
    with transaction.atomic():
        post_journals(
            journals=[
                JournalRequest(
                    kind="test.reserve",
                    idempotency_key=f"reserve:{next(_KEYS)}",
                    effective_at=NOON,
                    transfers=[TransferRequest(custody, outside, kg * KG, is_pending=True)],
                )
            ]
        )


def held(path: str) -> tuple[int, int]:
    """What an account holds and what of it is promised, in kilograms."""
    balance = get_balance(path=path)
    return balance.posted // KG, balance.pending_out // KG


def position(firm: Firm) -> tuple[int, int]:
    """The firm's position and what of it is promised, in kilograms."""
    return held(f"position/{firm.id}/{ANTIMONY}")


def duty(firm: Firm, kind: str = "replenish") -> int:
    """What the firm must bring back (or buy again), in kilograms."""
    return held(f"{kind}/{firm.id}/{ANTIMONY}")[0]


def lent(firm: Firm) -> int:
    """What others must bring back to the firm, in kilograms."""
    return held(f"lent/{firm.id}/{ANTIMONY}")[0]


def ask(house: House, firm: Firm, kg: int, **changes: Any) -> Drawdown:
    """The firm's owner asks for a loan of kilograms of antimony."""
    values: dict[str, Any] = {
        "firm_id": firm.id,
        "material_code": ANTIMONY,
        "quantity_g": kg * KG,
        "mode": "exchange",
        "actor": house.owner(firm),
    }
    return submit_drawdown(**(values | changes))


def draw(house: House, firm: Firm, kg: int, **changes: Any) -> Drawdown:
    """A drawdown, asked for, approved, released and delivered."""
    drawdown = approve_drawdown(drawdown_id=ask(house, firm, kg, **changes).id, actor=house.people.approver)
    return deliver(house, drawdown)


def deliver(house: House, drawdown: Drawdown) -> Drawdown:
    """Release and deliver what is reserved."""
    release_drawdowns(drawdown_ids=[drawdown.id], actor=house.people.administrator)
    return deliver_drawdowns(
        drawdown_ids=[drawdown.id], actor=house.people.administrator, effective_at=timezone.now()
    )[0]


def declare(house: House, *codes: str) -> Disruption:
    """A disruption, proposed by the administrator and declared by the approver."""
    disruption, proposal = propose_disruption(
        material_codes=codes or (ANTIMONY,),
        cause="example cut of supply",
        authority="example order",
        review_on=today() + timedelta(days=30),
        affected_origins=["CN"],
        actor=house.people.administrator,
    )
    approve_proposal(proposal_id=proposal.id, actor=house.people.approver)
    disruption.refresh_from_db()
    return disruption


def open_window(house: House, disruption: Disruption | None = None) -> Round:
    """A round that takes requests for a day."""
    return open_round(
        disruption_id=(disruption or declare(house)).id,
        closes_at=timezone.now() + timedelta(days=1),
        actor=house.people.administrator,
    )


def request(house: House, round_: Round, firm: Firm, kg: int, **changes: Any) -> RoundRequest:
    """The firm's owner asks for kilograms of antimony in a round."""
    values: dict[str, Any] = {
        "round_id": round_.id,
        "firm_id": firm.id,
        "material_code": ANTIMONY,
        "quantity_g": kg * KG,
        "event": "example supplier stopped",
        "impact": "example line stands still",
        "other_sources": "example offers are later",
        "expected_duration_days": 60,
        "actor": house.owner(firm),
    }
    return submit_round_request(**(values | changes))


def close(house: House, round_: Round) -> Round:
    """Close the window early and let the job compute."""
    close_round(round_id=round_.id, actor=house.people.administrator, reason="everybody has asked")
    run_ready_jobs(worker="test")
    round_.refresh_from_db()
    return round_


def settle(house: House, round_: Round) -> Round:
    """Propose a computed round and let the approver approve it."""
    proposal = propose_settlement(round_id=round_.id, actor=house.people.administrator)
    approve_proposal(proposal_id=proposal.id, actor=house.people.approver)
    round_.refresh_from_db()
    return round_


def run_round(house: House, requests: Mapping[Firm, int], disruption: Disruption | None = None) -> Round:
    """A whole round, from the window to the settlement, with kilograms asked for by each firm."""
    round_ = open_window(house, disruption)
    for firm, kg in requests.items():
        request(house, round_, firm, kg)
    return settle(house, close(house, round_))


def award(round_: Round, firm: Firm) -> Award:
    """The firm's award."""
    return Award.objects.get(round=round_, firm=firm)


def awarded(round_: Round, firm: Firm) -> int:
    """The firm's award in kilograms."""
    return award(round_, firm).quantity_g // KG
