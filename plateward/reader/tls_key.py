"""The reader's TLS key: a file of its own, since TLS takes no other; sealed by the key ring where that is sealed."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from plateward.policy.trace import enforces
from plateward.reader.errors import NotReady
from plateward.vault.files import read_private, replace_secret
from plateward.vault.keyring import KeyRing

SEALED = b"ENCRYPTED PRIVATE KEY"  # PKCS#8 says so in its first line


def password(ring: KeyRing) -> bytes:
    """What opens the file where it is sealed; of no effect on one that is not."""
    return ring.key("tls").hex().encode()


def key_pem(key: ec.EllipticCurvePrivateKey, ring: KeyRing) -> bytes:
    """The file as it is to lie beside this ring."""
    how: KeySerializationEncryption = NoEncryption()
    if ring.by is not None:
        how = BestAvailableEncryption(password(ring))  # AES-256
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def load_key(path: Path, ring: KeyRing) -> ec.EllipticCurvePrivateKey:
    """Raises `NotReady`, or `UnsafeFile` where others could read it."""
    try:
        content = read_private(path)
        key = load_pem_private_key(content, password(ring) if SEALED in content else None)
    except (FileNotFoundError, ValueError) as error:
        raise NotReady(f"The TLS key {path} is missing or damaged: bring it back from its backup.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise NotReady(f"The TLS key {path} is not one that Plateward made.")
    return key


@enforces("6.i.i", "SC-28")
def follow_ring(path: Path, ring: KeyRing) -> None:
    """Seal the file where the ring is sealed, open it where it is not; nothing where it is so already."""
    if (SEALED in read_private(path)) != (ring.by is not None):
        replace_secret(path, key_pem(load_key(path, ring), ring))
