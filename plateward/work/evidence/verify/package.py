"""Checks a package whole, and names everything that is wrong with it. Needs no hub, no Django and no network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec

from plateward.ground.policy.trace import enforces
from plateward.work.evidence.verify.bag import bag_name, check_bag
from plateward.work.evidence.verify.cms import BadSignature, Signed, verify_detached
from plateward.work.evidence.verify.container import Container, NotAPackage
from plateward.work.evidence.verify.custody import check_custody
from plateward.work.evidence.verify.findings import PackageFinding, State, right, unknown, wrong
from plateward.work.evidence.verify.layout import (
    CLOCKS_MAY_DIFFER,
    FORMAT,
    INDEX,
    MOST_READS,
    READ_FILES,
    SIGNATURE,
    TAG_MANIFEST,
    TIMESTAMP,
    WAITING,
    Index,
    alert_folder,
    moment,
)
from plateward.work.evidence.verify.reads import check_reads
from plateward.work.evidence.verify.timestamps import BadTimestamp, verify_timestamp
from plateward.work.evidence.verify.trust import Trust, why_not_issued

Progress = Callable[[int], None]  # bytes read since the last call


@dataclass(frozen=True)
class PackageVerdict:
    """All that was found."""

    findings: tuple[PackageFinding, ...]

    @property
    def verified(self) -> bool:
        """Everything was established, and nothing is wrong."""
        return all(finding.state is State.OK for finding in self.findings)

    @property
    def problem(self) -> str:
        """The first that is wrong, else the first that is not established; empty if it is verified."""
        for state in (State.WRONG, State.OPEN):
            says = [finding.says for finding in self.findings if finding.state is state]
            if says:
                more = f" (and {len(says) - 1} more)" if len(says) > 1 else ""
                return f"{'not established: ' * (state is State.OPEN)}{says[0]}{more}"
        return ""


@enforces("6.a.iv/download", "6.j.i/proven", "6.h.iv/verified")
def verify_package(path: Path, trust: Trust, progress: Progress = lambda _: None) -> PackageVerdict:
    """Check everything that can be checked; one thing that is wrong does not hide another."""
    try:
        with Container.open(path) as container:
            return PackageVerdict(tuple(_findings(container, trust, progress)))
    except NotAPackage as error:
        return PackageVerdict((wrong("file", str(error).rstrip(".")),))


def _findings(container: Container, trust: Trust, progress: Progress) -> Iterator[PackageFinding]:
    bag = bag_name(container)
    yield right("file", f"{len(container.files)} files, stored as a hub stores them")
    yield from check_bag(container, bag, progress)
    content = _content(container, f"{bag}/{TAG_MANIFEST}")
    stamped, timestamp = _timestamp(container, content, trust)
    signed, signature = _signature(container, content, trust, stamped)
    yield signature
    yield timestamp
    try:
        index = _index(container, bag)
        made_at = moment(index.made_at)
    except (ValueError, KeyError, NotAPackage) as error:
        yield wrong("contents", f"{INDEX} cannot be read: {error}")
        return
    yield from _times(made_at, signed, stamped)
    yield from _contents(container, bag, index)
    for check in (
        check_reads(container, bag, index, trust.agency, made_at),
        check_custody(container, bag, trust, made_at),
    ):
        try:
            yield from check
        except NotAPackage as error:  # a file whose checksum is wrong, which the bag's check has named
            yield wrong("contents", str(error).rstrip("."))


def _content(container: Container, name: str) -> bytes:
    try:
        return container.read(name)
    except (KeyError, NotAPackage):  # the bag's check has named it
        return b""


def _index(container: Container, bag: str) -> Index:
    """Raises ValueError, KeyError, NotAPackage."""
    index = msgspec.json.decode(container.read(f"{bag}/{INDEX}"), type=Index)
    if index.format != FORMAT:
        raise ValueError(f"it is of the format {index.format[:40]!r}, which this version does not know")
    ids = [*(read.id for read in index.reads), *index.gone]
    if not ids or len(ids) > MOST_READS or len(set(ids)) < len(ids):
        raise ValueError(f"it lists no read, a read twice, or more than {MOST_READS} reads")
    for read in index.reads:
        if str(UUID(read.id)) != read.id or len(bytes.fromhex(read.key)) != 32:
            raise ValueError(f"it lists a read that is none: {read.id[:40]!r}")
    return index


@enforces("6.j.i/proven")
def _contents(container: Container, bag: str, index: Index) -> Iterator[PackageFinding]:
    """Files of reads, readers and alerts that the index does not list, and records of alerts that are not there."""
    files = {path.removeprefix(f"{bag}/") for path in container.files}
    listed = {f"{read.folder}/{name}" for read in index.reads for name in READ_FILES}
    listed |= {read.certificate for read in index.reads}
    records = {f"{alert_folder(alert)}/alert.json" for alert in index.alerts}
    folders = {alert_folder(alert) for alert in index.alerts}
    for path in sorted(records - files):
        yield wrong("contents", f"{path} is missing: {INDEX} lists its alert")
    for path in sorted(files - listed):
        strange = path.startswith(("data/reads/", "data/readers/"))
        if strange or (path.startswith("data/alerts/") and path.rpartition("/")[0] not in folders):
            yield wrong("contents", f"{path} belongs to nothing that {INDEX} lists")


def _signature(
    container: Container, content: bytes, trust: Trust, stamped: datetime | None
) -> tuple[Signed | None, PackageFinding]:
    """Who signed the bag. The certificate must have been valid when it was signed: as the timestamp says, otherwise as
    the signer does."""
    try:
        signed = verify_detached(container.read(SIGNATURE), content)
    except KeyError:
        return None, wrong("signature", f"{SIGNATURE} was removed: nobody signed the package")
    except (BadSignature, NotAPackage) as error:
        says = f"{SIGNATURE} is not the signature of the bag: {error}"
        return None, wrong("signature", says.rstrip("."))
    if not trust.agency:
        says = "who signed the package: give the agency's certificate (--agency)"
        return signed, unknown("signature", says)
    why = why_not_issued(signed.certificate, trust.agency, stamped or signed.at, signs_packages=True)
    if why:
        return signed, wrong("signature", f"the package is signed with a key that is not the hub's: {why}")
    return signed, right("signature", f"the hub signed it {signed.at:%Y-%m-%d %H:%M:%S} UTC")


def _timestamp(container: Container, content: bytes, trust: Trust) -> tuple[datetime | None, PackageFinding]:
    """When the bag existed, if that is established."""
    if TIMESTAMP not in container.files:
        why = "it waits for its timestamp" if WAITING in container.files else f"{TIMESTAMP} was removed"
        return None, unknown("timestamp", f"since when the package exists: {why}")
    if WAITING in container.files:
        return None, wrong("timestamp", f"it has {TIMESTAMP} and {WAITING}: one was added")
    try:
        at, name = verify_timestamp(container.read(TIMESTAMP), content, trust.timestamping)
    except (BadTimestamp, NotAPackage) as error:
        return None, wrong("timestamp", f"{TIMESTAMP} is not good: {error}".rstrip("."))
    if not trust.timestamping:
        says = (
            f"since when the package exists: {name} says {at:%Y-%m-%d %H:%M:%S} UTC; give the certificate of the "
            "timestamp authority that you trust (--tsa)"
        )
        return None, unknown("timestamp", says)
    return at, right("timestamp", f"it existed {at:%Y-%m-%d %H:%M:%S} UTC, says {name}")


def _times(made_at: datetime, signed: Signed | None, stamped: datetime | None) -> Iterator[PackageFinding]:
    """Whether the times can be true together."""
    times = {
        "signature": signed.at if signed else None,
        "timestamp": stamped.astimezone(UTC) if stamped else None,
    }
    if signed and stamped and signed.at > stamped + CLOCKS_MAY_DIFFER:
        yield wrong(
            "timestamp",
            f"the timestamp is of {stamped:%Y-%m-%d %H:%M} UTC, and the signature was made later, "
            f"{signed.at:%Y-%m-%d %H:%M} UTC",
        )
    for check, at in times.items():
        if at and at < made_at - CLOCKS_MAY_DIFFER:
            yield wrong(
                check,
                f"the {check} is of {at:%Y-%m-%d %H:%M} UTC, and the package says that it was made later, "
                f"{made_at:%Y-%m-%d %H:%M} UTC",
            )
