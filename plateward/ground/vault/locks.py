"""What opens a sealed key ring: a passphrase, the TPM2 chip of this machine, or an HSM."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from plateward.ground.errors import PlatewardError

AskPassphrase = Callable[[], str]  # returns the passphrase, or the HSM's PIN; called only if needed


class RingLocked(PlatewardError):
    """The key ring is sealed, and the given secret does not open it."""


class PassphraseMethod(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="passphrase", tag_field="by"
):
    """scrypt with N = 2**cost, r = 8, p = 1; bounded, so that an altered file cannot take all memory."""

    words: ClassVar[str] = "a passphrase"
    salt: Annotated[bytes, Meta(min_length=16, max_length=64)]
    cost: Annotated[int, Meta(ge=14, le=20)]


class Tpm2Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="tpm2", tag_field="by"):
    """The two parts of an object that only the chip that made it can load. Neither is secret."""

    words: ClassVar[str] = "the TPM2 of this machine"
    public: Annotated[bytes, Meta(max_length=4096)]
    private: Annotated[bytes, Meta(max_length=4096)]


class Pkcs11Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="pkcs11", tag_field="by"):
    """The key of the label `key` in the token of the label `token`, by the library `module` (its path). Its PIN is
    stored nowhere."""

    module: str
    token: str
    key: str
    salt: Annotated[bytes, Meta(min_length=32, max_length=32)]

    @property
    def words(self) -> str:
        """For people, as the others' are."""
        return f"the HSM's token {self.token}"


LockMethod = PassphraseMethod | Tpm2Method | Pkcs11Method


@dataclass(frozen=True)
class RingLock:
    """A new lock: its description in the ring's file, and its 32-byte key."""

    by: LockMethod
    key: bytes
