"""The files of a reader. Keys stay apart from data, and never leave it. The TLS key is a separate file, since TLS
accepts nothing else; it is sealed if the key ring is sealed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import private_directory, read_private, replace_secret
from plateward.ground.vault.keyring import KeyRing, KeyRingWrong
from plateward.ground.vault.locks import AskPassphrase
from plateward.ground.vault.passphrase import default_passphrase
from plateward.ground.wire.codec import PublicKey
from plateward.reader.errors import NotReady

SEALED = b"ENCRYPTED PRIVATE KEY"  # in the first line of sealed PKCS#8


def tls_password(ring: KeyRing) -> bytes:
    """The password that opens the file if it is sealed; ignored if it is not."""
    return ring.key("tls").hex().encode()


def tls_key_pem(key: ec.EllipticCurvePrivateKey, ring: KeyRing) -> bytes:
    """The contents of the file to match this ring."""
    how: KeySerializationEncryption = NoEncryption()
    if ring.by is not None:
        how = BestAvailableEncryption(tls_password(ring))  # AES-256
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def load_tls_key(path: Path, ring: KeyRing) -> ec.EllipticCurvePrivateKey:
    """The key. Raises `NotReady`, or `UnsafeFile` if others could read it."""
    try:
        content = read_private(path)
        key = load_pem_private_key(content, tls_password(ring) if SEALED in content else None)
    except (FileNotFoundError, ValueError) as error:
        raise NotReady(f"The TLS key {path} is missing or damaged: restore it from its backup.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise NotReady(f"The TLS key {path} was not made by Plateward.")
    return key


@enforces("6.i.i/keys", "SC-28/reader")
def follow_ring(path: Path, ring: KeyRing) -> None:
    """Seal the file if the ring is sealed, open it if not; does nothing if they already match."""
    if (SEALED in read_private(path)) != (ring.by is not None):
        replace_secret(path, tls_key_pem(load_tls_key(path, ring), ring))


@contextmanager
def explain_disk_errors(path: Path) -> Iterator[None]:
    """Turn disk errors within the block into `NotReady`; `path` stands in where the system names no file."""
    try:
        yield
    except OSError as error:
        raise NotReady(f"{error.filename or path} cannot be used: {error.strerror}.") from error


class Enrollment(msgspec.Struct, frozen=True):
    """The hub's grant. `hotlist_key` is its raw Ed25519 public key; `hub` is https://host:port."""

    name: str
    camera: str
    hub: str
    authority_pem: str
    hotlist_key: PublicKey


class Home:
    """The reader's directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.keys, self.data = path / "keys", path / "data"
        self.tls_key = self.keys / "tls.pem"
        self.spool, self.hotlist = self.data / "spool", self.data / "hotlist.sealed"
        self.placement, self.drops = self.data / "placement.sealed", self.data / "drops.sealed"
        self.batches = self.data / "batches.sealed"
        self.last_place = self.data / "position.sealed"
        self.officers, self.acts = self.data / "officers.sealed", self.data / "acts.sealed"
        self.screen_key, self.screen_certificate = self.keys / "screen.pem", path / "screen.crt"
        self.request, self.enrollment = path / "request.json", path / "enrollment.json"
        self.certificate = path / "certificate.pem"

    @enforces("6.i.i/keys")
    def open(self, ask: AskPassphrase = default_passphrase) -> tuple[KeyRing, Enrollment]:
        """Refuses a reader that is not enrolled, or whose keys are missing, wrong, unsafe or stay locked after what
        `ask` gives."""
        if not self.enrollment.is_file() or not self.certificate.is_file():
            raise NotReady(
                f"The reader in {self.path} is not enrolled: run 'plateward enroll request --home {self.path} "
                "--name NAME --camera CAMERA', take request.json to the hub, and accept its grant with "
                "'plateward enroll accept'."
            )
        ring = self.ring(ask)
        self.follow(ring)  # a crash during sealing may have left it behind
        try:
            return ring, msgspec.json.decode(self.enrollment.read_bytes(), type=Enrollment)
        except msgspec.DecodeError as error:
            raise NotReady(
                f"{self.enrollment} is damaged: accept the hub's grant again. ({error})"
            ) from error

    def follow(self, ring: KeyRing) -> None:
        """The TLS keys are sealed if the ring is."""
        for key in (self.tls_key, self.screen_key):
            if key == self.tls_key or key.exists():
                follow_ring(key, ring)

    @enforces("6.i.i/keys")
    def ring(self, ask: AskPassphrase = default_passphrase) -> KeyRing:
        """The keys alone, even if the reader is not enrolled yet."""
        if not (KeyRing.is_there(self.keys) and os.path.lexists(self.tls_key)):
            raise NotReady(
                f"The keys of the reader in {self.path} are missing from {self.keys}, and nothing is stored "
                "without them (OPR:50 6.i.i): restore them, or enroll this reader again in an empty --home."
            )
        private_directory(self.path)
        try:
            ring = KeyRing.open(self.keys, ask)
            ring.check(self.data)
        except KeyRingWrong as error:
            raise NotReady(
                f"The key ring in {self.keys} is damaged, or is not the one that sealed {self.data}; nothing "
                "there is opened or added (OPR:50 6.i.i). Restore the right one from its backup, or enroll this "
                "reader again in an empty --home."
            ) from error
        return ring

    def lock(self) -> IO[str]:
        """Lock it for the life of the process: two readers would take each other's reads."""
        file = (self.path / "lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise NotReady(f"Another reader is already running in {self.path}.") from None
        return file
