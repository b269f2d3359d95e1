"""The package for people who read: a PDF with what happened, in order."""

from collections.abc import Mapping, Sequence
from typing import Any

from plateward.field.reads.pictures import small_copy
from plateward.field.reads.place import read_place
from plateward.field.reads.store import StoredRead
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page.context import history
from plateward.work.evidence.custody.chain import Chain
from plateward.work.evidence.custody.reporting import left_out_of, printed_row, rows_of
from plateward.work.evidence.package.records import verbatim_of

TEMPLATE = "work/evidence/templates/evidence_package/report.typ"
CONTENTS = [
    ("report.pdf", "This report"),
    ("reads/", "The original photographs, and each read as its reader signed it"),
    ("readers/", "The agency's certificates for the readers' keys"),
    (
        "alerts/",
        "What was recorded of each hit, and the answers of NCIC, FMCSA and other agencies, word for word",
    ),
    ("custody.jsonl, log/", "The custody record, with its entries of the audit log and their proofs"),
    ("case.jsonld", "The package in CASE/UCO, for the tools of others"),
    ("how-to-check.txt", "The steps in short"),
]


@enforces("6.e.iii/vetted", "6.a.iv/download")
def alert_section(alert: Alert, record: dict[str, Any]) -> dict[str, Any]:
    """An alert: how it matched, what people did, what NCIC and FMCSA answered."""
    entry, match = alert.entry, record["match"]
    return {
        "title": f"Alert {alert.pk}: {entry.plate} {entry.state}".strip(),
        "facts": [
            ("Reason listed", f"{entry.reason_text} ({entry.hotlist})"),
            ("Hot list version", alert.hotlist_version),
            ("Record", " · ".join(part for part in (entry.nic, entry.ori, entry.number) if part) or "None"),
            ("Seen", f"{days.format_time(alert.captured_at)} by {alert.reader.camera}"),
            ("Match", f"{alert.kind}: {match['in_words']}" if match else alert.kind),
            ("Stage", str(alert.get_stage_display())),
        ],
        "history": [(days.format_time(line.at), line.by, line.what) for line in history(alert)],
        "answers": list(verbatim_of(alert)),
    }


def read_section(stored: StoredRead, files: Mapping[str, bytes]) -> dict[str, Any]:
    """A read, with what identifies its images, and small copies of those among `files` (name in the bag → content)."""
    pictures = {
        "The vehicle": files.get(f"data/reads/{stored.read.id}/context.jpg", b""),
        "The plate": files.get(f"data/reads/{stored.read.id}/plate.jpg", b""),
    }
    read = stored.read
    point = f" ({read.position.lat:.6f}, {read.position.lon:.6f})" if read.position else ""
    return {
        "title": f"{read.plate} {read.state or ''}".strip(),
        "facts": [
            ("Read", str(read.id)),
            ("Captured", f"{days.format_time(read.captured_at)} ({read.captured_at.isoformat()})"),
            ("Camera", f"{read.camera}, reader {stored.reader}"),
            ("Place", read_place(read) + point),
            ("Confidence", f"{read.confidence:.0%}"),
            ("SHA-256, vehicle", read.context_sha256),
            ("SHA-256, plate", read.plate_sha256),
        ],
        # Numbers, since Typst reads no other form of bytes from its data.
        "pictures": [
            (name, list(small)) for name, original in pictures.items() if (small := small_copy(original))
        ],
    }


@enforces("6.e.iii/marked")
def report_of(
    title: str,
    facts: Sequence[tuple[str, str]],
    alerts: Sequence[dict[str, Any]],
    reads: Sequence[dict[str, Any]],
    chain: Chain,
) -> dict[str, Any]:
    """What the template prints; of a long chain as much as a report has."""
    rows = rows_of(chain.events)
    left_out = [
        f"{words} The package's own record of custody has all of them." for words in left_out_of(chain, rows)
    ]
    return {
        "title": title,
        "facts": facts,
        "contents": CONTENTS,
        "alerts": alerts,
        "reads": reads,
        "custody": [printed_row(row) for row in rows],
        "gaps": [*chain.gaps, *left_out],
        "withheld": chain.withheld_words,
    }
