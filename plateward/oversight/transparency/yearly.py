"""SB 40's yearly report: asked for by the administrator, counted from the log by a job, approved by the Chief. And the
reports of other agencies, from files."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings

from plateward.core.audit.actor import HUB, Actor
from plateward.core.audit.events import Event
from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row, lock_row
from plateward.core.jobs.lease import finish, renew, take
from plateward.core.pages import uploads
from plateward.core.pages.csv_import import RejectedLine
from plateward.core.pages.models import Upload
from plateward.core.pages.uploads import Preview
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.oversight.transparency import deciding
from plateward.oversight.transparency.counting import Span
from plateward.oversight.transparency.models import AgencyReport, YearlyReport
from plateward.oversight.transparency.recording import tally_log
from plateward.oversight.transparency.year_file import COLUMNS, YearReport, read_reports
from plateward.people import days
from plateward.people.actor import PersonActor

LEASE = timedelta(minutes=2)
PURPOSE = "yearly reports"


@enforces("SB40.report/yearly")
def ask_report(actor: PersonActor, year: int) -> YearlyReport:
    """Have a year counted. Raises Refused."""
    with act(actor, Event.YEARLY_ASK, f"year:{year}"):
        counting = YearlyReport.objects.filter(year=year, counted_at=None).exists()
        require(deciding.may_count(year, days.today(), counting=counting))
        return YearlyReport.objects.create(year=year, asked_by=actor.person)


@enforces("SB40.report/yearly")
def count_asked() -> None:
    """Count what was asked for, on the node that has the lease."""
    for report in take(YearlyReport.objects.filter(counted_at=None), LEASE):
        head = sign_head().head
        tally = tally_log(
            Span.of_year(report.year, ZoneInfo(settings.TIME_ZONE)), partial(_note_progress, report)
        )
        with act(HUB, Event.YEARLY_COUNT, f"year:{report.year}") as entry:
            figures = tally.figures()
            entry.note(report=report.pk, size=head.size, root=head.root)
            finish(report, figures=figures, size=head.size, root=head.root, counted_at=clock.now())


def _note_progress(report: YearlyReport, done: int) -> None:
    renew(report, LEASE, done=done)


@enforces("SB40.report/yearly")
def approve_report(actor: PersonActor, report: YearlyReport) -> None:
    """The Chief approves what was counted. Raises Refused."""
    with act(actor, Event.YEARLY_APPROVE, f"year:{report.year}") as entry:
        report = lock_row(report)
        require(
            deciding.may_approve(
                counted=report.counted_at is not None,
                approved=report.approved_at is not None,
                own=report.asked_by_id == actor.person.pk,
            )
        )
        entry.note(report=report.pk)
        change_row(report, approved_by=actor.person, approved_at=clock.now())


def document_of(report: YearlyReport) -> YearReport:
    """The report in the public schema."""
    return YearReport(
        agency=settings.AGENCY_NAME or settings.AGENCY_ORI,
        ori=settings.AGENCY_ORI,
        year=report.year,
        figures=report.figures,
        time_zone=settings.TIME_ZONE,
        log={"entries": report.size, "root": report.root},
    )


@dataclass(frozen=True)
class ReportsChange:
    """What a file does: reports that are new, that replace an earlier one, that are known; and rejected lines."""

    new: list[YearReport]
    replaced: list[YearReport]
    unchanged: list[YearReport]
    rejected: list[RejectedLine]

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(lines) for name, lines in vars(self).items()}


@enforces("SB40.report/state")
def preview_reports(actor: Actor, file_name: str, content: bytes) -> Preview[ReportsChange]:
    """Preview a file's reports; nothing counts yet. Raises NotACsvFile."""
    with act(actor, Event.YEARLY_PREVIEW, f"file:{uploads.safe_name(file_name)}") as entry:
        change = _change_of(*read_reports(content))
        upload = uploads.keep(actor, PURPOSE, file_name, content, COLUMNS)
        entry.note(sha256=upload.sha256, **change.counts)
    return Preview(upload, change)


@enforces("SB40.report/state")
def apply_reports(actor: PersonActor, upload: Upload) -> ReportsChange:
    """Keep the file's reports, as they stand now. Raises UploadGone, NotACsvFile."""
    with act(actor, Event.YEARLY_IMPORT, f"file:{upload}") as entry:
        change = _change_of(*read_reports(uploads.claim(upload)))
        AgencyReport.objects.bulk_create(
            AgencyReport(
                year=one.year,
                agency=one.agency,
                ori=one.ori,
                figures=one.figures,
                sha256=upload.sha256,
                by=actor.person,
            )
            for one in [*change.new, *change.replaced]
        )
        entry.note(sha256=upload.sha256, **change.counts)
    return change


def _change_of(reports: list[YearReport], rejected: list[RejectedLine]) -> ReportsChange:
    change = ReportsChange([], [], [], rejected)
    known = {
        (row.ori, row.year): row
        for row in AgencyReport.objects.filter(year__in={one.year for one in reports})
    }
    for one in reports:
        before = known.get((one.ori, one.year))
        if before is None:
            change.new.append(one)
        elif (before.agency, before.figures) == (one.agency, one.figures):
            change.unchanged.append(one)
        else:
            change.replaced.append(one)
    return change


def reports_of(year: int) -> list[AgencyReport]:
    """The latest report of each agency for a year, by name."""
    latest = {row.ori: row for row in AgencyReport.objects.filter(year=year)}
    return sorted(latest.values(), key=lambda row: row.agency)
