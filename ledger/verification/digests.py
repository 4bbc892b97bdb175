"""A digest that was kept elsewhere, against the seals as they are now."""

from collections.abc import Iterator

from ledger.domain.merkle import fold_tree
from ledger.domain.seals import Digest
from ledger.models import Seal
from ledger.selectors.seals import list_seals, seal_hashes
from ledger.verification.registry import Finding

NAME = "kept digest"
INVARIANT = "The seals up to that of the digest are those it was signed over."


def check_digest(digest: Digest) -> Iterator[Finding]:
    """What differs. Whether the seals fit their journals is for the check of seals."""
    row = f"ledger_seal {digest.seal_number}"
    seal = list_seals().filter(number=digest.seal_number).first()
    if seal is None:
        last = list_seals().first()
        kept = f"the last seal now is {last.number}" if last else "there is no seal now"
        yield Finding(row, f"is missing: a digest was signed over it, and {kept}")
        return
    if bytes(seal.hash) != digest.head_hash:
        yield Finding(row, "its hash is not that of the digest: it, or a seal before it, was made anew")
    if seal.last_journal != digest.last_journal:
        yield Finding(row, f"ends with journal {seal.last_journal}, the digest with {digest.last_journal}")
    counts = Seal.objects.filter(number__lte=digest.seal_number).values_list("journal_count", flat=True)
    if sum(counts) != digest.journal_count:
        yield Finding(row, f"{sum(counts)} journals are sealed so far, {digest.journal_count} in the digest")
    hashes = seal_hashes(through=digest.seal_number)
    if len(hashes) != digest.seal_number:
        yield Finding(row, f"{len(hashes)} seals lead up to it, {digest.seal_number} in the digest")
    elif fold_tree(hashes).root != digest.seals_root:
        yield Finding(row, "a seal up to it has another hash than when the digest was signed")
