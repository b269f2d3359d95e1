"""The reads in a package: each as its reader signed it, with the two images that were signed for. Needs no Django."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.certificates import PEM_ERRORS
from plateward.ground.wire.codec import WireError
from plateward.ground.wire.read import READ_PURPOSE, Read, SignedRead, open_read
from plateward.work.evidence.verify.container import Container
from plateward.work.evidence.verify.findings import PackageFinding, right, sentence_of, unknown, wrong
from plateward.work.evidence.verify.layout import CLOCKS_MAY_DIFFER, Index, IndexedRead
from plateward.work.evidence.verify.trust import why_not_issued


class WrongRead(ValueError):
    """The sentence says what is wrong with a read."""


@enforces("6.j.i/proven")
def check_reads(
    container: Container, bag: str, index: Index, agency: Sequence[x509.Certificate], made_at: datetime
) -> Iterator[PackageFinding]:
    """Signature, images and times of each read; and whose the readers' keys are."""
    faults = 0
    for read in index.reads:
        try:
            _check_read(container, bag, read, made_at)
        except (WrongRead, WireError, KeyError) as error:
            faults += 1
            yield wrong("reads", f"read {read.id}: {sentence_of(error)}")
    if not faults:
        count = len(index.reads)
        yield right(
            "reads",
            f"{count} {'read is' if count == 1 else 'reads are'} as signed at the roadside, each with the images that "
            "were signed for",
        )
    if index.gone:
        yield unknown("reads", f"{len(index.gone)} reads were destroyed before the package was made")
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
    container: Container, bag: str, index: Index, agency: Sequence[x509.Certificate], made_at: datetime
) -> Iterator[PackageFinding]:
    # Each name under which a key is listed: all of its reads must name the reader that the certificate is of.
    readers = {(read.certificate, read.key, read.reader): read for read in index.reads}
    for (file, _, reader), read in sorted(readers.items()):
        try:
            certificate = x509.load_pem_x509_certificate(container.read(f"{bag}/{file}"))
            name = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
        except (*PEM_ERRORS, KeyError, IndexError):
            yield wrong("reads", f"the certificate of reader {reader} cannot be read")
            continue
        own = Ed25519PublicKey.from_public_bytes(bytes.fromhex(read.key))
        if certificate.public_key() != own:
            yield wrong("reads", f"the certificate of reader {reader} is of another key")
        elif name != reader:
            yield wrong(
                "reads", f"read {read.id} is said to be of reader {reader}, but its key is of {name!s}"
            )
        elif agency and (why := why_not_issued(certificate, agency, made_at, signs_packages=False)):
            yield wrong("reads", f"the certificate of reader {reader} is not good: {why}")
    if readers and not agency:
        yield unknown("reads", "whose the readers' keys are: give the agency's certificate (--agency)")
