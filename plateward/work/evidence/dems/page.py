"""What pages show about DEMS duties."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plateward.core.db.any_row import AnyRow
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts.models import Alert
from plateward.work.alerts.signals import HistoryLine
from plateward.work.evidence.dems import duties as duties_of
from plateward.work.evidence.dems.duties import is_reviewer
from plateward.work.evidence.dems.models import Duty, DutyQuerySet, DutyStep
from plateward.work.evidence.dems.rules import OWNERS_TURN, DutyStepKind

RECENT = 20
ANY_OPEN = AnyRow(Duty.objects.open)


@dataclass(frozen=True)
class DutyCounts:
    """How many wait for a person's own act, and by when the first is due; how many are overdue: their own, and their
    people's."""

    waits: int = 0
    due: datetime | None = None
    overdue: int = 0
    theirs_overdue: int = 0


def with_standing() -> DutyQuerySet:
    """All duties with what their standing depends on, earliest due date first."""
    return Duty.objects.prefetch_related("steps__by", "uploads").order_by("due_at", "pk")


def all_duties() -> DutyQuerySet:
    """All duties with what pages show about them, earliest due date first."""
    return with_standing().select_related("by__unit", "alert__entry__hotlist", "alert__reader")


@enforces("6.a.iv/overdue", "6.e.iv.4/overdue", "6.c.ii/cases")
def open_duties(
    person: Person, duties: Callable[[], DutyQuerySet] = all_duties
) -> tuple[list[Duty], list[Duty]]:
    """Of these, the person's own open ones, and those of people whose alerts they review."""
    if not ANY_OPEN():
        return [], []
    own = list(duties().open().filter(by=person))
    if Permission.ALERT_REVIEW not in person.permissions:
        return own, []
    # Nearly always empty; finding whose alerts a person reviews takes several queries.
    reviewable = duties().open().exclude(by=person)
    return own, list(duties_of.reviewable(person, reviewable)) if reviewable.exists() else []


def ended_duties(person: Person) -> list[Duty]:
    """Those of these that ended recently."""
    past = all_duties().ended().order_by("-pk")
    own = list(past.filter(by=person)[:RECENT])
    looks = Permission.ALERT_REVIEW in person.permissions
    reviewable = list(duties_of.reviewable(person, past)[:RECENT]) if looks else []
    return sorted(own + reviewable, key=lambda duty: -duty.pk)[:RECENT]


def count_duties(person: Person) -> DutyCounts:
    """For every page that this person opens."""
    own, reviewable = open_duties(person, with_standing)
    waits = [duty for duty in own if duty.standing.kind in OWNERS_TURN]
    waits += [
        duty
        for duty in reviewable
        if duty.standing.kind == DutyStepKind.EXPORTED and duty.standing.recorder != person.pk
    ]
    return DutyCounts(
        waits=len(waits),
        due=min((duty.deadline for duty in waits), default=None),
        overdue=sum(duty.overdue for duty in own),
        theirs_overdue=sum(duty.overdue for duty in reviewable),
    )


def state_of(alert: int, person: Person) -> dict[str, Any]:
    """Template context on the page of the alert with this key: dems_duty (None if nothing is due), and whether
    this person may open the duty's page."""
    duty = all_duties().filter(alert=alert).first()
    return {"dems_duty": duty, "may_open_duty": duty is not None and may_open(duty, person)}


@enforces("6.c.ii/cases")
def may_open(duty: Duty, person: Person) -> bool:
    """Whether this person may see a duty: its owner, the recorder of its export, or a reviewer."""
    if person.pk in (duty.by_id, duty.standing.recorder):
        return Permission.ALERT_DISPOSE in person.permissions
    return Permission.ALERT_REVIEW in person.permissions and is_reviewer(person, duty)


def history(alert: Alert) -> list[HistoryLine]:
    """Lines for the alert's history."""
    duty = Duty.objects.filter(alert=alert).prefetch_related("steps__by").first()
    return [_line(step) for step in duty.steps.all()] if duty else []


WORDS = {
    DutyStepKind.EXPORTED: "Exported to DEMS: item {step.item}, under {step.number}",
    DutyStepKind.RETURNED: "Returned the export to DEMS: {step.words}",
    DutyStepKind.STARTED: "Began the export to DEMS, under {step.number}",
    DutyStepKind.ACCEPTED: "Acknowledged the package: item {step.item}, under {step.number}",
    DutyStepKind.REFUSED: "Refused the package: {step.words}",
    DutyStepKind.MISSING: "DEMS export due again. {step.words}",
    DutyStepKind.STOPPED: "Stopped the export to DEMS: {step.words}",
    DutyStepKind.CONFIRMED: "Confirmed in DEMS",
    DutyStepKind.VETTED: "Vetted for {step.number}: {step.words}",
}


def _line(step: DutyStep) -> HistoryLine:
    kind = DutyStepKind(step.kind)
    words = WORDS.get(kind, f"DEMS export due. {kind.label}")
    return HistoryLine(step.at, step.whose, words.format(step=step))
