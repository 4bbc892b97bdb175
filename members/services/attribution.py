"""Attributing accepted stock to the open commitments of active firms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import get_policy, require_role
from ledger.selectors import get_balances
from ledger.services import JournalRequest, TransferRequest, post_journals
from members.domain import accounts
from members.domain.attribution import OpenCommitment, share_oldest_first, share_pro_rata_unfilled
from members.errors import AttributedBeforeAccepted, AttributionKeyConflict
from members.models import AttributionLine, AttributionRun, Commitment, Firm
from members.selectors.commitments import Holding, list_commitments
from members.selectors.free_grams import list_free_since
from reserve.domain import accounts as reserve_accounts
from reserve.moments import refuse_future
from reserve.services.material_locks import lock_materials
from reserve.texts import check_texts


@transaction.atomic
def attribute_stock(
    *,
    material_codes: Collection[str],
    actor: User,
    effective_at: datetime,
    run_key: str,
    rule: str | None = None,
) -> AttributionRun:
    """Divide the unattributed stock of materials over the open commitments of active firms.

    Only what stood there at `effective_at` and ever since is divided, over commitments made by then. No
    `rule` means the policy's. The same `run_key` with the same materials answers the run that stands and
    moves nothing. Raises AttributedBeforeAccepted, AttributionKeyConflict, EffectiveInFuture,
    MaterialNotFound, ValueNotAllowed, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    refuse_future(effective_at)
    codes = sorted(set(material_codes))
    materials = lock_materials(material_codes=codes)
    standing = AttributionRun.objects.filter(run_key=run_key).first()
    if standing is not None:
        return _same_run(standing, codes)
    policy = get_policy()
    run = AttributionRun(
        run_key=run_key,
        material_codes=codes,
        rule=rule or policy.attribution,
        policy_version_id=policy.version_id,
        effective_at=effective_at,
        actor=actor,
    )
    check_texts([run])
    with refusals_of_constraints():
        run.save(force_insert=True)
    shares = _shares_of(codes, run.rule, effective_at)
    posted = post_journals(journals=[_share_journal(run, *share) for share in shares.items()])
    AttributionLine.objects.bulk_create(
        [
            AttributionLine(
                run=run,
                firm_id=holding.firm_id,
                material=materials[holding.material_code],
                quantity_g=grams,
                journal_id=journal.id,
            )
            for (holding, grams), journal in zip(shares.items(), posted, strict=True)
        ]
    )
    return run


def _same_run(run: AttributionRun, codes: Sequence[str]) -> AttributionRun:
    if run.material_codes != list(codes):
        raise AttributionKeyConflict("The run key was used for another attribution.", field="run_key")
    return run


def _shares_of(codes: Sequence[str], rule: str, effective_at: datetime) -> dict[Holding, int]:
    """Grams by firm and material, only where there are any, materials in order."""
    commitments: dict[str, list[Commitment]] = {code: [] for code in codes}
    open_ones = list_commitments(material_codes=codes).filter(made_at__lte=effective_at)
    for row in open_ones.filter(firm__state=Firm.State.ACTIVE):
        commitments[row.material.code].append(row)
    holdings = {(row.firm_id, code) for code, rows in commitments.items() for row in rows}
    stock = _free_grams(
        "unattributed/", [reserve_accounts.unattributed(code) for code in codes], effective_at
    )
    _refuse_later_stock(stock)
    duties = [accounts.commitment(str(firm), code) for firm, code in holdings]
    free = stock | _free_grams("commitment/", duties, effective_at)
    return {
        Holding(firm, code): grams
        for code in codes
        for firm, grams in _divide(code, commitments[code], free, rule).items()
        if grams
    }


@dataclass(frozen=True, slots=True)
class _Free:
    """Grams of an account: what may be taken now, and what of it may be taken as of a past instant."""

    now_g: int
    since_g: int


def _free_grams(prefix: str, paths: Sequence[str], effective_at: datetime) -> dict[str, _Free]:
    """Never more than what is free now: what was taken since, or is reserved, can't be taken again."""
    balances = get_balances(paths=paths)
    since = list_free_since(prefix=prefix, effective_at=effective_at)
    return {
        path: _Free(balance.available, min(balance.available, since.get(path, 0)))
        for path, balance in balances.items()
    }


def _refuse_later_stock(stock: Mapping[str, _Free]) -> None:
    later = sorted(path.split("/")[1] for path, free in stock.items() if free.now_g and not free.since_g)
    if later:
        raise AttributedBeforeAccepted(
            "None of the stock was there then.", field="effective_at", materials=later
        )


def _divide(
    code: str, commitments: Sequence[Commitment], free: Mapping[str, _Free], rule: str
) -> dict[UUID, int]:
    stock = free[reserve_accounts.unattributed(code)].since_g
    firms = list(dict.fromkeys(row.firm_id for row in commitments))
    unfilled = {firm: free[accounts.commitment(str(firm), code)].since_g for firm in firms}
    if rule == AttributionRun.Rule.OLDEST_FIRST:
        shares = share_oldest_first(
            stock_g=stock,
            commitments=[OpenCommitment(str(row.firm_id), row.open_g) for row in commitments],
            unfilled_g={str(firm): grams for firm, grams in unfilled.items()},
        )
        return {firm: shares[str(firm)] for firm in firms}
    parts = share_pro_rata_unfilled(stock_g=stock, unfilled_g=[unfilled[firm] for firm in firms])
    return dict(zip(firms, parts, strict=True))


def _share_journal(run: AttributionRun, holding: Holding, grams: int) -> JournalRequest:
    """Title goes from nobody to the firm; its duty to buy is fulfilled by as much."""
    firm, material = str(holding.firm_id), holding.material_code
    return JournalRequest(
        kind="members.stock_attributed",
        idempotency_key=f"attribution:{run.id}:{firm}:{material}",
        effective_at=run.effective_at,
        transfers=[
            TransferRequest(
                reserve_accounts.unattributed(material), accounts.position(firm, material), grams
            ),
            TransferRequest(
                accounts.commitment(firm, material), reserve_accounts.obligations(material), grams
            ),
        ],
        reference_type="attribution",
        reference_id=str(run.id),
    )
