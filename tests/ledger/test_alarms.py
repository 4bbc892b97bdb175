"""Verifications in the background: what they look at, what they keep, and when an alarm stands."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from errors import Refusal
from jobs.models import OutboxEvent
from jobs.runner import run_ready_jobs
from jobs.services import enqueue_job
from ledger import tasks
from ledger.models import Alarm, AlarmEnd, Journal, Verification
from ledger.selectors import get_verification_state, list_alarms
from ledger.services import (
    acknowledge_alarm,
    record_verification,
    run_full_verification,
    run_new_verification,
    seal_next,
)
from tests.ledger.standing import fund
from tests.ledger.test_verification import corrupt

WHO = uuid4()


def fund_and_seal(cents: int = 100) -> int:
    with transaction.atomic():
        number = fund(cents).id
    assert seal_next(settled=number)
    return number


def run_new() -> Verification:
    return record_verification(examination=run_new_verification())


def run_full() -> Verification:
    return record_verification(examination=run_full_verification())


def change(number: int, by: int = 1) -> None:
    corrupt(
        f"update ledger_transfer set amount = amount + {by} where journal_id = {number}",
        f"update ledger_accountbalance set available = available + {by} where account_id ="
        f" (select target_id from ledger_transfer where journal_id = {number})",
    )


@pytest.fixture
def sealed(committed_ledger: str) -> list[int]:
    return [fund_and_seal(100 + place) for place in range(3)]


def test_a_clean_ledger_raises_nothing_and_is_verified_up_to_its_last_seal(sealed: list[int]) -> None:
    run = run_new()
    assert (run.kind, run.finding_count, run.verified_journal) == ("new", 0, sealed[-1])
    state = get_verification_state()
    assert (state.is_alarmed, state.verified_journal, state.last) == (False, sealed[-1], run)


def test_only_what_came_since_is_looked_at(sealed: list[int]) -> None:
    """The control of the full verification: an old journal that is changed is not new."""
    run_new()
    change(sealed[0])
    assert run_new().is_clean
    later = fund_and_seal()
    change(later)
    found = run_new()
    assert {finding["row"] for finding in found.findings} == {f"ledger_journal {later}"}


def test_a_finding_raises_one_alarm_that_stays_until_a_full_verification_is_clean(
    sealed: list[int],
) -> None:
    change(sealed[1])
    first = run_full()
    assert (Alarm.objects.get().raised_by, first.unknown_count > 0) == (first, True)
    run_full()
    assert (Alarm.objects.count(), OutboxEvent.objects.filter(topic="ledger.alarm").count()) == (1, 1)
    change(sealed[1], by=-1)
    assert run_new().is_clean
    assert get_verification_state().is_alarmed
    clean = run_full()
    assert AlarmEnd.objects.get().verification == clean
    assert not get_verification_state().is_alarmed


def test_a_full_verification_that_began_before_the_alarm_does_not_end_it(sealed: list[int]) -> None:
    """It saw the rows as they were before they were changed."""
    slow = run_full_verification()
    change(sealed[1])
    run_full()
    assert record_verification(examination=slow).is_clean
    assert get_verification_state().is_alarmed


def test_while_an_alarm_stands_what_it_found_is_looked_at_again(sealed: list[int]) -> None:
    run_new()
    later = fund_and_seal()
    change(later)
    assert not run_new().is_clean
    assert not run_new().is_clean
    assert get_verification_state().verified_journal == sealed[-1]


def test_what_was_acknowledged_raises_no_alarm_again_but_anything_else_does(sealed: list[int]) -> None:
    change(sealed[1])
    run_full()
    alarm = Alarm.objects.get()
    ended = acknowledge_alarm(alarm_id=alarm.id, acknowledged_by=WHO, reason=" compared with the backup ")
    assert (ended.acknowledged_by, ended.reason) == (WHO, "compared with the backup")
    again = run_full()
    assert (again.finding_count > 0, again.unknown_count) == (True, 0)
    assert not get_verification_state().is_alarmed
    change(sealed[2])
    assert run_full().unknown_count > 0
    assert get_verification_state().is_alarmed
    assert [hasattr(item, "end") for item in list_alarms()] == [False, True]


@pytest.mark.parametrize(
    ("alarm", "reason", "code"),
    [(0, "why", "alarm_not_found"), (None, " ", "acknowledgement_without_reason")],
)
def test_acknowledging_takes_an_alarm_and_a_reason(
    sealed: list[int], alarm: int | None, reason: str, code: str
) -> None:
    change(sealed[1])
    run_full()
    standing = Alarm.objects.get().id
    with pytest.raises(Refusal) as refused:
        acknowledge_alarm(alarm_id=standing if alarm is None else alarm, acknowledged_by=WHO, reason=reason)
    assert refused.value.code == code
    assert get_verification_state().is_alarmed


def test_an_alarm_is_acknowledged_once(sealed: list[int]) -> None:
    change(sealed[1])
    run_full()
    alarm = Alarm.objects.get().id
    acknowledge_alarm(alarm_id=alarm, acknowledged_by=WHO, reason="why")
    with pytest.raises(Refusal) as refused:
        acknowledge_alarm(alarm_id=alarm, acknowledged_by=WHO, reason="again")
    assert refused.value.code == "alarm_ended"


def test_rows_that_a_check_cannot_even_read_are_a_finding(sealed: list[int]) -> None:
    """They must not end as a job that failed, which raises no alarm."""
    corrupt(
        f"update ledger_journal set effective_at = 'infinity', recorded_at = '-infinity',"
        f" adjusts_month = null where id = {sealed[1]}",
        f"update ledger_transfer set expires_at = null, effective_at = 'infinity',"
        f" recorded_at = '-infinity' where journal_id = {sealed[1]}",
    )
    rows = {finding["row"] for finding in run_full().findings}
    assert f"ledger_journal {sealed[1]}" in rows


@pytest.mark.parametrize(("kind", "job"), [("new", tasks.VERIFY_NEW), ("full", tasks.VERIFY_ALL)])
def test_the_jobs_record_what_they_found(sealed: list[int], kind: str, job: str) -> None:
    change(sealed[1])
    enqueue_job(kind=job, dedupe_key=job, payload={})
    run_ready_jobs(worker="test")
    assert Verification.objects.get().kind == kind
    assert get_verification_state().is_alarmed


def test_the_service_adds_to_what_was_recorded_and_changes_nothing(sealed: list[int]) -> None:
    run_full()
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Verification.objects.update(finding_count=0)
    assert Journal.objects.count() == len(sealed)


def verify(*options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify", "--json", *options, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def test_the_command_looks_at_what_is_new_and_records_when_asked(sealed: list[int]) -> None:
    assert verify("--incremental")[0] == 0
    assert not Verification.objects.exists()
    assert verify("--incremental", "--record")[0] == 0
    change(sealed[0])
    assert verify("--incremental")[0] == 0
    code, said = verify("--record")
    assert (code, f"ledger_journal {sealed[0]}" in said) == (1, True)
    assert get_verification_state().is_alarmed
    change(sealed[0], by=-1)
    assert verify("--record")[0] == 0
    assert not get_verification_state().is_alarmed


@pytest.mark.parametrize("options", [("--against", "x"), ("--public-key", "x")])
def test_a_digest_and_its_key_go_together(options: tuple[str, str]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("verify", *options)
    assert refused.value.returncode == 2
