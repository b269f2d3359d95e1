"""The reads in a package: each as its reader signed it, with the two images that were signed for. Needs no Django."""

import json
from collections.abc import Iterator
from datetime import datetime

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from plateward.evidence.verify.container import Container
from plateward.evidence.verify.findings import Finding, State, sentence_of
from plateward.evidence.verify.layout import Index, IndexedRead
from plateward.evidence.verify.times import CLOCKS_MAY_DIFFER
from plateward.evidence.verify.trust import why_not_issued
from plateward.policy.trace import enforces
from plateward.vault.authority import PEM_ERRORS
from plateward.wire.codec import WireError
from plateward.wire.read import READ_PURPOSE, Read, SignedRead, open_read


class WrongRead(ValueError):
    """The sentence says what is wrong with a read."""


@enforces("6.j.i")
def check_reads(
    container: Container, bag: str, index: Index, agency: x509.Certificate | None, made_at: datetime
) -> Iterator[Finding]:
    """Signature, images and times of each read; and whose the readers' keys are."""
    wrong = 0
    for read in index.reads:
        try:
            _check_read(container, bag, read, made_at)
        except (WrongRead, WireError, KeyError) as error:
            wrong += 1
            yield Finding("reads", State.WRONG, f"read {read.id}: {sentence_of(error)}")
    if not wrong:
        count = len(index.reads)
        yield Finding(
            "reads",
            State.OK,
            f"{count} {'read is' if count == 1 else 'reads are'} as signed at the roadside, each with the images that "
            "were signed for",
        )
    if index.gone:
        yield Finding(
            "reads", State.OPEN, f"{len(index.gone)} reads were destroyed before the package was made"
        )
    yield from _check_readers(container, bag, index, agency, made_at)


def _check_read(container: Container, bag: str, read: IndexedRead, made_at: datetime) -> None:
    folder = f"{bag}/{read.folder}"
    signed = container.read(f"{folder}/read.signed")
    prefix = READ_PURPOSE + b"\0"
    if not signed.startswith(prefix):
        raise WrongRead("what was signed is not a read")
    body = signed[len(prefix) :]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(read.key))
    opened = open_read(key, SignedRead(body, container.read(f"{folder}/read.sig")))
    if str(opened.id) != read.id:
        raise WrongRead(f"it is another read, {opened.id}")
    images = {"context.jpg": opened.context_sha256, "plate.jpg": opened.plate_sha256}
    for name, stated in images.items():
        if container.sha256(f"{folder}/{name}") != stated:
            raise WrongRead(f"{name} is not the image that its reader signed for")
    if container.read(f"{folder}/read.json") != readable(opened):
        raise WrongRead("read.json does not say what was signed")
    if opened.captured_at > made_at + CLOCKS_MAY_DIFFER:
        raise WrongRead(
            f"it was captured {opened.captured_at:%Y-%m-%d %H:%M} UTC, after the package was made"
        )


def readable(read: Read) -> bytes:
    """A read in words that people read: nothing that was not signed."""
    return json.dumps(msgspec.to_builtins(read), indent=1, sort_keys=True).encode() + b"\n"


def _check_readers(
    container: Container, bag: str, index: Index, agency: x509.Certificate | None, made_at: datetime
) -> Iterator[Finding]:
    readers = {read.key_file: read for read in index.reads}
    for file, read in sorted(readers.items()):
        try:
            public = load_pem_public_key(container.read(f"{bag}/{file}.pem"))
            certificate = x509.load_pem_x509_certificate(container.read(f"{bag}/{file}.crt"))
            same = certificate.public_key() == public
            raw = public.public_bytes_raw() if isinstance(public, Ed25519PublicKey) else b""
            name = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
        except (*PEM_ERRORS, KeyError, IndexError):
            yield Finding("reads", State.WRONG, f"the key of reader {read.reader} cannot be read")
            continue
        if not (same and raw.hex() == read.key and name == read.reader):
            yield Finding("reads", State.WRONG, f"the certificate of reader {read.reader} is of another key")
        elif agency and (why := why_not_issued(certificate, agency, made_at, signs_packages=False)):
            yield Finding("reads", State.WRONG, f"the certificate of reader {read.reader} is not good: {why}")
    if readers and agency is None:
        yield Finding(
            "reads", State.OPEN, "whose the readers' keys are: give the agency's certificate (--agency)"
        )
