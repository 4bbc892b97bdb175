"""The key that signs digests: an Ed25519 key that is kept outside the database.

It comes from a file or from the environment (docs/operations.md). On a machine of its own, where
`make run` keeps everything in `var/`, a key is made there the first time one is needed.
"""

import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from ledger.domain.proofs import SignedDigest, UnfitDocument, read_digest_document
from ledger.domain.seals import Digest, digest_bytes
from ledger.errors import MalformedDigest, SignatureWrong, SigningKeyMissing, SigningKeyUnfit

KEY_BYTES = 32
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def load_signing_key() -> Ed25519PrivateKey:
    """The key that signs. Raises SigningKeyMissing, SigningKeyUnfit."""
    if settings.STRONGROOM_SIGNING_KEY and settings.STRONGROOM_SIGNING_KEY_FILE:
        raise SigningKeyUnfit("Two signing keys are set, one in a file and one in the environment.")
    if settings.STRONGROOM_SIGNING_KEY:
        return _key_of_seed(settings.STRONGROOM_SIGNING_KEY)
    if settings.STRONGROOM_SIGNING_KEY_FILE:
        return _key_in_file(Path(settings.STRONGROOM_SIGNING_KEY_FILE))
    if settings.STRONGROOM_OWN_SIGNING_KEY_FILE is None:
        raise SigningKeyMissing("Nothing says which key signs.")
    return _own_key(Path(settings.STRONGROOM_OWN_SIGNING_KEY_FILE))


def sign_digest(digest: Digest, key: Ed25519PrivateKey) -> SignedDigest:
    """The digest with its signature."""
    return SignedDigest(digest, key.sign(digest_bytes(digest)), _raw(key.public_key()))


def read_signed_digest(text: str | bytes, *, public_key: bytes) -> Digest:
    """The digest of a document that the key has signed; the key named in the document doesn't count.

    `public_key` is what `read_public_key` gives. Raises MalformedDigest, SignatureWrong.
    """
    try:
        signed = read_digest_document(text)
    except UnfitDocument as error:
        raise MalformedDigest(f"The digest can't be read: {error}.", field=error.field or None) from None
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signed.signature, digest_bytes(signed.digest))
    except (InvalidSignature, ValueError):
        raise SignatureWrong("The digest isn't signed with this key.", field="signature") from None
    return signed.digest


def read_public_key(text: str) -> bytes:
    """The 32 bytes of a public key given in hexadecimal or as PEM. Raises SigningKeyUnfit."""
    try:
        if "-----BEGIN" not in text:
            return _of_length(bytes.fromhex(text.strip()))
        key = serialization.load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise SigningKeyUnfit("The public key can't be read.", field="public_key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise SigningKeyUnfit("The public key isn't an Ed25519 key.", field="public_key")
    return _raw(key)


def _key_of_seed(text: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(_of_length(bytes.fromhex(text.strip())))
    except ValueError:
        raise SigningKeyUnfit(f"STRONGROOM_SIGNING_KEY isn't {2 * KEY_BYTES} hexadecimal digits.") from None


def _key_in_file(path: Path) -> Ed25519PrivateKey:
    try:
        if path.stat().st_mode & OTHERS:
            raise SigningKeyUnfit(f"Others than its owner may read {path}: chmod 600.")
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise SigningKeyUnfit(f"{path} can't be read: {error.strerror}.") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SigningKeyUnfit(f"{path} holds no private key in PEM without a passphrase.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyUnfit(f"The key in {path} isn't an Ed25519 key.")
    return key


def _own_key(path: Path) -> Ed25519PrivateKey:
    """The key in `var/`, made now if there is none; of two who make one at once, the first counts."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(
                Ed25519PrivateKey.generate().private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return _key_in_file(path)


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _of_length(value: bytes) -> bytes:
    if len(value) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return value
