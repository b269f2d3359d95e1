"""Makes evidence packages: gathers, proves, packs, signs, has the time stamped, and only then lets the file appear."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from cryptography import x509
from django.conf import settings

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.export_lines import MARKING
from plateward.core.audit.log import act
from plateward.core.audit.witnesses.proving import ProvenLog
from plateward.core.db.locking import change_row
from plateward.core.outbox.models import CommonProblem
from plateward.core.outbox.sending import NotSent, after_failure
from plateward.core.pages.export_stop import may_leave
from plateward.core.pages.pdf import export_pdf
from plateward.field.reads.store import ReadKey, StoredRead
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.links.timestamping import TimestampAway
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.authority import Authority
from plateward.work.alerts.models import Alert
from plateward.work.evidence.custody.chain import Chain, chain_of
from plateward.work.evidence.custody.disclosure import Scope
from plateward.work.evidence.numbers import number_of
from plateward.work.evidence.package import case_uco, records
from plateward.work.evidence.package.file import measured, whole_file
from plateward.work.evidence.package.gathering import (
    Gathered,
    as_json,
    certificates,
    read_files,
    reader_keys,
    reads_of,
)
from plateward.work.evidence.package.instructions import instructions
from plateward.work.evidence.package.models import Package
from plateward.work.evidence.package.proven_log import custody_files, numbers_about
from plateward.work.evidence.package.report import TEMPLATE, alert_section, read_section, report_of
from plateward.work.evidence.package.timestamping import timestamp_of
from plateward.work.evidence.verify import layout
from plateward.work.evidence.verify.cms import sign_detached
from plateward.work.evidence.verify.container import ContainerWriter

MOST_PICTURED = 20  # reads whose images the report shows
Progress = Callable[[int, int], None]  # done, total


class CannotPackage(PlatewardError):
    """There is no package of this; the sentence says why."""


@dataclass(frozen=True)
class Leads:
    """Reads that raised no alert, or none known here; `vettings`: who vetted them for the case, when and how."""

    keys: Sequence[ReadKey]
    vettings: Sequence[str]


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


@enforces("6.a.iv/download", "6.e.iv.4/evidence")
def build_case_package(
    number: str, of: Iterable[Alert] | Leads, to: Path, *, by: Actor, progress: Progress = lambda *_: None
) -> PackageResult:
    """One package of all these alerts, or of leads without one, under one case number, at `to`; at most 500 reads.

    1. On the log. 2. Gather and write. 3. Sign, and have it timestamped. 4. On the log, with its hash. 5. It appears.

    Raises Refused while exports are stopped, CannotPackage, NotWritten, LogDamaged, TilesBehind, LogUnavailable."""
    numbers = [] if isinstance(of, Leads) else sorted({alert.pk for alert in of})
    keys = of.keys if isinstance(of, Leads) else reads_of(numbers)
    if not (numbers or keys):
        raise CannotPackage("There is no alert to package. Choose at least one.")
    if len(keys) > layout.MOST_READS:
        raise CannotPackage(
            f"These are {len(keys):,} reads; a package holds at most {layout.MOST_READS}. Make several "
            "packages."
        )
    package = _announce(number, numbers, keys, by)
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in number)[:60]
    name = f"case-{plain.strip('-') or numbers[0]}"
    vettings = of.vettings if isinstance(of, Leads) else ()
    with whole_file(to) as draft:
        bag = _Bag(draft, name, package, numbers, keys, by, progress, vettings)
        payload = bag.fill()
        tags = bag.close()
        stamped = _seal(bag.writer, tags)
        bag.writer.close()
        sha256, size = measured(draft)
        _conclude(package, by, tags, stamped, sha256, size)
    return PackageResult(
        to, sha256, size, payload, package.pk, stamped.response != b"", len(bag.gathered.reads)
    )


@enforces("6.h.iv/custody", "6.b.i.9/entries", "6.b.i.9/first", "6.b.i.11/contained")
def _announce(number: str, numbers: Sequence[int], keys: Collection[ReadKey], by: Actor) -> Package:
    """The export on the log, before anything is gathered: one entry, found by each alert and read."""
    made_at = clock.now()
    first = f"alert:{numbers[0]}" if numbers else f"read:{next(iter(keys)).id}"
    with act(by, Event.EVIDENCE_EXPORT, first) as entry:
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
    why: NotSent | None = None


def _seal(writer: ContainerWriter, tags: bytes) -> Stamped:
    """Signature and timestamp over the tag manifest, beside the bag."""
    key = settings.RING.signing_p256("evidence")
    authority = Authority.create(settings.RING)
    certificate = x509.load_pem_x509_certificate(authority.certify_packages(key.public_key()).encode())
    writer.add(layout.SIGNATURE, sign_detached(tags, certificate, key))
    try:
        response, at = timestamp_of(tags)
    except TimestampAway as error:
        writer.add(layout.WAITING, layout.WAITING_TEXT.encode())
        return Stamped(why=NotSent(CommonProblem.AWAY, str(error)))
    writer.add(layout.TIMESTAMP, response)
    return Stamped(response, at)


@enforces("6.b.i.9/entries")
def _conclude(package: Package, by: Actor, tags: bytes, stamped: Stamped, sha256: str, size: int) -> None:
    with act(by, Event.EVIDENCE_SIGN, f"package:{package.pk}") as entry:
        change_row(
            package,
            tag_manifest=tags.decode(),
            sha256=sha256,
            size=size,
            timestamp=stamped.response,
            timestamped_at=stamped.at,
            **(after_failure(package, stamped.why) if stamped.why else {}),
        )
        entry.note(sha256=sha256, bytes=size, tag_manifest=hashlib.sha256(tags).hexdigest())
        entry.note(timestamp=stamped.at.isoformat() if stamped.at else f"waits: {stamped.why}")


@dataclass
class _Bag:
    """The bag of one package (RFC 8493), with the hashes of its files, while it is filled."""

    file: IO[bytes]
    name: str
    package: Package
    numbers: Sequence[int]
    keys: Sequence[ReadKey]
    by: Actor
    progress: Progress
    vettings: Sequence[str] = ()
    digests: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    gathered: Gathered = field(default_factory=Gathered)
    read_sections: list[dict[str, Any]] = field(default_factory=list)  # its reads, for the report
    done: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        self.writer = ContainerWriter(self.file)

    def _add(self, path: str, content: bytes) -> None:
        self.writer.add(f"{self.name}/{path}", content)
        self.digests[path], self.sizes[path] = hashlib.sha256(content).hexdigest(), len(content)

    def close(self) -> bytes:
        """Manifests and tags: the tag manifest's bytes."""
        payload = self.digests
        self.digests = {}
        self._add(layout.BAGIT, layout.BAGIT_TEXT)
        self._add(layout.BAG_INFO, self._info(f"{sum(self.sizes[path] for path in payload)}.{len(payload)}"))
        self._add(layout.MANIFEST, layout.manifest(payload))
        listed = layout.manifest(self.digests)
        self._add(layout.TAG_MANIFEST, listed)
        return listed

    def _info(self, oxum: str) -> bytes:
        package, count = self.package, len(self.gathered.reads)
        lines = {
            "Source-Organization": f"{settings.AGENCY_ORI}",
            "Bagging-Date": f"{package.made_at.astimezone(UTC):%Y-%m-%d}",
            "Bag-Software-Agent": f"Plateward {version('plateward')}",
            "External-Identifier": package.number or f"alert {package.alerts[0]}",
            "Internal-Sender-Identifier": f"package {package.pk}",
            "Internal-Sender-Description": f"{count} license plate reads with their records. {MARKING}",
            "Payload-Oxum": oxum,
        }
        return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in lines.items()).encode()

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
        for path, content in certificates(self.gathered, authority):
            self._add(path, content)
        log = ProvenLog.now()
        entries = self._entries(chain)
        self.total = self.done + len(entries)
        for path, content in custody_files(entries, log, scope, self._step):
            self._add(path, content)
        self._add(layout.AGENCY, authority.certificate_pem.encode())
        self._add(layout.LOG_KEYS, log.keys)
        self._add(layout.LOG_ANNOUNCED, log.announcements)
        self._add(layout.CHECK, instructions(self.name).encode())
        self._add_indexes(reads)
        return len(self.digests)

    def _add_reads(self) -> dict[str, StoredRead]:
        reads, keys_of = {}, reader_keys()
        for key in self.keys:
            stored, files = read_files(key, keys_of, self.gathered)
            for path, content in files:
                self._add(path, content)
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
            self._add(f"{layout.alert_folder(alert.pk)}/alert.json", as_json(content))
            for name, text in records.verbatim_of(alert):
                self._add(f"{layout.alert_folder(alert.pk)}/{name}.txt", text.encode())
            sections.append(alert_section(alert, content))
            self._step()
        return sections

    def _add_report(
        self, reads: dict[str, StoredRead], sections: Sequence[dict[str, Any]], chain: Chain
    ) -> None:
        facts = [
            ("Case or CAD number", self.package.number or "None"),
            ("Alerts", ", ".join(map(str, self.numbers)) or "None"),
            *(("Vetted", words) for words in self.vettings),
            (
                "Reads",
                str(len(reads))
                + (f"; destroyed before: {len(self.gathered.gone)}" if self.gathered.gone else ""),
            ),
            ("Package", f"{self.package.pk}, {self.name}"),
        ]
        data = report_of("Evidence package", facts, sections, self.read_sections, chain)
        self._add(
            layout.REPORT,
            export_pdf(self.by, Event.EVIDENCE_PRINT, f"package:{self.package.pk}", TEMPLATE, data),
        )

    def _entries(self, chain: Chain) -> list[int]:
        """What the log has of all this, by number."""
        things = [*(f"alert:{number}" for number in self.numbers), f"package:{self.package.pk}"]
        readers = sorted({read.reader for read in self.gathered.reads.values()})
        return numbers_about(things, readers, chain)

    def _add_indexes(self, reads: dict[str, StoredRead]) -> None:
        """The verifier's index, and CASE/UCO of all other files. The package is dated after its last entry."""
        made_at = clock.now().astimezone(UTC).isoformat().replace("+00:00", "Z")
        index = layout.Index(
            format=layout.FORMAT,
            marking=MARKING,
            number=self.package.number,
            alerts=tuple(self.numbers),
            made_at=made_at,
            made_by=f"{self.by.name} ({self.by.id})",
            reads=tuple(self.gathered.reads.values()),
            gone=tuple(self.gathered.gone),
        )
        files = {path: (self.sizes[path], digest) for path, digest in self.digests.items()}
        case = case_uco.document(self.name, self.package.number, made_at, files, list(reads.values()))
        self._add(layout.CASE, as_json(case))
        self._add(layout.INDEX, as_json(index))
