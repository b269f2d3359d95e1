"""What a case sheet says of an alert: what was read, the entry, who did what and when, how it ended."""

from collections.abc import Iterator, Sequence
from typing import Any

from plateward.field.reads.store import StoredRead
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.dispatch.models import CallAlert
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
    yield "Narrative", row.narrative
    if review := getattr(row, "review", None):
        said = f": {review.words}" if review.words else ""
        yield (
            "Returned" if review.returned else "Accepted",
            f"{review.by}, {days.format_time(review.at)}{said}",
        )
