"""AES-256-GCM, with one call to seal and one to unseal."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

NONCE_BYTES = 12
OVERHEAD_BYTES = NONCE_BYTES + 16


class SealBroken(PlatewardError):
    """Sealed bytes were changed, cut off, moved, or sealed with another key."""


@enforces("6.i.i/aes", "SC-28/data", "6.j.i/proven")
def seal(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Seal `plaintext` under a 32-byte `key`: 96-bit random nonce, ciphertext, 128-bit tag.

    `context` says what the bytes are and where; it is not stored, and unsealing needs the same, so that sealed bytes
    cannot be moved elsewhere. One key seals at most 2**32 times (NIST SP 800-38D 8.3 for random nonces), which a day's
    images, and the few values under a purpose's key, never reach.
    """
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, plaintext, context)


@enforces("6.i.i/aes", "SC-28/data", "6.j.i/proven")
def unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """The plaintext, or `SealBroken`; never a part of it."""
    if len(sealed) < OVERHEAD_BYTES:
        raise SealBroken("Sealed data is cut short: it was damaged or altered. Restore it from a backup.")
    try:
        return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except InvalidTag:
        raise SealBroken(
            "Sealed data does not open: it was altered, moved, or sealed with another key (OPR:50 6.j.i). "
            "Report it to the ALPR administrator and restore it from a backup."
        ) from None


def _cipher(key: bytes) -> AESGCM:
    if len(key) != 32:
        raise ValueError("AES-256 needs a 32-byte key")
    return AESGCM(key)
