"""A case sheet leaves: with its person's name on every page and picture, and on the log before it does."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any
from uuid import uuid4

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.pages.pdf import export_pdf
from plateward.field.reads.pictures import small_copy
from plateward.field.reads.store import StoredRead
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.decision import Allow, Decision, Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.work.alerts.leaving import Release, may_take_along
from plateward.work.alerts.models import Alert, Disposition, Sighting
from plateward.work.alerts.stored import DESTROYED, StoreAnswer, read_or_why
from plateward.work.dispatch.models import CallAlert
from plateward.work.evidence.custody.copies import digest_of, marked_image
from plateward.work.evidence.package.records import Recorder, load_alerts
from plateward.work.evidence.package.report import alert_section, read_section

Fact = tuple[str, str]


@enforces("6.e.iii/vetted")
def sheet_of(number: int, of_case: Sequence[Fact], reads: Sequence[StoredRead]) -> dict[str, Any]:
    """The template's data, without pictures and what is missing. `of_case`: what heads it; `reads`: those that are
    kept, in order."""
    (alert,) = load_alerts([number])
    own = next((stored.read for stored in reads if stored.read.id == alert.read), None)
    return {
        "title": f"Case sheet, alert {alert.pk}",
        "facts": of_case,
        "alert": alert_section(alert, Recorder([alert.pk]).record_of(alert, own)),
        "reads": [read_section(stored, {}) | {"missing": []} for stored in reads],
        "dispatch": _dispatch_facts(alert),
        "dispositions": [list(_disposition_facts(row)) for row in alert.dispositions.all()],
    }


def _dispatch_facts(alert: Alert) -> list[Fact]:
    link: CallAlert | None = getattr(alert, "link", None)
    if link is None:
        return [("Call", "None")]
    call = link.call
    return [
        ("Call", call.number or "No number from CAD yet"),
        ("Opened", f"{days.format_time(call.opened_at)}. {call.origin}"),
        ("Alert added", f"{days.format_time(link.at)} by {link.by or 'the hub'}"),
        ("Units", ", ".join(" ".join(map(str, unit)) for unit in call.units) or "None"),
        ("CAD", str(call.get_cad_display())),
    ]


def _disposition_facts(row: Disposition) -> Iterator[Fact]:
    yield "Outcome", str(row.get_outcome_display())
    yield "Closed", f"{row.by}, {days.format_time(row.at)}"
    for action in row.actions.all():
        yield "Enforcement", str(action)
    if row.enforcement:
        yield "Enforcement", row.enforcement
    if row.persons_stopped is not None:
        yield "Persons stopped", str(row.persons_stopped)
    if row.force_used is not None:
        yield "Force", row.force if row.force_used else "None was used"
    if row.recovered is not None:
        yield "Property recovered", row.recovery if row.recovered else "None"
    if row.notified_for:
        yield "Notified for", row.notified_for
    yield "Narrative", row.narrative
    if review := getattr(row, "review", None):
        said = f": {review.words}" if review.words else ""
        yield (
            "Returned" if review.returned else "Accepted",
            f"{review.by}, {days.format_time(review.at)}{said}",
        )


TEMPLATE = "work/evidence/templates/case_sheet/sheet.typ"
MOST_PICTURED = 4  # reads of an alert: its own, and the next
NAMES = {"context": "The vehicle", "plate": "The plate"}


@enforces("6.e.iv.3/plate")
def may_print(alert: Alert) -> Decision:
    """The entry is seen once a person has read the plate from the image."""
    if getattr(alert, "confirmation", None) is None:
        return Refusal(
            "6.e.iv.3",
            "The plate of this alert is not confirmed yet.",
            "Confirm it on the alert's page first.",
        )
    return Allow()


def may_leave_with(answers: Iterable[StoreAnswer]) -> Decision:
    """A sheet lacks what is destroyed or lost, and nothing else."""
    if any(answer.away for answer in answers):
        return Refusal(
            "6.h.iv",
            "The store of this alert's reads does not answer.",
            "Nothing was printed. Try again in a minute; if it persists, notify the ALPR administrator.",
        )
    return Allow()


@enforces(
    "6.h.iv/custody",
    "6.e.iii/marked",
    "6.h.iii/approval",
    "6.b.i.9/entries",
    "6.b.i.9/first",
    "6.b.i.11/contained",
    "6.e.ii/report",
)
def print_sheet(actor: PersonActor, alert: Alert, release: Release) -> bytes:
    """The PDF. Raises Refused, also while exports are stopped or the read store does not answer;
    LogUnavailable, and then nothing leaves. What of its reads and pictures is destroyed or lost, the sheet says."""
    number, use = release.number, release.why
    for decision in (may_print(alert), may_take_along(release, clock.now())):
        _require(actor, alert, use, decision)
    seen: list[Alert | Sighting] = [alert, *alert.sightings.all()]
    answers = [(each, read_or_why(each)) for each in seen[:MOST_PICTURED]]
    _require(actor, alert, use, may_leave_with(answer for _, answer in answers))
    reads = [answer.kept for _, answer in answers if answer.kept]
    missing = [
        f"The read of {days.format_time(each.captured_at)} is not shown. {answer.missing or DESTROYED}"
        for each, answer in answers
        if answer.kept is None
    ]
    copy = uuid4().hex[:12]
    mark = f"{actor.name} ({actor.id}) · {days.format_time(clock.now())} · copy {copy}"
    of_case = [
        ("CAD or case number", number),
        ("For", use),
        ("Reads", f"{len(seen)}, {len(reads)} shown here"),
    ]
    data = sheet_of(alert.pk, of_case, reads) | {"missing": missing}
    printed = {
        f"read:{stored.read.id}": _add_pictures(section, stored, mark)
        for section, stored in zip(data["reads"], reads, strict=True)
    }
    pictures = [picture for those in printed.values() for picture in those]
    return export_pdf(
        actor,
        Event.ALERT_PRINT,
        f"alert:{alert.pk}",
        TEMPLATE,
        data,
        mentions=[read for read, those in printed.items() if those],
        reason=use,
        notes={
            "copy": copy,
            "number": number,
            **release.notes,
            "image": "both" if pictures else None,
            "reads": len(reads),
            "pictures": pictures,
        },
    )


def _require(actor: PersonActor, alert: Alert, use: str, decision: Decision) -> None:
    if isinstance(decision, Refusal):
        with act(actor, Event.ALERT_PRINT, f"alert:{alert.pk}", reason=use):
            require(decision)


def _add_pictures(section: dict[str, Any], stored: StoredRead, mark: str) -> list[str]:
    """Puts marked copies into a read's section, or why there is none. Returns what the log notes of each copy."""
    noted = []
    for which, name in NAMES.items():
        small, why = _copy(stored, which, mark)
        if small:
            section["pictures"].append((name, list(small)))  # numbers: Typst reads no other form of bytes
            original = digest_of(stored, which)
            noted.append(f"{which} of {stored.read.id}: {sha256(small).hexdigest()}, original {original}")
        else:
            section["missing"].append(f"{name} is not shown. {why}".strip())
    return noted


def _copy(stored: StoredRead, which: str, mark: str) -> tuple[bytes, str]:
    """A marked copy of one picture, made small; or none, and why. The rest is on record all the same."""
    try:
        return small_copy(marked_image(stored, which, mark)) or b"", ""
    except PlatewardError as error:
        return b"", str(error)
