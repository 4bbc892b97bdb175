"""Importing published prices from a table: proposed by one person, approved by another."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from django.db import transaction

from governance.approvals import propose
from governance.domain.roles import Role
from governance.models import Proposal, User
from governance.selectors import require_role
from reserve.domain.price_changes import PriceChanges, changes_of
from reserve.domain.requests import PriceRecord
from reserve.errors import NothingNew
from reserve.price_tables import read_price_table
from reserve.selectors.prices import get_recorded_prices
from reserve.services.prices import write_prices

ACTION = "reserve.import_prices"


def preview_price_import(*, table: BinaryIO, filename: str, actor: User) -> PriceChanges:
    """What importing the table would change; nothing is written. Raises what the import itself refuses."""
    require_role(actor, Role.ADMINISTRATOR, Role.FINANCE, Role.SYSTEM)
    return _changes(read_price_table(table, filename=filename))


@transaction.atomic
def propose_price_import(*, table: BinaryIO, filename: str, actor: User, reason: str = "") -> Proposal:
    """Put the prices of a table that are new or revised before a second person.

    One import is decided at a time, so that what the second person sees is what changes. Raises
    TableFaults and whatever else `read_price_table` refuses, NothingNew, ProposalOpen, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.FINANCE)
    changes = _changes(read_price_table(table, filename=filename))
    if not changes.to_record:
        raise NothingNew("Every price of the table is recorded already.")
    return propose(
        action=ACTION,
        subject_type="prices",
        subject_id="published",
        payload={
            "filename": filename,
            "new": changes.new_count,
            "revised": changes.revised_count,
            "prices": [_as_json(price) for price in changes.to_record],
        },
        actor=actor,
        reason=reason,
    )


def apply_price_import(proposal: Proposal, approver: User) -> None:  # noqa: ARG001 - an action's signature
    """Record the proposed prices. Raises CodeTaken for a second primary series of a material."""
    write_prices([_from_json(price) for price in proposal.payload["prices"]])


def _changes(prices: Sequence[PriceRecord]) -> PriceChanges:
    recorded = get_recorded_prices(keys={(price.material_code, price.series) for price in prices})
    return changes_of(prices, recorded)


def _as_json(price: PriceRecord) -> dict[str, object]:
    return asdict(price) | {
        "as_of": price.as_of.isoformat(),
        "price_usd_per_kg": f"{price.price_usd_per_kg:f}",
    }


def _from_json(price: dict[str, str]) -> PriceRecord:
    return PriceRecord(
        material_code=price["material_code"],
        series=price["series"],
        as_of=date.fromisoformat(price["as_of"]),
        price_usd_per_kg=Decimal(price["price_usd_per_kg"]),
        source=price["source"],
        is_primary=bool(price["is_primary"]),
    )
