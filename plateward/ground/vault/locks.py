"""What opens a sealed key ring: a passphrase, or the TPM2 chip of this machine."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from plateward.ground.errors import PlatewardError

AskPassphrase = Callable[[], str]  # returns the passphrase; called only if needed


class RingLocked(PlatewardError):
    """The key ring is sealed, and the given secret does not open it."""


class PassphraseMethod(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="passphrase", tag_field="by"
):
    """scrypt with N = 2**cost, r = 8, p = 1; bounded, so that an altered file cannot take all memory."""

    salt: Annotated[bytes, Meta(min_length=16, max_length=64)]
    cost: Annotated[int, Meta(ge=14, le=20)]


class Tpm2Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="tpm2", tag_field="by"):
    """The two parts of an object that only the chip that made it can load. Neither is secret."""

    public: Annotated[bytes, Meta(max_length=4096)]
    private: Annotated[bytes, Meta(max_length=4096)]


LockMethod = PassphraseMethod | Tpm2Method


@dataclass(frozen=True)
class RingLock:
    """A new lock: its description in the ring's file, and its 32-byte key."""

    by: LockMethod
    key: bytes
