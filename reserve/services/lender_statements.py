"""Importing lenders' statements and comparing them with our book; a person clears what differs."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from reserve.domain.lender_statements import Difference, StatementLine
from reserve.errors import ReasonMissing
from reserve.lender_tables import read_lender_table
from reserve.loan_errors import FindingCleared, LenderFindingNotFound
from reserve.models import FundingTranche, LenderFinding, LenderStatement, LenderStatementLine
from reserve.selectors.lender_statements import get_lender_statement, lines_of, list_differences
from reserve.selectors.loans import get_tranche
from reserve.services.funding import lock_tranche
from reserve.texts import check_texts

_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a statement compares. `first` is the first difference that nobody cleared, if there is one."""

    statement: LenderStatement | None
    line_count: int
    difference_count: int
    first: Difference | None

    @property
    def ties(self) -> bool:
        """Whether statement and book agree to the cent."""
        return self.difference_count == 0


def preview_lender_statement(*, table: BinaryIO, filename: str, tranche_code: str, actor: User) -> Comparison:
    """How the file would compare; nothing is written. Raises what the import itself refuses."""
    require_role(actor, Role.FINANCE)
    tranche = get_tranche(code=tranche_code)
    lines, _ = read_lender_table(table, filename=filename, tranche_code=tranche_code)
    return _compare(tranche, lines, None)


@transaction.atomic
def import_lender_statement(
    *, table: BinaryIO, filename: str, tranche_code: str, actor: User
) -> tuple[Comparison, bool]:
    """Keep a lender's file and compare it. Answers whether it is new: the same file again changes nothing.

    Raises TrancheNotFound, TableFaults and whatever else `read_lender_table` refuses, RoleRequired.
    """
    require_role(actor, Role.FINANCE)
    tranche = lock_tranche(code=tranche_code)
    digest = _sha256(table)
    known = LenderStatement.objects.filter(tranche=tranche, sha256=digest).first()
    if known is not None:
        return _compare(tranche, lines_of(known), known), False
    lines, references = read_lender_table(table, filename=filename, tranche_code=tranche_code)
    statement = LenderStatement.objects.create(
        tranche=tranche,
        sha256=digest,
        starts_on=lines[0].day,
        ends_on=lines[-1].day,
        imported_by=actor,
        imported_at=timezone.now(),
    )
    rows = [_row_of(statement, line, references[line.row]) for line in lines]
    check_texts(rows)
    LenderStatementLine.objects.bulk_create(rows)
    return _record(_compare(tranche, lines, statement)), True


@transaction.atomic
def compare_lender_statement(*, statement_id: UUID, actor: User) -> Comparison:
    """Compare a kept statement with the book as it stands now; a new first difference becomes a finding.

    Raises LenderStatementNotFound, RoleRequired.
    """
    require_role(actor, Role.FINANCE)
    statement = get_lender_statement(statement_id=statement_id)
    tranche = lock_tranche(code=statement.tranche.code)
    return _record(_compare(tranche, lines_of(statement), statement))


@transaction.atomic
def clear_lender_finding(*, finding_id: int, actor: User, reason: str) -> LenderFinding:
    """Say why a difference may stand, or what settled it, and compare what follows it.

    Raises LenderFindingNotFound, FindingCleared, ReasonMissing, RoleRequired.
    """
    require_role(actor, Role.FINANCE)
    if not reason.strip():
        raise ReasonMissing("Say why the difference may stand, or what settled it.", field="reason")
    found = LenderFinding.objects.select_related("statement__tranche").filter(id=finding_id).first()
    if found is None:
        raise LenderFindingNotFound("No finding has this identifier.")
    tranche = lock_tranche(code=found.statement.tranche.code)
    finding = LenderFinding.objects.get(id=finding_id)
    if finding.cleared_at is not None:
        raise FindingCleared("The finding was cleared before.", cleared_at=finding.cleared_at.isoformat())
    finding.cleared_by, finding.cleared_at, finding.cleared_reason = actor, timezone.now(), reason
    check_texts([finding])
    finding.save(update_fields=["cleared_by", "cleared_at", "cleared_reason"])
    _record(_compare(tranche, lines_of(found.statement), found.statement))
    return finding


def _compare(
    tranche: FundingTranche, lines: list[StatementLine], statement: LenderStatement | None
) -> Comparison:
    differences = list(list_differences(tranche=tranche, statement=lines))
    cleared = set(_cleared_keys(statement))
    first = next((found for found in differences if found.key not in cleared), None)
    return Comparison(statement, len(lines), len(differences), first)


def _cleared_keys(
    statement: LenderStatement | None,
) -> Iterator[tuple[object, str, str, int | None, int | None]]:
    if statement is not None:
        yield from statement.findings.filter(cleared_at__isnull=False).values_list(
            "day", "kind", "cause", "lender_cents", "book_cents"
        )


def _record(comparison: Comparison) -> Comparison:
    first = comparison.first
    if first is not None:
        LenderFinding.objects.get_or_create(
            statement=comparison.statement,
            day=first.day,
            kind=first.kind.value,
            cause=first.cause.value,
            lender_cents=first.lender_cents,
            book_cents=first.book_cents,
            defaults={"row": first.row, "found_at": timezone.now()},
        )
    return comparison


def _row_of(statement: LenderStatement, line: StatementLine, reference: str) -> LenderStatementLine:
    return LenderStatementLine(
        statement=statement,
        row=line.row,
        day=line.day,
        kind=line.kind,
        amount_cents=line.cents,
        principal_cents=line.principal_cents,
        reference=reference,
    )


def _sha256(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK_BYTES):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()
