"""Every seal, recomputed from the journals it covers: where the rows are, then closely in Python."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from ledger.domain.merkle import fold_tree
from ledger.domain.seals import NO_HASH, VERSION, leaf_of, seal_hash
from ledger.models import Seal
from ledger.selectors.seals import header_of, kept_leaves
from ledger.verification.registry import Finding, JournalRange

NAME = "ledger seals"
INVARIANT = "Every seal is the hash of the journals it covers and of the seal before; none came in between."

_SUSPECTS = """
select seal.number
from ledger_seal seal
left join ledger_seal previous on previous.number = seal.number - 1
cross join lateral (
    select string_agg(int8send(id), ''::bytea order by id) as ids,
        string_agg(ledger_seal_leaf(id, recorded_at, fingerprint_version::integer, fingerprint), ''::bytea
            order by id) as leaves
    from ledger_journal where id between seal.first_journal and seal.last_journal
) as found
where seal.last_journal between %(first)s and %(last)s and not coalesce(
    seal.version = 1 and found.ids = seal.journal_ids and found.leaves = seal.leaf_hashes
    and seal.journal_count * 32 = octet_length(seal.leaf_hashes)
    and seal.root = ledger_merkle_root(found.leaves)
    and seal.hash = ledger_seal_hash(seal.number, seal.first_journal, seal.last_journal,
        seal.journal_count, seal.root, seal.previous_hash, seal.sealed_at)
    and case when seal.number = 1 then seal.first_journal = 1
        else seal.first_journal = previous.last_journal + 1 and seal.previous_hash = previous.hash end,
    false)
order by seal.number
"""


# A recording time that the driver could not read is none, and so never what was sealed.
_LEAVES = """
select id, case when recorded_at between '0001-01-02' and '9999-12-30' then recorded_at end,
    fingerprint_version, fingerprint
from ledger_journal where id between %s and %s
"""


def check_seals(journals: JournalRange) -> Iterator[Finding]:
    """What is wrong with the seals that end in the range, and the first wrong journal of each."""
    with connection.cursor() as cursor:
        cursor.execute(_SUSPECTS, journals.bounds())
        suspects = [number for (number,) in cursor.fetchall()]
    for number in suspects:
        yield from _look_closely(Seal.objects.get(number=number))


def _look_closely(seal: Seal) -> Iterator[Finding]:
    row = f"ledger_seal {seal.number}"
    yield from (Finding(row, message) for message in _header_faults(seal))
    sealed = kept_leaves(seal)
    if not sealed or fold_tree(sealed.values()).root != bytes(seal.root):
        yield Finding(row, "what it keeps of its journals was changed: they don't lead to its root")
        return
    if found := _first_wrong_journal(seal, sealed):
        journal_id, message = found
        yield Finding(f"ledger_journal {journal_id}", f"{message} (seal {seal.number})")


def _header_faults(seal: Seal) -> Iterator[str]:
    if seal.version != VERSION:
        yield f"has the unknown version {seal.version}"
    if seal_hash(header_of(seal)) != bytes(seal.hash):
        yield "its hash is not that of its header"
    previous = Seal.objects.filter(number=seal.number - 1).first()
    if previous is None and seal.number != 1:
        yield f"the seal before it, {seal.number - 1}, is missing"
        return
    before = (previous.last_journal, bytes(previous.hash)) if previous else (0, NO_HASH)
    if before[0] + 1 != seal.first_journal:
        yield f"begins with journal {seal.first_journal}, but what is before it ends with {before[0]}"
    if before[1] != bytes(seal.previous_hash):
        yield "the hash it names is not that of the seal before it"


def _first_wrong_journal(seal: Seal, sealed: dict[int, bytes]) -> tuple[int, str] | None:
    """The lowest number of a journal that was sealed and is otherwise now, or is there and was not."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAVES, [seal.first_journal, seal.last_journal])
        now = {row[0]: _leaf(*row) for row in cursor.fetchall()}
    for number in sorted(now.keys() | sealed.keys()):
        if number not in now:
            return number, "was sealed and is gone"
        if number not in sealed:
            return number, "was not there when its number was sealed: it came in later"
        if now[number] != sealed[number]:
            return number, "is not what was sealed: its content or its recording time was changed"
    return None


def _leaf(number: int, recorded_at: datetime | None, version: int, fingerprint: bytes) -> bytes | None:
    if recorded_at is None:
        return None
    return leaf_of(
        journal_id=number,
        recorded_at=recorded_at,
        fingerprint_version=version,
        fingerprint=bytes(fingerprint),
    )
