"""Records made one by one, withdrawn if wrong, or taken from a CSV file: previewed, then applied in one act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_row
from plateward.core.pages import uploads
from plateward.core.pages.csv_import import NotACsvFile, ParsedFile, RejectedLine
from plateward.core.pages.models import Upload
from plateward.core.pages.uploads import Preview
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.standing import keeps_an_administrator
from plateward.people.models import Person
from plateward.people.training import rules
from plateward.people.training.models import Course, Record
from plateward.people.training.record_csv import (
    COLUMNS,
    RecordFacts,
    RecordKey,
    RecordLookups,
    RecordRow,
    parse_records,
)

BATCH = 2000
PURPOSE = "training records"


@enforces("6.b.i.4/records", "6.d.i/before")
def record_course(
    actor: Actor,
    person: Person,
    course: Course,
    *,
    issuer: str,
    completed_on: date,
    score: Decimal | None = None,
    document: str = "",
) -> Record:
    """Record that a person has taken a course, on a day of the agency's. Raises Refused."""
    with act(actor, Event.TRAINING_RECORD, f"person:{person.username}") as entry:
        require(rules.may_record_course(issuer, completed_on, days.today(), score, course.pass_mark))
        lock_row(person)  # two people record the same at once
        there = Record.objects.filter(
            person=person, course=course, completed_on=completed_on, withdrawn_at=None
        )
        require(rules.is_new_record(there.exists(), completed_on))
        entry.note(course=course.code, issuer=issuer, completed_on=str(completed_on), document=document)
        entry.note(
            score=None if score is None else str(score), passed=rules.has_passed(score, course.pass_mark)
        )
        return Record.objects.create(
            person=person,
            course=course,
            issuer=issuer.strip(),
            completed_on=completed_on,
            score=score,
            document=document.strip(),
            recorded_by=actor.key,
        )


@enforces("AT-4/kept", "6.b.i/designation")
def withdraw_record(actor: Actor, made: Record, reason: str) -> None:
    """A wrong record stops counting from now on; it stays, with the reason. Raises Refused."""
    with act(actor, Event.TRAINING_WITHDRAW, f"person:{made.person.username}", reason=reason) as entry:
        locked = lock_row(made, "course")
        require(rules.may_withdraw_record(reason, locked.withdrawn_at is not None))
        entry.note(record=locked.pk, course=locked.course.code, completed_on=str(locked.completed_on))
        with keeps_an_administrator():
            locked.withdrawn_at, locked.withdrawn_by = clock.now(), actor.key
            locked.withdrawn_reason = reason.strip()
            locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


@dataclass(frozen=True)
class ImportChange:
    """What a file does: rows that become records, rows that are records already, and rejected lines."""

    added: list[RecordRow]
    unchanged: list[RecordRow]
    rejected: list[RejectedLine]

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(lines) for name, lines in vars(self).items()}


def compare_with_records(
    parsed: ParsedFile[RecordRow], there: Mapping[RecordKey, RecordFacts]
) -> ImportChange:
    """Compare a file with the records that stand. Pure. It never overwrites a record that differs."""
    added, unchanged, rejected = [], [], list(parsed.rejections)
    for row in parsed.rows:
        if row.key not in there:
            added.append(row)
        elif there[row.key] == row.facts:
            unchanged.append(row)
        else:
            text = f"{row.person_name},{row.code},{row.completed_on},{row.issuer}"
            problem = f"a record of this course and day, by {there[row.key][0]}, says something else"
            rejected.append(RejectedLine(row.line, text, f"{problem}: withdraw that one first"))
    return ImportChange(added, unchanged, sorted(rejected))


@enforces("6.b.i.4/records")
def preview_file(actor: Actor, file_name: str, content: bytes) -> Preview[ImportChange]:
    """Preview a file's changes; nothing counts yet. Raises NotACsvFile."""
    with act(actor, Event.TRAINING_PREVIEW, f"file:{uploads.safe_name(file_name)}") as entry:
        changed = _change_of(content)
        upload = uploads.keep(actor, PURPOSE, file_name, content, COLUMNS)
        entry.note(sha256=upload.sha256, **changed.counts)
    return Preview(upload, changed)


@enforces("6.b.i.4/records", "6.d.i/before")
def apply_records(actor: Actor, upload: Upload) -> ImportChange:
    """Make records of the file's rows, as they stand now. Raises UploadGone, NotACsvFile."""
    with act(actor, Event.TRAINING_IMPORT, f"file:{upload}") as entry:
        changed = _change_of(uploads.claim(upload))
        if not changed.added:
            raise NotACsvFile(f"{upload} has no new records. Nothing was changed.")
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
        entry.note(sha256=upload.sha256, **changed.counts)
    return changed


def _change_of(content: bytes) -> ImportChange:
    people = list(Person.objects.order_by().values_list("pk", "badge", "username"))
    lookups = RecordLookups(
        {badge: pk for pk, badge, _ in people},
        {username: pk for pk, _, username in people},
        {code: (pk, mark) for code, pk, mark in Course.objects.values_list("code", "pk", "pass_mark")},
        days.today(),
    )
    parsed = parse_records(content, lookups)
    named = {row.person for row in parsed.rows}
    columns = ("person_id", "course_id", "completed_on", "issuer", "score", "document")
    records = Record.objects.filter(withdrawn_at=None).order_by().values_list(*columns)
    return compare_with_records(parsed, {row[:3]: row[3:] for row in records if row[0] in named})
