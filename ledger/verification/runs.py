"""Running the checks: over everything, or over what came after a journal."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from ledger.verification.lanes import Progress, run_side_by_side
from ledger.verification.registry import (
    Check,
    CheckResult,
    Finding,
    JournalRange,
    Registered,
    registered_checks,
)

JOURNALS_A_PIECE = 50_000

_BOUNDARIES = """
select id from (
    select id, row_number() over (order by id) as place from ledger_journal where id between %s and %s
) as numbered
where place %% %s = 0 order by id
"""


def verify_ledger() -> list[CheckResult]:
    """Run every check over everything, all on one state of the database; in the order of registration."""
    return run_checks()


def run_checks(
    *, journals: JournalRange | None = None, on_progress: Progress = lambda _done, _total: None
) -> list[CheckResult]:
    """Run the checks side by side on one state of the database.

    With `journals` only what can be said of those journals, and what is quick.
    """
    checks = registered_checks()
    owners, tasks = [], []
    for name, task in _tasks(checks, journals):
        owners.append(name)
        tasks.append(task)
    found = run_side_by_side(tasks, lanes=settings.STRONGROOM_VERIFY_LANES, on_progress=on_progress)
    by_check: dict[str, list[Finding]] = {name: [] for name in checks}
    for owner, findings in zip(owners, found, strict=True):
        for finding in findings:
            by_check[finding.check or owner].append(finding)
    return [
        CheckResult(number, name, check.invariant, by_check[name])
        for number, (name, check) in enumerate(checks.items(), start=1)
        if journals is None or check.ranged or check.is_quick
    ]


def _tasks(
    checks: dict[str, Registered], journals: JournalRange | None
) -> Iterator[tuple[str, Callable[[], list[Finding]]]]:
    """What has to be done and for which check: what looks at everything first, for it takes longest."""
    for name, check in checks.items():
        if check.whole and (journals is None or check.is_quick):
            yield name, partial(_list_whole, name, check)
    for piece in _pieces(journals or JournalRange()):
        for name, check in checks.items():
            if check.ranged:
                yield name, partial(_list_ranged, name, check, piece)


def _list_whole(name: str, check: Registered) -> list[Finding]:
    return _found_by(name, check.whole) if check.whole else []


def _list_ranged(name: str, check: Registered, piece: JournalRange) -> list[Finding]:
    return _found_by(name, partial(check.ranged, piece)) if check.ranged else []


def _found_by(name: str, check: Check) -> list[Finding]:
    """What the check finds. Rows that make it fail are a finding too; a server that is away is none."""
    try:
        with transaction.atomic():
            return list(check())
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        return [Finding(f"check {name}", f"could not be made: {type(error).__name__}: {error}".rstrip())]


def _pieces(journals: JournalRange) -> Sequence[JournalRange]:
    """The range in parts of as many journals each; together they leave no number out."""
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDARIES, [journals.first, journals.last, JOURNALS_A_PIECE])
        lasts = [last for (last,) in cursor.fetchall() if last < journals.last]
    firsts = [journals.first, *(last + 1 for last in lasts)]
    return [JournalRange(first, last) for first, last in zip(firsts, [*lasts, journals.last], strict=True)]
