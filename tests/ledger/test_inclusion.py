"""Proofs of inclusion and signed digests, checked by the program that shares no code with the service."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from errors import Refusal
from ledger.domain.proofs import digest_document
from ledger.selectors import get_digest, get_inclusion_proof
from ledger.services import seal_next
from ledger.signing import load_signing_key, sign_digest
from tests.ledger.standing import NOON, fund, hold, move, post
from tests.ledger.test_verification import corrupt

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify_inclusion.py"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()
SEED = bytes(range(32)).hex()
SIGNING = override_settings(STRONGROOM_SIGNING_KEY=SEED, STRONGROOM_SIGNING_KEY_FILE="")

Document = dict[str, Any]


def fund_and_commit(cents: int) -> int:
    """Number of a journal of its own transaction."""
    with transaction.atomic():
        return fund(cents).id


@pytest.fixture
def sealed(committed_ledger: str) -> list[int]:
    """Thirteen journals in seals of 5, 5 and 3; the sixth has all that a journal can say."""
    numbers = [fund_and_commit(100 + n) for n in range(5)]
    with transaction.atomic():
        rich = post(
            move("loan/example", "income/storage", 2**62),
            hold("cash/main", "income/storage", 7, expires_at=NOON.replace(year=2031)),
            key="clé ☃",
            kind="test.rich",
            reference_type="order",
            reference_id="o-1",
            metadata={"b": "2", "a": "é", "é": "3"},
            adjusts_month=NOON.date().replace(day=1),
        )
    numbers += [rich.id, *(fund_and_commit(200 + n) for n in range(7))]
    while seal_next(settled=numbers[-1], most_journals=5):
        pass
    return numbers


def command(name: str, *arguments: str) -> Document:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    document: Document = json.loads(out.getvalue())
    return document


def check(tmp_path: Path, proof: object, *, digest: object = None, key: str = PUBLIC) -> tuple[int, str]:
    """Exit code and words of the program, run as somebody else would run it."""
    (tmp_path / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    arguments = [str(tmp_path / "proof.json")]
    if digest is not None:
        (tmp_path / "digest.json").write_text(json.dumps(digest), encoding="utf-8")
        arguments += ["--digest", str(tmp_path / "digest.json"), "--public-key", key]
    # -I: neither the environment nor the checkout lends it a module; -S: no installed package either.
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), *arguments], capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


@SIGNING
def test_every_journal_is_proven_up_to_a_signed_digest(sealed: list[int], tmp_path: Path) -> None:
    digest = command("export_digest")
    for number in sealed:
        code, said = check(tmp_path, command("prove_journal", str(number)), digest=digest)
        assert (code, f"journal {number}," in said, "the digest is signed" in said) == (0, True, True), said


def test_without_a_digest_the_hash_to_compare_is_named(sealed: list[int], tmp_path: Path) -> None:
    proof = command("prove_journal", str(sealed[5]))
    code, said = check(tmp_path, proof)
    assert code == 0
    assert proof["digest"]["seals_root"] in said


@SIGNING
def test_an_older_digest_still_proves_what_was_sealed_by_then(sealed: list[int], tmp_path: Path) -> None:
    older = command("export_digest", "--seal", "2")
    assert check(tmp_path, command("prove_journal", str(sealed[7]), "--seal", "2"), digest=older)[0] == 0
    code, said = check(tmp_path, command("prove_journal", str(sealed[7])), digest=older)
    assert (code, "another seal_number" in said) == (1, True)
    with pytest.raises(CommandError, match="journal_not_sealed"):
        command("prove_journal", str(sealed[11]), "--seal", "2")


def test_a_proof_without_content_holds_too(sealed: list[int], tmp_path: Path) -> None:
    code, said = check(tmp_path, command("prove_journal", str(sealed[5]), "--without-content"))
    assert (code, "what it says is not in the proof" in said) == (0, True)


def _set(*path: str | int, to: object) -> Callable[[Document], None]:
    def change(proof: Document) -> None:
        place: Any = proof
        for step in path[:-1]:
            place = place[step]
        assert place[path[-1]] != to
        place[path[-1]] = to

    return change


OTHER = "ab" * 32


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("journal", "content", "transfers", 0, "amount", to="1"), "not that of the journal's content"),
        (_set("journal", "content", "transfers", 0, "target", to="cash/main"), "the journal's content"),
        (_set("journal", "content", "metadata", to={}), "not that of the journal's content"),
        (_set("journal", "content", "effective_at", to="2026-03-02T17:00:00.000001Z"), "content"),
        (_set("journal", "recorded_at", to="2026-03-02T17:00:00.000000Z"), "root of its seal"),
        (_set("journal", "fingerprint_version", to=2), "version"),
        (_set("journal", "number", to=999), "not among those of its seal"),
        (_set("journal", "number", to=7), "root of its seal"),
        (_set("journal", "place", to=3), "does not fit the place"),
        (_set("journal_path", 0, "hash", to=OTHER), "root of its seal"),
        (_set("journal_path", to=[]), "does not fit the place"),
        (_set("seal", "root", to=OTHER), "root of its seal"),
        (_set("seal", "previous_hash", to=OTHER), "hash of the seal is not that"),
        (_set("seal", "sealed_at", to="2026-03-02T17:00:00.000000Z"), "hash of the seal is not that"),
        (_set("seal", "hash", to=OTHER), "hash of the seal is not that"),
        (_set("seal_path", 0, "hash", to=OTHER), "root over all seals"),
        (_set("digest", "seals_root", to=OTHER), "root over all seals"),
    ],
)
def test_a_changed_proof_does_not_hold(
    sealed: list[int], tmp_path: Path, change: Callable[[Document], None], said: str
) -> None:
    proof = command("prove_journal", str(sealed[5]))
    change(proof)
    code, words = check(tmp_path, proof)
    assert (code, said in words) == (1, True), words


@pytest.mark.parametrize(
    ("field", "to"),
    [
        ("seal_number", 4), ("last_journal", 5), ("journal_count", 14), ("head_hash", OTHER),
        ("seals_root", OTHER), ("made_at", "2026-03-02T17:00:00.000000Z"), ("signature", "00" * 64),
        ("signature", "ff" * 64),
    ],
)  # fmt: skip
@SIGNING
def test_a_changed_digest_is_not_signed(sealed: list[int], tmp_path: Path, field: str, to: object) -> None:
    digest, proof = command("export_digest"), command("prove_journal", str(sealed[0]))
    changed = {**copy.deepcopy(digest), field: to}
    code, _ = check(tmp_path, proof, digest=changed)
    assert code == 1
    (tmp_path / "changed.json").write_text(json.dumps(changed))
    with pytest.raises(CommandError, match="signature_wrong") as refused:
        call_command("verify", "--against", str(tmp_path / "changed.json"), "--public-key", PUBLIC)
    assert refused.value.returncode == 2


@SIGNING
def test_the_key_named_in_the_digest_does_not_count(sealed: list[int], tmp_path: Path) -> None:
    """Whoever forges a digest signs it with a key of their own and names that one."""
    forged = sign_digest(get_digest(made_at=timezone.now()), Ed25519PrivateKey.generate())
    proof = command("prove_journal", str(sealed[0]))
    assert check(tmp_path, proof, digest=digest_document(forged))[0] == 1
    assert check(tmp_path, proof, digest=digest_document(forged), key=forged.public_key.hex())[0] == 0


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", *(f'{{"format": "strongroom proof", "version": {n}}}' for n in (1, 2))]
)
def test_what_is_no_proof_can_not_be_checked(tmp_path: Path, text: str) -> None:
    (tmp_path / "proof.json").write_text(text)
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(tmp_path / "proof.json")],
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 2


def test_no_proof_is_given_of_what_is_not_what_was_sealed(sealed: list[int]) -> None:
    corrupt(f"update ledger_transfer set amount = amount + 1 where journal_id = {sealed[3]}")
    with pytest.raises(Refusal) as refused:
        get_inclusion_proof(journal_id=sealed[3], made_at=timezone.now())
    assert refused.value.code == "journal_not_as_sealed"


def test_no_proof_is_given_of_what_is_not_there_or_not_sealed_yet(sealed: list[int]) -> None:
    later = fund_and_commit(1)
    for number, code in ((999, "unknown_journal"), (later, "journal_not_sealed")):
        with pytest.raises(Refusal) as refused:
            get_inclusion_proof(journal_id=number, made_at=timezone.now())
        assert refused.value.code == code


# Against a digest that was kept


def verify_against(tmp_path: Path, digest: Document) -> tuple[int, str]:
    (tmp_path / "kept.json").write_text(json.dumps(digest))
    out = StringIO()
    try:
        call_command(
            "verify", "--json", "--against", str(tmp_path / "kept.json"), "--public-key", PUBLIC, stdout=out
        )
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


@SIGNING
def test_a_ledger_that_only_grew_agrees_with_a_kept_digest(sealed: list[int], tmp_path: Path) -> None:
    digest = command("export_digest")
    number = fund_and_commit(1)
    assert seal_next(settled=number) == 1
    assert verify_against(tmp_path, digest)[0] == 0


REMADE = (
    "delete from ledger_seal where number = 3",
    "update ledger_seal set sealed_at = sealed_at + interval '1 microsecond' where number = 2",
    "update ledger_seal set hash = ledger_seal_hash(number, first_journal, last_journal, journal_count, root,"
    " previous_hash, sealed_at) where number = 2",
)


@SIGNING
def test_what_verification_alone_cannot_see_is_named_by_a_kept_digest(
    sealed: list[int], tmp_path: Path
) -> None:
    """The last seals removed, one made anew, and those after it sealed once more: all consistent."""
    digest = command("export_digest")
    corrupt(*REMADE)
    assert seal_next(settled=sealed[-1]) == 3
    call_command("verify", stdout=StringIO())
    code, said = verify_against(tmp_path, digest)
    assert (code, "ledger_seal 3" in said, "made anew" in said) == (1, True, True)


@SIGNING
def test_seals_that_are_gone_are_named(sealed: list[int], tmp_path: Path) -> None:
    digest = command("export_digest")
    corrupt("delete from ledger_seal where number = 3")
    code, said = verify_against(tmp_path, digest)
    assert (code, "ledger_seal 3" in said, "is missing" in said) == (1, True, True)


# The key


def test_a_machine_of_its_own_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "var" / "signing-key.pem"
    with override_settings(
        STRONGROOM_SIGNING_KEY="", STRONGROOM_SIGNING_KEY_FILE="", STRONGROOM_OWN_SIGNING_KEY_FILE=path
    ):
        first, again = load_signing_key(), load_signing_key()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [*path.parent.iterdir()] == [path]
    assert first.private_bytes_raw() == again.private_bytes_raw()


@pytest.mark.parametrize("kind", ["missing", "open", "text", "other"])
def test_a_key_file_that_cannot_be_used_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "key.pem"
    if kind != "missing":
        path.write_bytes(b"nothing" if kind == "text" else _pem(kind))
        path.chmod(0o640 if kind == "open" else 0o600)
    with (
        override_settings(STRONGROOM_SIGNING_KEY="", STRONGROOM_SIGNING_KEY_FILE=str(path)),
        pytest.raises(Refusal) as refused,
    ):
        load_signing_key()
    assert refused.value.code == "signing_key_unfit"


def _pem(kind: str) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1()) if kind == "other" else KEY
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@override_settings(
    STRONGROOM_SIGNING_KEY="", STRONGROOM_SIGNING_KEY_FILE="", STRONGROOM_OWN_SIGNING_KEY_FILE=None
)
def test_no_key_is_made_up_elsewhere(sealed: list[int]) -> None:
    with pytest.raises(CommandError, match="signing_key_missing"):
        command("export_digest")
