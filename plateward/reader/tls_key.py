"""The reader's TLS key: a separate file, since TLS accepts nothing else; sealed if the key ring is sealed."""

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

SEALED = b"ENCRYPTED PRIVATE KEY"  # in the first line of sealed PKCS#8


def password(ring: KeyRing) -> bytes:
    """The password that opens the file if it is sealed; ignored if it is not."""
    return ring.key("tls").hex().encode()


def key_pem(key: ec.EllipticCurvePrivateKey, ring: KeyRing) -> bytes:
    """The contents of the file to match this ring."""
    how: KeySerializationEncryption = NoEncryption()
    if ring.by is not None:
        how = BestAvailableEncryption(password(ring))  # AES-256
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def load_key(path: Path, ring: KeyRing) -> ec.EllipticCurvePrivateKey:
    """The key. Raises `NotReady`, or `UnsafeFile` if others could read it."""
    try:
        content = read_private(path)
        key = load_pem_private_key(content, password(ring) if SEALED in content else None)
    except (FileNotFoundError, ValueError) as error:
        raise NotReady(f"The TLS key {path} is missing or damaged: restore it from its backup.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise NotReady(f"The TLS key {path} was not made by Plateward.")
    return key


@enforces("6.i.i", "SC-28")
def follow_ring(path: Path, ring: KeyRing) -> None:
    """Seal the file if the ring is sealed, open it if not; does nothing if they already match."""
    if (SEALED in read_private(path)) != (ring.by is not None):
        replace_secret(path, key_pem(load_key(path, ring), ring))
