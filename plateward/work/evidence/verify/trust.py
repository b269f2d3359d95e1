"""Whose word the verifier takes: given from outside the package, since a forger would pack keys of their own."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from plateward.core.audit.signatures import decode_base64
from plateward.core.audit.tlog.notes import BadNote, NoteKey, SignatureKind
from plateward.core.audit.tlog.policy import WitnessPolicy, parse_policy
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.certificates import DOCUMENT_SIGNING, PEM_ERRORS

MAX_FILE_BYTES = 1024 * 1024


class UnusableKey(PlatewardError):
    """A file that was given cannot be used: the sentence says why."""


@dataclass(frozen=True)
class Trust:
    """The agency's authorities, the key of its audit log, timestamp authorities, and the witness policy; what is
    missing stays not established."""

    agency: Sequence[x509.Certificate] = ()
    log_key: bytes | None = None
    timestamping: Sequence[x509.Certificate] = ()
    witnesses: WitnessPolicy | None = None

    @classmethod
    def load(
        cls,
        agency: Path | None = None,
        log_key: Path | None = None,
        timestamping: Path | None = None,
        witnesses: Path | None = None,
    ) -> "Trust":
        """From files. Raises UnusableKey."""
        try:
            policy = parse_policy(content_of(witnesses)) if witnesses else None
        except BadNote as error:
            raise UnusableKey(f"{witnesses} is not a witness policy. {error}") from error
        return cls(
            agency=_certificates(agency) if agency else (),
            log_key=_log_key(log_key) if log_key else None,
            timestamping=_certificates(timestamping) if timestamping else [],
            witnesses=policy,
        )


def load_reader_key(path: Path) -> Ed25519PublicKey:
    """A reader's public key, from a file that has it or its certificate (PEM). Raises UnusableKey."""
    content = content_of(path)
    for load in (load_pem_public_key, lambda pem: x509.load_pem_x509_certificate(pem).public_key()):
        with suppress(*PEM_ERRORS):
            if isinstance(key := load(content), Ed25519PublicKey):
                return key
    raise UnusableKey(f"{path} holds no reader's key (Ed25519) and no certificate of one in PEM form.")


def content_of(path: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """All of a file of at most `limit` bytes. Raises UnusableKey."""
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise UnusableKey(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > limit:
        raise UnusableKey(f"{path} is too long: the limit is {limit:,} bytes.")
    return content


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(content_of(path))
    except PEM_ERRORS as error:
        raise UnusableKey(f"{path} holds no certificate in PEM form.") from error


def _log_key(path: Path) -> bytes:
    """The Ed25519 key of the log: the first word in C2SP's form that is one, else in base64. What `audit checkpoint`
    printed may be the whole file: the root hash in it looks like a key in base64."""
    words = content_of(path).decode("utf-8", "replace").split()
    for read in (_c2sp_key, _bare_key):
        for word in words:
            if key := read(word):
                return key
    raise UnusableKey(f"{path} holds no key of an audit log. Save what `plateward audit checkpoint` prints.")


def _c2sp_key(word: str) -> bytes | None:
    try:
        key = NoteKey.parse(word)
    except BadNote:
        return None
    return key.public if key.kind == SignatureKind.ED25519 else None


def _bare_key(word: str) -> bytes | None:
    try:
        raw = decode_base64(word)
    except ValueError:
        return None
    return raw if len(raw) == 32 else None


@enforces("6.j.i/proven")
def why_not_issued(
    certificate: x509.Certificate, agency: Sequence[x509.Certificate], at: datetime, *, signs_packages: bool
) -> str:
    """Why this certificate does not show that the agency's hub signs packages, or that a reader signs reads, with its
    key at that time; empty if it does."""
    try:
        issuer = next(each for each in agency if _is_issued_by(certificate, each))
        uses = set(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except (*PEM_ERRORS, StopIteration, x509.ExtensionNotFound):
        return "another authority issued it"
    if DOCUMENT_SIGNING not in uses or (ExtendedKeyUsageOID.EMAIL_PROTECTION in uses) != signs_packages:
        return "the agency issued it for another purpose"
    for each in (certificate, issuer):
        if not each.not_valid_before_utc <= at <= each.not_valid_after_utc:
            return f"it was not valid at {at:%Y-%m-%d %H:%M} UTC"
    return ""


def _is_issued_by(certificate: x509.Certificate, agency: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(agency)
    except (*PEM_ERRORS, InvalidSignature):
        return False
    return True
