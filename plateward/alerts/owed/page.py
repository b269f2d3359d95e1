"""What pages show of duties to DEMS."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plateward import clock
from plateward.alerts.models import Alert
from plateward.alerts.owed import actions
from plateward.alerts.owed.models import Duties, Duty, Step
from plateward.alerts.owed.rules import KIND_TEXT, Kind
from plateward.alerts.reviewing.routing import looked_at_by
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces

RECENT = 20


@dataclass(frozen=True)
class Shown:
    """A duty: how it stands, in words; whether it is over its term; and the export recorded last."""

    one: Duty
    told: str
    open: bool
    overdue: bool
    export: Step | None

    @property
    def number(self) -> str:
        """With which it is, or will be, tagged."""
        return self.export.number if self.export else self.one.number


@dataclass(frozen=True)
class Counted:
    """How many wait for a person's own act, and how many are overdue: their own, and their people's."""

    waits: int = 0
    overdue: int = 0
    theirs_overdue: int = 0


def shown(duty: Duty) -> Shown:
    """As pages show it."""
    standing, steps = duty.standing, list(duty.steps.all())
    exports = [one for one in steps if one.kind == Kind.EXPORTED]
    return Shown(
        duty, standing.told, standing.open, standing.overdue(clock.now()), exports[-1] if exports else None
    )


def every() -> Duties:
    """All duties with what pages show of them, what is due first, first."""
    related = ("by__unit", "alert__entry__hotlist", "alert__reader")
    return Duty.objects.select_related(*related).prefetch_related("steps__by").order_by("due_at", "pk")


@enforces("6.a.iv", "6.e.iv.4", "6.c.ii")
def owed(person: Person) -> tuple[list[Shown], list[Shown]]:
    """What this person owes, and what those owe whose alerts they look at."""
    mine = _shown(every().open().filter(by=person))
    looks = Permission.ALERT_REVIEW in person.permissions
    # Nearly always there is nothing; whose alerts one looks at is asked with several questions.
    others = every().open().exclude(by=person) if looks else Duty.objects.none()
    return mine, _shown(looked_at_by(person, others)) if looks and others.exists() else []


def ended(person: Person) -> list[Shown]:
    """What has ended lately of all these."""
    past = every().ended().order_by("-pk")
    mine = _shown(past.filter(by=person)[:RECENT])
    looks = Permission.ALERT_REVIEW in person.permissions
    theirs = _shown(looked_at_by(person, past)[:RECENT]) if looks else []
    return sorted(mine + theirs, key=lambda one: -one.one.pk)[:RECENT]


def _shown(duties: Iterable[Duty]) -> list[Shown]:
    return [shown(one) for one in duties]


def counted(person: Person) -> Counted:
    """For every page of this person."""
    mine, theirs = owed(person)
    return Counted(
        waits=sum(one.one.standing.kind != Kind.EXPORTED for one in mine)
        + sum(_is_to_confirm(one.one, person) for one in theirs),
        overdue=sum(one.overdue for one in mine),
        theirs_overdue=sum(one.overdue for one in theirs),
    )


def _is_to_confirm(duty: Duty, person: Person) -> bool:
    standing = duty.standing
    return standing.kind == Kind.EXPORTED and standing.recorder != person.pk


def of_alert(alert: Alert, person: Person) -> dict[str, Any]:
    """The template's context on the alert's page: owed_here (None where nothing is), and whether this person may open
    its own page."""
    found = every().filter(alert=alert).first()
    return {
        "owed_here": shown(found) if found else None,
        "owed_opens": found is not None and opens(found, person),
    }


@enforces("6.c.ii")
def opens(duty: Duty, person: Person) -> bool:
    """Whether this person may see a duty: the owner, whoever recorded its export, and who looks at such alerts."""
    if person.pk in (duty.by_id, duty.standing.recorder):
        return Permission.ALERT_DISPOSE in person.permissions
    return Permission.ALERT_REVIEW in person.permissions and actions.looks(person, duty)


def history(alert: Alert) -> list[tuple[datetime, str, str]]:
    """Lines for the alert's history."""
    duty = Duty.objects.filter(alert=alert).prefetch_related("steps__by").first()
    if duty is None:
        return []
    return [(one.at, str(one.by), _line(one)) for one in duty.steps.all()]


def _line(one: Step) -> str:
    if one.kind == Kind.EXPORTED:
        return f"Exported it to DEMS: item {one.item}, under {one.number}"
    if one.kind == Kind.RETURNED:
        return f"Returned the export to DEMS: {one.words}"
    return "Saw it in DEMS" if one.kind == Kind.CONFIRMED else f"DEMS export due. {KIND_TEXT[Kind(one.kind)]}"
