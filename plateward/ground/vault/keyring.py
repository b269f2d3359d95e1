"""The key ring: the two secrets behind every other key, in a directory apart from the data.

All other code requests keys from a ring by purpose.
"""

import hmac
import json
import os
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault import passphrase, tpm2
from plateward.ground.vault.files import (
    erase_file,
    private_directory,
    read_private,
    replace_file,
    replace_secret,
    write_once,
)
from plateward.ground.vault.locks import (
    AskPassphrase,
    LockMethod,
    PassphraseMethod,
    Pkcs11Method,
    RingLock,
    RingLocked,
    Tpm2Method,
)
from plateward.ground.vault.passphrase import default_passphrase
from plateward.ground.vault.sealing import SealBroken, seal, unseal
from plateward.ground.vault.versions import LABELS, VERSIONS_FILE, RotatingKey, Versions

RING_FILE, SEALED_FILE = "ring.json", "ring.sealed"
SEAL_CONTEXT = b"plateward key ring"
MARKER = "ring.marker"
VERSIONS_MARKER = "versions.marker"  # beside the data: the versions that a ring needs to have
WRAPPED = b"wrapped\0"  # begins what is wrapped by a version after the first; then the version, 4 bytes
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class KeyRingMissing(PlatewardError):
    """There is sealed data, but no key ring to open it."""


class KeyRingWrong(PlatewardError):
    """This key ring did not seal that data, or is damaged."""


class SealedRing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sealed ring on disk: its lock, and the ring's own file under the lock's key. `proof`: made by the open ring,
    so that a process that has it open knows a new lock from an altered file."""

    by: LockMethod
    secrets: bytes
    version: int = 1
    made: datetime | None = None
    proof: bytes = b""

    def proven_by(self, key: bytes) -> bytes:
        """What the proof is, by a key of the ring."""
        told = (self.version, self.made, msgspec.json.encode(self.by), self.secrets)
        return hmac.digest(key, msgspec.json.encode(told), "sha256")


def derive_key(secret: bytes, info: str) -> bytes:
    """32 bytes for a purpose from a uniformly random secret (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=b"plateward.v1\0" + info.encode()).derive(secret)


def key_from_lock(by: LockMethod, ask: AskPassphrase) -> bytes:
    """The key that a lock gives. Raises `RingLocked`."""
    match by:
        case PassphraseMethod():
            return passphrase.passphrase_key(by, ask())
        case Tpm2Method():
            return tpm2.tpm2_key(by)
        case Pkcs11Method():
            from plateward.ground.vault.pkcs11 import pkcs11_key  # its package is at a hub alone

            return pkcs11_key(by, ask)


@enforces("6.i.i/keys", "SC-28/ring")
class KeyRing:
    """Keys by purpose. The directory is 0700, its files 0600, both owned by the process's user; otherwise `UnsafeFile`.

    `path` is the directory; other secrets of the hub (its certificate authority) are in it too. `by` is the lock of a
    sealed ring.
    """

    def __init__(
        self, path: Path, sealing: bytes, signing: bytes, by: LockMethod | None = None, stored: bytes = b""
    ) -> None:
        self.path, self.by = path, by
        self._stored = stored  # SHA-256 of its file as it was opened
        self._sealing = sealing
        self._signing = signing
        self._keys: dict[str, bytes] = {}
        self.versions = Versions(path / VERSIONS_FILE, self.key("versions"))

    def __repr__(self) -> str:
        return f"KeyRing({str(self.path)!r})"

    @classmethod
    def create(cls, path: Path, ask: AskPassphrase = default_passphrase) -> "KeyRing":
        """Make a ring, or open an existing one: a ring is never overwritten."""
        private_directory(path)
        if not cls.is_there(path):
            write_once(path / RING_FILE, _ring_content(os.urandom(64)))
        return cls.open(path, ask)

    @classmethod
    def open(cls, path: Path, ask: AskPassphrase = default_passphrase) -> "KeyRing":
        """The ring in `path`; `ask` returns the passphrase or PIN if one seals it. Raises `KeyRingMissing`,
        `KeyRingWrong` (damaged), `RingLocked`, `UnsafeFile` or `OSError`."""
        if not cls.is_there(path):
            raise _missing_error(path)
        private_directory(path)
        sealed = _file_exists(path / SEALED_FILE)
        stored = read_private(path / (SEALED_FILE if sealed else RING_FILE))
        content, by = _unlock(path, ask) if sealed else (stored, None)
        try:
            secrets = json.loads(content)
            sealing, signing = (bytes.fromhex(secrets[name]) for name in ("sealing", "signing"))
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged_error(path) from error
        if len(sealing) != 32 or len(signing) != 32:
            raise _damaged_error(path)
        if sealed:
            _erase_clear(path)  # a crash during sealing may have left it
        return cls(path, sealing, signing, by, sha256(stored).digest())

    @classmethod
    def first_start(cls, path: Path, data: Path, ask: AskPassphrase = default_passphrase) -> "KeyRing":
        """The ring that sealed `data`. Made here at the very first start, while `data` is empty.

        Safe when several processes start at once. Raises `KeyRingMissing` if there is data but no ring, `KeyRingWrong`
        if the ring belongs to other data, `UnsafeFile` if others could read it, `OSError` (disk full, no permission),
        and as `open`.
        """
        has_data = _has_data(data)  # checked before the ring, which is made before `data` is filled
        if has_data and not cls.is_there(path):
            raise KeyRingMissing(
                f"{data} holds sealed data, but its key ring is not in {path}. Data cannot be opened or added "
                "without the keys that sealed it (OPR:50 6.i.i). Set PLATEWARD_KEYS to the ring's directory, "
                f"or restore the ring from its own backup. A new, empty hub needs a place other than {data}."
            )
        ring = cls.open(path, ask) if has_data else cls.create(path, ask)
        ring.check(data)
        return ring

    @staticmethod
    def is_there(path: Path) -> bool:
        """Whether a ring is in `path`, sealed or not. Raises `OSError` if that cannot be determined."""
        return _file_exists(path / SEALED_FILE) or _file_exists(path / RING_FILE)

    @staticmethod
    def sealed_by(path: Path) -> LockMethod | None:
        """The lock of the ring in `path`; None if it is not sealed. Raises `KeyRingMissing`, `KeyRingWrong`."""
        if not KeyRing.is_there(path):
            raise _missing_error(path)
        return _read_sealed(path).by if _file_exists(path / SEALED_FILE) else None

    @staticmethod
    def lock(path: Path) -> SealedRing:
        """The sealed ring in `path`, with the version of its lock. Raises `KeyRingWrong`, `FileNotFoundError`."""
        return _read_sealed(path)

    @enforces("6.i.i/keys", "6.j.i/proven")
    def require_unchanged(self) -> None:
        """Raise `KeyRingMissing` or `KeyRingWrong` unless its file still has every byte that it had when this process
        opened it, and `UnsafeFile` if others could read it."""
        if not self.is_there(self.path):
            raise _missing_error(self.path)
        file = SEALED_FILE if _file_exists(self.path / SEALED_FILE) else RING_FILE
        content = read_private(self.path / file)
        if sha256(content).digest() != self._stored and not self._is_own(file, content):
            raise KeyRingWrong(
                f"The key ring file {self.path / file} is not as it was when the hub started (OPR:50 6.i.i). "
                "Restore it from its own backup."
            )

    def _is_own(self, file: str, content: bytes) -> bool:
        """Whether this very ring was sealed, locked otherwise, or unsealed by another process."""
        if file == RING_FILE:
            return content == _ring_content(self.root)
        sealed = _read_sealed(self.path)
        return hmac.compare_digest(sealed.proof, sealed.proven_by(self.key("ring file")))

    @enforces("6.i.i/keys", "SC-28/ring")
    def seal(self, lock: RingLock, at: datetime | None = None) -> None:
        """From now on only this lock opens the ring. The sealed file is tested before the clear file is erased: a crash
        leaves a ring that opens, and `open` erases the leftovers."""
        content = _ring_content(self.root)
        version = self.lock(self.path).version + 1 if self.by else 1
        sealed = SealedRing(lock.by, seal(lock.key, content, SEAL_CONTEXT), version, at)
        sealed = msgspec.structs.replace(sealed, proof=sealed.proven_by(self.key("ring file")))
        replace_secret(self.path / SEALED_FILE, msgspec.json.encode(sealed))
        if unseal(lock.key, _read_sealed(self.path).secrets, SEAL_CONTEXT) != content:
            raise _damaged_error(self.path)
        _erase_clear(self.path)
        self.by = lock.by

    def unseal(self) -> None:
        """Back to a ring that opens without a lock. The sealed file counts until it is gone."""
        write_once(self.path / RING_FILE, _ring_content(self.root))
        erase_file(self.path / SEALED_FILE)
        self.by = None

    @property
    def root(self) -> bytes:
        """The 64 bytes that its file holds: for shares on paper (recovery.py), and for backups."""
        return self._sealing + self._signing

    @classmethod
    def restore(cls, path: Path, root: bytes) -> "KeyRing":
        """The ring of this root, in clear, in a directory that has none. Raises `KeyRingWrong` if it has one."""
        private_directory(path)
        if cls.is_there(path):
            raise KeyRingWrong(
                f"There is a key ring in {path}, and none is overwritten (OPR:50 6.i.i). Nothing was done. If it does "
                f"not open, move its {SEALED_FILE} or {RING_FILE} elsewhere first."
            )
        write_once(path / RING_FILE, _ring_content(root))
        return cls.open(path)

    def check(self, data: Path) -> None:
        """Raise `KeyRingWrong` unless this ring sealed `data`. Empty data becomes this ring's."""
        if self.path.resolve().is_relative_to(data.resolve()):
            raise KeyRingWrong(
                f"The key ring {self.path} is inside the data it seals, {data}; keys must be separate (OPR:50 "
                "6.i.i). Move the ring elsewhere and set PLATEWARD_KEYS to its directory."
            )
        marker = data / MARKER
        has_data = _has_data(data)  # checked before the marker, which is written before anything else
        if not has_data:
            private_directory(data)
            write_once(marker, seal(self.key("marker"), b"", b"marker"))
        try:
            unseal(self.key("marker"), read_private(marker), b"marker")
        except (SealBroken, FileNotFoundError) as error:
            raise KeyRingWrong(
                f"The key ring in {self.path} is not the one that sealed {data}, so nothing there is opened "
                "or added (OPR:50 6.i.i). Set PLATEWARD_KEYS to the right ring's directory, or restore it "
                "from its own backup."
            ) from error
        self._check_versions(data)

    def note_versions(self, data: Path) -> None:
        """From now on a ring without the current versions is too old for `data`."""
        numbers = {what.value: self.versions.current(what).number for what in RotatingKey}
        replace_file(
            data / VERSIONS_MARKER, seal(self.key("marker"), json.dumps(numbers).encode(), b"versions")
        )

    def _check_versions(self, data: Path) -> None:
        try:
            noted = unseal(self.key("marker"), read_private(data / VERSIONS_MARKER), b"versions")
        except FileNotFoundError:
            return
        for what, number in json.loads(noted).items():
            if self.versions.current(RotatingKey(what)).number < number:
                raise KeyRingWrong(
                    f"The key ring in {self.path} is older than {data}: version {number} of "
                    f"{LABELS[RotatingKey(what)]} is not in its {VERSIONS_FILE} (OPR:50 6.i.i). Nothing was opened or "
                    "added. Restore the newest backup of the ring."
                )

    def key(self, purpose: str) -> bytes:
        """The 32-byte key for a purpose: "database", "fields", "session", "spool", …"""
        if purpose not in self._keys:  # asked for by every request, and of few purposes
            self._keys[purpose] = derive_key(self._sealing, f"key {purpose}")
        return self._keys[purpose]

    def signing(self, purpose: str, secret: bytes = b"") -> Ed25519PrivateKey:
        """The Ed25519 key for a purpose: "audit", "hotlist", "reader". Independent of the sealing secret. `secret`: of
        another version than the current one."""
        root = secret or self._signing_secret(purpose)
        return Ed25519PrivateKey.from_private_bytes(derive_key(root, f"signing {purpose}"))

    def signing_ml_dsa(self, purpose: str, secret: bytes = b"") -> MLDSA44PrivateKey:
        """The ML-DSA-44 key for a purpose, which no quantum computer forges (FIPS 204)."""
        root = secret or self._signing_secret(purpose)
        return MLDSA44PrivateKey.from_seed_bytes(derive_key(root, f"signing ml-dsa-44 {purpose}"))

    def log_secrets(self) -> list[bytes]:
        """Of each version that signs the audit log, the current one first: another is kept until it is retired."""
        return [version.secret or self._signing for version in self.versions.kept(RotatingKey.LOG)]

    def log_keys(self) -> list[bytes]:
        """The public key of every version that ever signed the audit log, the first one first."""
        return [
            version.public or self.signing("audit", self._signing).public_key().public_bytes_raw()
            for version in self.versions.all(RotatingKey.LOG)
        ]

    def session_keys(self) -> list[str]:
        """What sessions are signed by, the current one first."""
        kept = self.versions.kept(RotatingKey.SESSIONS)
        return [(version.secret or self.key("session")).hex() for version in kept]

    def _signing_secret(self, purpose: str) -> bytes:
        return self.log_secrets()[0] if purpose == "audit" else self._signing

    def signing_p256(self, purpose: str) -> ec.EllipticCurvePrivateKey:
        """The ECDSA P-256 key for a purpose ("evidence"), for formats that others read and that know no Ed25519."""
        halves = (derive_key(self._signing, f"signing p-256 {half} {purpose}") for half in ("high", "low"))
        return ec.derive_private_key(1 + int.from_bytes(b"".join(halves)) % (P256_ORDER - 1), ec.SECP256R1())

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """A data key, sealed by the ring so that it can be stored beside its data, with the version that sealed it."""
        version = self.versions.current(RotatingKey.DAYS)
        sealed = seal(version.secret or self.key("wrap"), key, context)
        return sealed if version.number == 1 else WRAPPED + version.number.to_bytes(4) + sealed

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The unwrapped data key. Raises `SealBroken`, `VersionMissing`."""
        version = self.versions.get(RotatingKey.DAYS, wrapped_version(wrapped))
        sealed = wrapped if version.number == 1 else wrapped[len(WRAPPED) + 4 :]
        return unseal(version.secret or self.key("wrap"), sealed, context)

    def is_current(self, wrapped: bytes) -> bool:
        """Whether the version in use wrapped this."""
        return wrapped_version(wrapped) == self.versions.current(RotatingKey.DAYS).number


def wrapped_version(wrapped: bytes) -> int:
    """By which version a key was wrapped."""
    return int.from_bytes(wrapped[len(WRAPPED) :][:4]) if wrapped.startswith(WRAPPED) else 1


def _ring_content(root: bytes) -> bytes:
    return json.dumps({"version": 1, "sealing": root[:32].hex(), "signing": root[32:].hex()}).encode()


def _read_sealed(path: Path) -> SealedRing:
    try:
        return msgspec.json.decode(read_private(path / SEALED_FILE), type=SealedRing)
    except msgspec.DecodeError as error:
        raise _damaged_error(path, SEALED_FILE) from error


@enforces("6.i.i/keys", "SC-28/ring")
def _unlock(path: Path, ask: AskPassphrase) -> tuple[bytes, LockMethod]:
    sealed = _read_sealed(path)
    try:
        return unseal(key_from_lock(sealed.by, ask), sealed.secrets, SEAL_CONTEXT), sealed.by
    except (SealBroken, ValueError) as error:
        by_passphrase = isinstance(sealed.by, PassphraseMethod)
        wrong = "the passphrase is wrong" if by_passphrase else f"{sealed.by.words} gave another key"
        raise RingLocked(
            f"The key ring in {path} does not open: {wrong}, or {SEALED_FILE} was altered. Nothing was "
            "opened or added (OPR:50 6.i.i). Try again, or restore the ring from its own backup."
        ) from error


def _erase_clear(path: Path) -> None:
    for file in (path / RING_FILE, *path.glob(f".{RING_FILE}.*")):
        erase_file(file)


def _file_exists(file: Path) -> bool:
    """Raises `OSError` if that cannot be determined: a ring without read permission is not missing."""
    try:
        file.lstat()
    except FileNotFoundError:
        return False
    return True


def _has_data(data: Path) -> bool:
    """Whether there is data, ignoring draft files and an empty disk's own directory."""
    if not data.exists():
        return False
    return any(not entry.name.startswith(".") and entry.name != "lost+found" for entry in data.iterdir())


def _missing_error(path: Path) -> KeyRingMissing:
    return KeyRingMissing(
        f"There is no key ring in {path}; data cannot be stored without one (OPR:50 6.i.i). "
        "Set PLATEWARD_KEYS to its directory, or restore it from its own backup."
    )


def _damaged_error(path: Path, file: str = RING_FILE) -> KeyRingWrong:
    return KeyRingWrong(
        f"The key ring file {path / file} is damaged, so nothing is opened or added (OPR:50 6.i.i). "
        "Restore it from its own backup."
    )
