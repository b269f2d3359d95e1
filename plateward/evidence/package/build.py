"""Makes evidence packages: gathers, proves, packs, signs, has the time stamped, and only then lets the file appear."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from cryptography import x509
from django.conf import settings

from plateward import clock
from plateward.alerts.models import Alert
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.export_lines import MARKING
from plateward.audit.log import act
from plateward.db.locking import change_row
from plateward.errors import PlatewardError
from plateward.evidence.custody.chain import Chain, chain_of
from plateward.evidence.custody.disclosure import Scope
from plateward.evidence.numbers import number_of
from plateward.evidence.package import case_uco, records
from plateward.evidence.package.custody import ProvenLog, custody_files, numbers_about
from plateward.evidence.package.file import whole_file
from plateward.evidence.package.gathering import (
    Gathered,
    as_json,
    key_files,
    read_files,
    reader_keys,
    reads_of,
)
from plateward.evidence.package.instructions import instructions
from plateward.evidence.package.models import Package
from plateward.evidence.package.report import TEMPLATE, alert_section, read_section, report_of
from plateward.evidence.package.timestamping import timestamp_of
from plateward.evidence.verify.cms import sign_detached
from plateward.evidence.verify.container import ContainerWriter
from plateward.evidence.verify.layout import (
    AGENCY,
    BAG_INFO,
    BAGIT,
    BAGIT_TEXT,
    CASE,
    CHECK,
    FORMAT,
    INDEX,
    LOG_KEYS,
    MANIFEST,
    MOST_READS,
    REPORT,
    SIGNATURE,
    TAG_MANIFEST,
    TIMESTAMP,
    WAITING,
    WAITING_TEXT,
    Index,
    alert_folder,
    manifest,
)
from plateward.links.timestamping import TimestampAway
from plateward.pages.export_stop import may_leave
from plateward.pages.pdf import export_pdf
from plateward.policy.decision import require
from plateward.policy.trace import enforces
from plateward.reads.store import ReadKey, StoredRead
from plateward.vault.authority import Authority

MOST_PICTURED = 20  # reads whose images the report shows
Progress = Callable[[int, int], None]  # done, total


class CannotPackage(PlatewardError):
    """There is no package of this; the sentence says why."""


@dataclass(frozen=True)
class PackageResult:
    """A finished file. `timestamped`: False while its timestamp is waited for (`timestamping.ask_again`); `reads`: how
    many are in it."""

    path: Path
    sha256: str
    bytes: int
    payload_files: int
    package: int
    timestamped: bool
    reads: int


@enforces("6.a.iv", "6.e.iv.4")
def build_package(alert: Alert, to: Path, *, by: Actor, progress: Progress | None = None) -> PackageResult:
    """The package of one alert, at `to`. On the log before it appears. Raises Refused while exports are stopped,
    CannotPackage, NotWritten, LogDamaged, TilesBehind, LogUnavailable."""
    return _build(f"alert-{alert.pk}", number_of(alert), [alert.pk], to, by, progress)


@enforces("6.a.iv", "6.e.iv.4")
def build_case_package(
    number: str, alerts: Iterable[Alert], to: Path, *, by: Actor, progress: Progress | None = None
) -> PackageResult:
    """One package of all these alerts, under one case number; at most 500 reads. Raises as build_package."""
    numbers = sorted({alert.pk for alert in alerts})
    if not numbers:
        raise CannotPackage("There is no alert to package. Choose at least one.")
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in number)[:60]
    return _build(f"case-{name.strip('-') or numbers[0]}", number, numbers, to, by, progress)


def _build(
    name: str, number: str, numbers: Sequence[int], to: Path, by: Actor, progress: Progress | None
) -> PackageResult:
    """1. On the log. 2. Gather and write. 3. Sign, and have it timestamped. 4. On the
    log, with its hash. 5. It appears."""
    keys = reads_of(numbers)
    if len(keys) > MOST_READS:
        raise CannotPackage(
            f"These alerts have {len(keys):,} reads; a package holds at most {MOST_READS}. Make several packages."
        )
    package = _announce(number, numbers, keys, by)
    with whole_file(to) as draft:
        writer = _PackageWriter(
            name, package, number, numbers, keys, by, Bag(draft.file, name), progress or (lambda *_: None)
        )
        payload = writer.fill()
        tags = writer.bag.close(package, number, len(writer.gathered.reads))
        stamped = _seal(writer.bag.writer, tags)
        writer.bag.writer.close()
        sha256, size = draft.finish()
        _conclude(package, by, tags, stamped, sha256, size)
        draft.appear()
        reads = len(writer.gathered.reads)
    return PackageResult(to, sha256, size, payload, package.pk, stamped.response != b"", reads)


@enforces("6.h.iv", "6.b.i.9", "6.b.i.11")
def _announce(number: str, numbers: Sequence[int], keys: Collection[ReadKey], by: Actor) -> Package:
    """The export on the log, before anything is gathered: one entry, found by each alert and read."""
    made_at = clock.now()
    with act(by, Event.EVIDENCE_EXPORT, f"alert:{numbers[0]}") as entry:
        require(may_leave())
        package = Package.objects.create(number=number, alerts=list(numbers), made_at=made_at, made_by=by.key)
        entry.note(package=package.pk, number=number, alerts=list(numbers), reads=len(keys))
        entry.mention(*(f"alert:{alert}" for alert in numbers), *(f"read:{key.id}" for key in keys))
    return package


@dataclass(frozen=True)
class Stamped:
    """The timestamp, or what stands against it."""

    response: bytes = b""
    at: datetime | None = None
    problem: str = ""


def _seal(writer: ContainerWriter, tags: bytes) -> Stamped:
    """Signature and timestamp over the tag manifest, beside the bag."""
    key = settings.RING.signing_p256("evidence")
    authority = Authority.create(settings.RING)
    certificate = x509.load_pem_x509_certificate(authority.certify_packages(key.public_key()).encode())
    writer.add(SIGNATURE, sign_detached(tags, certificate, key))
    try:
        response, at = timestamp_of(tags)
    except TimestampAway as error:
        writer.add(WAITING, WAITING_TEXT.encode())
        return Stamped(problem=str(error)[:300])
    writer.add(TIMESTAMP, response)
    return Stamped(response, at)


@enforces("6.b.i.9")
def _conclude(package: Package, by: Actor, tags: bytes, stamped: Stamped, sha256: str, size: int) -> None:
    with act(by, Event.EVIDENCE_SIGN, f"package:{package.pk}") as entry:
        waits = not stamped.response
        change_row(
            package,
            tag_manifest=tags.decode(),
            sha256=sha256,
            size=size,
            timestamp=stamped.response,
            timestamped_at=stamped.at,
            due_at=clock.now() if waits else None,
            problem=stamped.problem,
        )
        entry.note(sha256=sha256, bytes=size, tag_manifest=hashlib.sha256(tags).hexdigest())
        entry.note(timestamp=stamped.at.isoformat() if stamped.at else f"waits: {stamped.problem}")


@dataclass
class Bag:
    """A bag being written into the container, with the hashes of its files."""

    file: BinaryIO
    name: str
    digests: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.writer = ContainerWriter(self.file)

    def add(self, path: str, content: bytes) -> None:
        self.writer.add(f"{self.name}/{path}", content)
        self.digests[path], self.sizes[path] = hashlib.sha256(content).hexdigest(), len(content)

    def close(self, package: Package, number: str, reads: int) -> bytes:
        """Manifests and tags: the tag manifest's bytes."""
        payload = dict(self.digests)
        oxum = f"{sum(self.sizes.values())}.{len(payload)}"
        tags = {
            BAGIT: BAGIT_TEXT,
            BAG_INFO: bag_info(package, number, reads, oxum),
            MANIFEST: manifest(payload),
        }
        self.digests = {}
        for path, content in tags.items():
            self.add(path, content)
        listed = manifest(self.digests)
        self.add(TAG_MANIFEST, listed)
        return listed


def bag_info(package: Package, number: str, reads: int, oxum: str) -> bytes:
    lines = {
        "Source-Organization": f"{settings.AGENCY_ORI}",
        "Bagging-Date": f"{package.made_at.astimezone(UTC):%Y-%m-%d}",
        "Bag-Software-Agent": f"Plateward {version('plateward')}",
        "External-Identifier": number or f"alert {package.alerts[0]}",
        "Internal-Sender-Identifier": f"package {package.pk}",
        "Internal-Sender-Description": f"{reads} license plate reads with their records. {MARKING}",
        "Payload-Oxum": oxum,
    }
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in lines.items()).encode()


@dataclass
class _PackageWriter:
    """One package while it is filled."""

    name: str
    package: Package
    number: str
    numbers: Sequence[int]
    keys: Sequence[ReadKey]
    by: Actor
    bag: Bag
    progress: Progress
    gathered: Gathered = field(default_factory=Gathered)
    read_sections: list[dict[str, Any]] = field(default_factory=list)  # its reads, for the report
    done: int = 0
    total: int = 0

    def _step(self) -> None:
        self.done += 1
        self.progress(self.done, self.total)

    def fill(self) -> int:
        """All of the payload. Returns the number of its files."""
        self.total = 5 * len(self.keys) + len(self.numbers)  # about, until the log's entries are counted
        reads = self._add_reads()
        sections = self._add_alerts(reads)
        alerts = Alert.objects.filter(pk__in=self.numbers)
        # Not the package's own number: whoever requests it chooses that, and could so open what another case withholds.
        known = [number_of(alert) for alert in alerts.select_related("entry")]
        scope = Scope.of(self.numbers, [key.id for key in self.keys], known)
        chain = chain_of(self.keys, scope, alerts)
        self._add_report(reads, sections, chain)
        authority = Authority.create(settings.RING)
        for path, content in key_files(self.gathered, authority):
            self.bag.add(path, content)
        log = ProvenLog.now()
        entries = self._entries(chain)
        self.total = self.done + len(entries)
        for path, content in custody_files(entries, log, scope, self._step):
            self.bag.add(path, content)
        self.bag.add(AGENCY, authority.certificate_pem.encode())
        self.bag.add(LOG_KEYS, log.keys)
        self.bag.add(CHECK, instructions(self.name).encode())
        self._add_indexes(reads)
        return len(self.bag.digests)

    def _add_reads(self) -> dict[str, StoredRead]:
        reads, keys_of = {}, reader_keys()
        for key in self.keys:
            stored, files = read_files(key, keys_of, self.gathered)
            for path, content in files:
                self.bag.add(path, content)
            if stored:
                reads[str(key.id)] = stored
                self.read_sections.append(
                    read_section(stored, dict(files) if len(reads) <= MOST_PICTURED else {})
                )
            self._step()
        return reads

    def _add_alerts(self, reads: dict[str, StoredRead]) -> list[dict[str, Any]]:
        """Each alert's records and answers. Returns their sections of the report."""
        recorder, sections = records.Recorder(self.numbers), []
        for alert in records.load_alerts(self.numbers):
            stored = reads.get(str(alert.read))
            content = recorder.record_of(alert, stored.read if stored else None)
            self.bag.add(f"{alert_folder(alert.pk)}/alert.json", as_json(content))
            for name, text in records.verbatim_of(alert):
                self.bag.add(f"{alert_folder(alert.pk)}/{name}.txt", text.encode())
            sections.append(alert_section(alert, content))
            self._step()
        return sections

    def _add_report(
        self, reads: dict[str, StoredRead], sections: Sequence[dict[str, Any]], chain: Chain
    ) -> None:
        facts = [
            ("Case or CAD number", self.number or "None"),
            ("Alerts", ", ".join(map(str, self.numbers))),
            (
                "Reads",
                str(len(reads))
                + (f"; destroyed before: {len(self.gathered.gone)}" if self.gathered.gone else ""),
            ),
            ("Package", f"{self.package.pk}, {self.name}"),
        ]
        data = report_of("Evidence package", facts, sections, self.read_sections, chain)
        self.bag.add(
            REPORT, export_pdf(self.by, Event.EVIDENCE_PRINT, f"package:{self.package.pk}", TEMPLATE, data)
        )

    def _entries(self, chain: Chain) -> list[int]:
        """What the log has of all this, by number."""
        things = [*(f"alert:{number}" for number in self.numbers), f"package:{self.package.pk}"]
        readers = sorted({read.reader for read in self.gathered.reads.values()})
        return numbers_about(things, readers, chain)

    def _add_indexes(self, reads: dict[str, StoredRead]) -> None:
        """The verifier's index, and CASE/UCO of all other files. The package is dated after its last entry."""
        made_at = clock.now().astimezone(UTC).isoformat().replace("+00:00", "Z")
        index = Index(
            format=FORMAT,
            marking=MARKING,
            number=self.number,
            alerts=tuple(self.numbers),
            made_at=made_at,
            made_by=f"{self.by.name} ({self.by.id})",
            reads=tuple(self.gathered.reads.values()),
            gone=tuple(self.gathered.gone),
        )
        files = {path: (self.bag.sizes[path], digest) for path, digest in self.bag.digests.items()}
        case = case_uco.document(self.name, self.number, made_at, files, list(reads.values()))
        self.bag.add(CASE, as_json(case))
        self.bag.add(INDEX, as_json(index))
