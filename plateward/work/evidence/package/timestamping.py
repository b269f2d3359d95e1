"""The timestamps of packages: asked for when one is made, and again until the authority answers."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from django.conf import settings

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record
from plateward.core.jobs.lease import finish
from plateward.core.outbox.models import CommonProblem
from plateward.core.outbox.sending import NotSent, send_due
from plateward.ground import clock
from plateward.ground.links.secure import strong_context
from plateward.ground.links.timestamping import TimestampAway, ask_timestamp
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.certificates import PEM_ERRORS
from plateward.work.evidence.package.file import measured, whole_file
from plateward.work.evidence.package.models import Package
from plateward.work.evidence.verify.bag import bag_name
from plateward.work.evidence.verify.container import Container, ContainerWriter, NotAPackage
from plateward.work.evidence.verify.layout import CLOCKS_MAY_DIFFER, TAG_MANIFEST, TIMESTAMP, WAITING
from plateward.work.evidence.verify.timestamps import BadTimestamp, verify_timestamp

HUB = Actor("system", "timestamps", "The hub's timestamps of evidence packages")
LEASE = timedelta(minutes=2)
log = logging.getLogger(__name__)


@enforces("6.a.iv/download")
def timestamp_of(content: bytes) -> tuple[bytes, datetime]:
    """A timestamp over this content, checked, and its time. Raises TimestampAway."""
    if not settings.TSA_URL:
        raise TimestampAway("No timestamp authority is set up. Set tsa.url in plateward.toml.")
    roots = trusted_roots()
    response = ask_timestamp(settings.TSA_URL, content, strong_context())
    try:
        at, _ = verify_timestamp(response, content, roots)
    except BadTimestamp as error:
        raise TimestampAway(f"Its timestamp is not good: {error}.") from error
    if abs(at - clock.now()) > CLOCKS_MAY_DIFFER:
        raise TimestampAway(f"Its clock says {at:%Y-%m-%d %H:%M:%S} UTC, which is not the hub's time.")
    return response, at


def trusted_roots() -> list[x509.Certificate]:
    """The authorities that the site trusts for timestamps; none: the timestamp is taken as it comes. Raises
    TimestampAway."""
    path: Path | None = settings.TSA_AUTHORITY
    try:
        return x509.load_pem_x509_certificates(path.read_bytes()) if path else []
    except (OSError, *PEM_ERRORS) as error:
        raise TimestampAway(f"{path} is no PEM file of certificates. Correct it.") from error


@enforces("6.a.iv/download")
def ask_again() -> int:
    """For the background worker: the timestamps that packages wait for. Returns how many came."""
    if not settings.TSA_URL:
        return 0
    return send_due(Package.objects.untimestamped(), LEASE, _ask)


def _ask(package: Package) -> bool:
    try:
        response, at = timestamp_of(package.tag_manifest.encode())
    except TimestampAway as error:
        log.warning("%s has no timestamp yet: %s", package, error)
        raise NotSent(CommonProblem.AWAY, str(error), away=True) from error
    with act(HUB, Event.EVIDENCE_TIMESTAMP, f"package:{package.pk}") as entry:
        entry.note(timestamp=at.isoformat(), tries=package.tries + 1)
        finish(package, timestamp=response, timestamped_at=at, problem="")
    return True


@enforces("6.a.iv/download", "6.b.i.9/entries")
def add_timestamp(path: Path) -> bool:
    """Put the timestamp into a package that was made without one, if it came meanwhile: whether it has one now. The
    file is replaced whole; its SHA-256 is another then. Raises NotAPackage, NotWritten."""
    with Container.open(path) as container:
        if TIMESTAMP in container.files:
            return True
        try:
            tags = container.read(f"{bag_name(container)}/{TAG_MANIFEST}").decode()
        except (KeyError, ValueError) as error:
            raise NotAPackage(f"its {TAG_MANIFEST} is missing or was altered.") from error
        package = Package.objects.filter(tag_manifest=tags).exclude(timestamped_at=None).first()
        if package is None:
            return False
        with whole_file(path) as draft:
            writer = ContainerWriter(draft)
            for name in container.files:
                if name != WAITING:
                    writer.add(name, container.read(name))
            writer.add(TIMESTAMP, bytes(package.timestamp))
            writer.close()
            sha256, size = measured(draft)
            record(HUB, Event.EVIDENCE_TIMESTAMP, f"package:{package.pk}", sha256=sha256, bytes=size)
    return True
