"""Seals: made of what is decided, one after the other, and whatever is changed under them is found."""

from collections.abc import Sequence

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from jobs.handlers import standing_schedules
from jobs.models import Job
from jobs.runner import run_ready_jobs
from jobs.services import enqueue_job
from ledger import tasks
from ledger.domain.merkle import fold_tree
from ledger.domain.seals import NO_HASH, seal_hash
from ledger.models import Journal, Seal
from ledger.selectors import find_settled_journal_id
from ledger.selectors.seals import get_sealed_part, header_of
from ledger.services import seal_next
from ledger.verification import Finding, run_checks
from tests.ledger.standing import fund, own_findings
from tests.ledger.test_verification import corrupt

JOURNALS = 12


def post_many(count: int) -> list[int]:
    """Journals of their own transactions, every third of which is rolled back and leaves a gap."""
    numbers = []
    for place in range(count):
        with transaction.atomic():
            numbers.append(fund(100 + place).id)
        if place % 3 == 2:
            with transaction.atomic():
                fund(1)
                transaction.set_rollback(True)
    return numbers


def seal_everything(most_journals: int = 5) -> None:
    """Blocks of this size over all that is posted; nobody else is posting."""
    highest = Journal.objects.latest("id").id
    while seal_next(settled=highest, most_journals=most_journals):
        pass


@pytest.fixture
def sealed(committed_ledger: str) -> list[int]:
    """Numbers of twelve journals in three seals: 5, 5 and 2."""
    numbers = post_many(JOURNALS)
    seal_everything()
    return numbers


def found_by_seals() -> list[Finding]:
    return [
        finding for result in run_checks() if result.name == "ledger seals" for finding in result.findings
    ]


def rows(findings: Sequence[Finding]) -> list[str]:
    return [finding.row for finding in findings]


def test_seals_cover_every_number_without_a_gap_and_each_names_the_one_before(sealed: list[int]) -> None:
    seals = list(Seal.objects.order_by("number"))
    assert [(seal.number, seal.journal_count) for seal in seals] == [(1, 5), (2, 5), (3, 2)]
    assert (seals[0].first_journal, seals[-1].last_journal) == (1, sealed[-1])
    assert [seal.first_journal for seal in seals[1:]] == [seal.last_journal + 1 for seal in seals[:-1]]
    assert [bytes(seal.previous_hash) for seal in seals] == [
        NO_HASH,
        *(bytes(seal.hash) for seal in seals[:-1]),
    ]
    assert found_by_seals() == own_findings() == []


def test_a_seal_is_what_python_makes_of_it(sealed: list[int]) -> None:
    for seal in Seal.objects.all():
        leaves = [
            bytes(seal.leaf_hashes)[start : start + 32] for start in range(0, len(seal.leaf_hashes), 32)
        ]
        assert fold_tree(leaves).root == bytes(seal.root)
        assert seal_hash(header_of(seal)) == bytes(seal.hash)


def test_what_is_posted_later_comes_into_the_next_seal(sealed: list[int]) -> None:
    later = post_many(1)
    seal_everything()
    last = Seal.objects.latest("number")
    assert (last.number, last.first_journal, last.last_journal) == (4, sealed[-1] + 1, later[0])
    assert seal_next(settled=later[0]) == 0


def test_nothing_beyond_the_last_number_given_is_sealed(sealed: list[int]) -> None:
    number = post_many(1)[0]
    seal_next(settled=number + 1_000_000)
    assert Seal.objects.latest("number").last_journal == number


def test_numbers_that_no_journal_got_make_no_seal(committed_ledger: str) -> None:
    with transaction.atomic():
        fund(1)
        transaction.set_rollback(True)
    assert seal_next(settled=1) == 0
    number = post_many(1)[0]
    assert seal_next(settled=number) == 1
    assert Seal.objects.get().first_journal == 1


# What the owner of the tables can do, and how it is found


AMOUNT = "update ledger_transfer set amount = amount + 1 where journal_id = {0}"
DELETED = (
    "delete from ledger_transfer where journal_id = {0}",
    "delete from ledger_journal where id = {0}",
)


@pytest.mark.parametrize("place", [0, 2, 4, 5, 11])
def test_a_deleted_journal_is_named(sealed: list[int], place: int) -> None:
    corrupt(*(statement.format(sealed[place]) for statement in DELETED))
    assert rows(found_by_seals()) == [f"ledger_journal {sealed[place]}"]


@pytest.mark.parametrize("place", [0, 6, 11])
def test_a_changed_amount_is_named(sealed: list[int], place: int) -> None:
    corrupt(AMOUNT.format(sealed[place]))
    assert f"ledger_journal {sealed[place]}" in rows(own_findings())


def test_a_changed_amount_with_a_new_fingerprint_is_named(sealed: list[int]) -> None:
    """Whoever changes a journal and makes its fingerprint anew can't make the seal anew unseen."""
    corrupt(f"update ledger_journal set fingerprint = sha256('other') where id = {sealed[7]}")
    assert rows(found_by_seals()) == [f"ledger_journal {sealed[7]}"]


def test_a_changed_recording_time_is_named(sealed: list[int]) -> None:
    """Also if the transfers repeat it: no fingerprint covers it, the seal does."""
    later = "set recorded_at = recorded_at + interval '1 microsecond'"
    corrupt(
        f"update ledger_journal {later} where id = {sealed[3]}",
        f"update ledger_transfer {later} where journal_id = {sealed[3]}",
    )
    assert rows(own_findings()) == [f"ledger_journal {sealed[3]}"]


def test_two_journals_that_changed_places_are_named(sealed: list[int]) -> None:
    one, other = sealed[1], sealed[2]
    corrupt(
        f"update ledger_journal set id = -1 where id = {one}",
        f"update ledger_journal set id = {one} where id = {other}",
        f"update ledger_journal set id = {other} where id = -1",
        f"update ledger_transfer set id = -1 << 16 | 1, journal_id = -1 where journal_id = {one}",
        f"update ledger_transfer set id = {one << 16 | 1}, journal_id = {one} where journal_id = {other}",
        f"update ledger_transfer set id = {other << 16 | 1}, journal_id = {other} where journal_id = -1",
    )
    assert rows(own_findings()) == [f"ledger_journal {one}"]


def _copy_of(number: int, new_number: int) -> str:
    return (
        "insert into ledger_journal select (jsonb_populate_record(journal, jsonb_build_object("
        f"'id', {new_number}, 'idempotency_key', 'slipped'))).*"
        f" from ledger_journal journal where id = {number}"
    )


def test_a_journal_that_came_into_a_gap_later_is_named(sealed: list[int]) -> None:
    gap = sealed[2] + 1
    assert not Journal.objects.filter(id=gap).exists()
    corrupt(_copy_of(sealed[0], gap))
    assert rows(found_by_seals()) == [f"ledger_journal {gap}"]


def test_a_journal_numbered_below_all_others_is_named(sealed: list[int]) -> None:
    corrupt(_copy_of(sealed[0], 0))
    assert "ledger_journal 0" in rows(own_findings())


def _make_seal_anew(number: int) -> str:
    return (
        "update ledger_seal set hash = ledger_seal_hash(number, first_journal, last_journal, journal_count,"
        f" root, previous_hash, sealed_at) where number = {number}"
    )


def test_a_seal_that_was_made_anew_is_betrayed_by_the_next(sealed: list[int]) -> None:
    corrupt(
        *(statement.format(sealed[6]) for statement in DELETED),
        "update ledger_seal set (journal_count, journal_ids, leaf_hashes) = (select count(*),"
        " string_agg(int8send(id), ''::bytea order by id), string_agg(ledger_seal_leaf(id, recorded_at,"
        " fingerprint_version::integer, fingerprint), ''::bytea order by id) from ledger_journal"
        " where id between first_journal and last_journal) where number = 2",
        "update ledger_seal set root = ledger_merkle_root(leaf_hashes) where number = 2",
        _make_seal_anew(2),
    )
    assert [(finding.row, finding.message) for finding in found_by_seals()] == [
        ("ledger_seal 3", "the hash it names is not that of the seal before it")
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("sealed_at = sealed_at + interval '1 hour'", "its hash is not that of its header"),
        ("root = sha256('other')", "its hash is not that of its header"),
        ("last_journal = last_journal + 1", "its hash is not that of its header"),
        ("version = 2", "has the unknown version 2"),
        ("leaf_hashes = leaf_hashes || leaf_hashes", "what it keeps of its journals was changed"),
        ("journal_ids = substring(journal_ids from 9)", "what it keeps of its journals was changed"),
    ],
)
def test_a_changed_seal_is_named(sealed: list[int], change: str, message: str) -> None:
    corrupt(f"update ledger_seal set {change} where number = 3")
    found = found_by_seals()
    assert {finding.row for finding in found} == {"ledger_seal 3"}
    assert any(finding.message.startswith(message) for finding in found)


def test_a_missing_seal_is_named_by_the_next(sealed: list[int]) -> None:
    corrupt("delete from ledger_seal where number = 2")
    assert [(finding.row, finding.message) for finding in found_by_seals()] == [
        ("ledger_seal 3", "the seal before it, 2, is missing")
    ]


# What may be written


@pytest.mark.parametrize(
    "fields",
    [
        "number + 2, last_journal + 1, last_journal + 1, hash",
        "number + 1, last_journal + 2, last_journal + 2, hash",
        "number + 1, last_journal + 1, last_journal + 1, previous_hash",
        "number, first_journal, last_journal, previous_hash",
    ],
)
def test_no_seal_can_skip_or_fork(sealed: list[int], fields: str) -> None:
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(
            "insert into ledger_seal (number, first_journal, last_journal, previous_hash, journal_count,"
            " version, sealed_at, root, hash, journal_ids, leaf_hashes)"
            f" select {fields}, 1, 1, sealed_at, root, sha256('other'), journal_ids, leaf_hashes"
            " from ledger_seal order by number desc limit 1"
        )
    connections["owner"].close()


def test_an_older_snapshot_seals_nothing(sealed: list[int]) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
        with pytest.raises(DatabaseError, match="read committed"):
            seal_next(settled=sealed[-1])
        transaction.set_rollback(True)


# The job


def run_job(kind: str) -> Job:
    job = enqueue_job(kind=kind, dedupe_key=f"{kind}:{Job.objects.count()}", payload={})
    run_ready_jobs(worker="test")
    job.refresh_from_db()
    return job


def test_the_job_catches_up_in_several_seals(committed_ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "MOST_JOURNALS_A_SEAL", 4)
    monkeypatch.setattr(
        tasks, "find_settled_journal_id", lambda: find_settled_journal_id(patience_seconds=120)
    )
    post_many(10)
    job = run_job(tasks.SEAL)
    assert (job.state, job.result) == (Job.State.SUCCEEDED, {"sealed": 10, "is_waiting": False})
    assert [seal.journal_count for seal in Seal.objects.order_by("number")] == [4, 4, 2]
    assert get_sealed_part().unsealed_journals == 0


def test_the_job_leaves_to_the_next_run_what_is_not_decided(
    committed_ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "find_settled_journal_id", lambda: None)
    post_many(1)
    assert run_job(tasks.SEAL).result == {"sealed": 0, "is_waiting": True}
    assert not Seal.objects.exists()


def test_what_comes_back_is_declared() -> None:
    declared = {standing.kind for standing in standing_schedules()}
    assert {tasks.SEAL, tasks.VERIFY_NEW, tasks.VERIFY_ALL} <= declared
