"""The proof that a journal is in the sealed ledger."""

from datetime import datetime

from ledger.domain.canonical import fingerprint_of
from ledger.domain.merkle import fold_tree, root_along
from ledger.domain.proofs import InclusionProof
from ledger.domain.seals import Digest, leaf_of, seal_hash
from ledger.errors import JournalNotAsSealed, JournalNotSealed, UnknownJournal
from ledger.models import Journal, Seal
from ledger.selectors.contents import StoredTransfer, content_of, read_journals
from ledger.selectors.seals import get_digest, header_of, kept_leaves, seal_hashes


def get_inclusion_proof(
    *, journal_id: int, made_at: datetime, through_seal: int | None = None
) -> InclusionProof:
    """That the journal is in its seal, and the seal among those up to `through_seal` (else the last).

    `through_seal` is the seal of the digest that the proof is to be checked against. A proof that would
    not hold is never given. Raises UnknownJournal, JournalNotSealed, SealNotFound, JournalNotAsSealed.
    """
    rows = next(read_journals(journal_ids=[journal_id]), None)
    if rows is None:
        raise UnknownJournal("There is no journal of this number.", field="journal", journal_id=journal_id)
    seal = Seal.objects.filter(first_journal__lte=journal_id, last_journal__gte=journal_id).first()
    if seal is None or (through_seal is not None and 1 <= through_seal < seal.number):
        raise JournalNotSealed("The journal isn't sealed so far.", field="journal", journal_id=journal_id)
    digest = get_digest(made_at=made_at, through=through_seal)
    proof = _proof_of(rows, seal, digest)
    if proof is None or not _holds(proof):
        raise JournalNotAsSealed("The journal isn't what was sealed.", field="journal", journal_id=journal_id)
    return proof


def _proof_of(rows: list[StoredTransfer], seal: Seal, digest: Digest) -> InclusionProof | None:
    first, content, leaves = rows[0], content_of(rows), kept_leaves(seal)
    if first.recorded_at is None or content is None or first.journal_id not in leaves:
        return None
    place = list(leaves).index(first.journal_id)
    return InclusionProof(
        journal_id=first.journal_id,
        recorded_at=first.recorded_at,
        fingerprint_version=first.version,
        fingerprint=bytes(first.fingerprint),
        content=content,
        journal_place=place,
        journal_path=fold_tree(leaves.values(), place=place).path,
        seal=header_of(seal),
        seal_path=fold_tree(seal_hashes(through=digest.seal_number), place=seal.number - 1).path,
        digest=digest,
    )


def _holds(proof: InclusionProof) -> bool:
    leaf = leaf_of(
        journal_id=proof.journal_id,
        recorded_at=proof.recorded_at,
        fingerprint_version=proof.fingerprint_version,
        fingerprint=proof.fingerprint,
    )
    return (
        proof.content is not None
        and fingerprint_of(proof.content) == proof.fingerprint
        and root_along(leaf, proof.journal_path) == proof.seal.root
        and root_along(seal_hash(proof.seal), proof.seal_path) == proof.digest.seals_root
    )


def get_journal_reference(*, journal_id: int) -> tuple[str, str]:
    """Kind and identifier of the business record that a journal names. Raises UnknownJournal."""
    found = Journal.objects.filter(id=journal_id).values_list("reference_type", "reference_id").first()
    if found is None:
        raise UnknownJournal("There is no journal of this number.", field="journal", journal_id=journal_id)
    return found
