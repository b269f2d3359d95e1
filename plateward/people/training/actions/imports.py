"""A CSV file of records: previewed, then applied in one act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.pages import uploads
from plateward.pages.csv_import import NotACsvFile, RejectedLine
from plateward.pages.models import Upload
from plateward.pages.uploads import Preview
from plateward.people import days
from plateward.people.courses.models import Course, Record
from plateward.people.courses.record_csv import (
    COLUMNS,
    ParsedRecords,
    RecordLookups,
    RecordRow,
    parse_records,
)
from plateward.people.models import Person
from plateward.policy.trace import enforces

BATCH = 2000
PURPOSE = "training records"
RecordFacts = tuple[str, Decimal | None, str]


@dataclass(frozen=True)
class ImportChange:
    """What a file does: rows that become records, rows that are records already, and rejected lines."""

    added: tuple[RecordRow, ...]
    unchanged: tuple[RecordRow, ...]
    rejected: tuple[RejectedLine, ...]


def compare_with_records(
    parsed: ParsedRecords, there: Mapping[tuple[int, int, date], RecordFacts]
) -> ImportChange:
    """Compare a file with the records that stand. Pure. It never overwrites a record that differs."""
    added, unchanged, rejected = [], [], list(parsed.rejections)
    for row in parsed.rows:
        if row.key not in there:
            added.append(row)
        elif there[row.key] == row.facts:
            unchanged.append(row)
        else:
            issuer = there[row.key][0]
            problem = (
                f"a record of this course and day, by {issuer}, says something else: withdraw that one first"
            )
            rejected.append(
                RejectedLine(
                    row.line, f"{row.person_name},{row.code},{row.completed_on},{row.issuer}", problem
                )
            )
    return ImportChange(
        tuple(added), tuple(unchanged), tuple(sorted(rejected, key=lambda rejection: rejection.line))
    )


@enforces("6.b.i.4")
def preview_file(actor: Actor, file_name: str, content: bytes) -> Preview[ImportChange]:
    """Preview a file's changes; nothing counts yet. Raises NotACsvFile."""
    with act(actor, Event.TRAINING_PREVIEW, f"file:{uploads.safe_name(file_name)}") as entry:
        changed = _change_of(content)
        upload = uploads.keep(actor, PURPOSE, file_name, content, COLUMNS)
        entry.note(sha256=upload.sha256, **_counts(changed))
    return Preview(upload, changed)


@enforces("6.b.i.4", "6.d.i")
def apply_records(actor: Actor, upload: Upload) -> ImportChange:
    """Make records of the file's rows, as they stand now. Raises UploadGone, NotACsvFile."""
    with act(actor, Event.TRAINING_IMPORT, f"file:{upload}") as entry:
        changed = _change_of(uploads.claim(upload))
        if not changed.added:
            raise NotACsvFile(f"{upload} holds no record that is new. Nothing was changed.")
        Record.objects.bulk_create(
            (
                Record(
                    person_id=row.person,
                    course_id=row.course,
                    issuer=row.issuer,
                    completed_on=row.completed_on,
                    score=row.score,
                    document=row.document,
                    upload=upload,
                    recorded_by=actor.key,
                )
                for row in changed.added
            ),
            batch_size=BATCH,
        )
        entry.note(sha256=upload.sha256, **_counts(changed))
    return changed


def _counts(changed: ImportChange) -> dict[str, int]:
    return {
        "added": len(changed.added),
        "unchanged": len(changed.unchanged),
        "rejected": len(changed.rejected),
    }


def _change_of(content: bytes) -> ImportChange:
    people = list(Person.objects.order_by().values_list("pk", "badge", "username"))
    lookups = RecordLookups(
        {badge: pk for pk, badge, _ in people},
        {username: pk for pk, _, username in people},
        dict(Course.objects.order_by().values_list("code", "pk")),
        days.today(),
    )
    parsed = parse_records(content, lookups)
    named = {row.person for row in parsed.rows}
    there = {
        (person, course, day): (issuer, score, document)
        for person, course, day, issuer, score, document in Record.objects.filter(withdrawn_at=None)
        .order_by()
        .values_list("person_id", "course_id", "completed_on", "issuer", "score", "document")
        if person in named
    }
    return compare_with_records(parsed, there)
