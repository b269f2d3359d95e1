"""What a new hub needs before its first alert rings, and before it goes live, and how far it is: by what is
there, not by what was clicked."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward.core.jobs.health import parts
from plateward.field.fleet.models import Deployment, Reader
from plateward.field.hotlists.models import Entry
from plateward.ground import clock
from plateward.people.access.standing import holders
from plateward.people.http import person_of
from plateward.people.models import Unit
from plateward.people.navigation import Viewer
from plateward.people.permissions import Role
from plateward.people.waiting import Matter, Waiting
from plateward.web.system import rows_of
from plateward.work.alerts.models import Alert


@dataclass(frozen=True)
class FirstStep:
    """One thing to set up. `page`, `route`: where that is done; empty if it is done elsewhere; `how`: what to do."""

    title: str
    how: str
    page: str
    route: str
    done: bool


def first_steps() -> Iterator[FirstStep]:
    """In the order in which each needs the ones before it; the last is an alert that rang."""
    now = clock.now()
    readers = Reader.objects.filter(revoked_at=None)
    yield FirstStep(
        "Districts and units",
        "Add the agency's districts, and the units in them. They limit what people see.",
        "Districts and units",
        "people:places",
        Unit.objects.exists(),
    )
    yield FirstStep(
        "People with access",
        "Add or import people, at least an officer and a supervisor. A second person approves each access, and "
        "training is recorded before it counts (clauses 6.b.i.8, 6.d.i).",
        "People",
        "people:index",
        all(holders(now, role=role).exists() for role in (Role.OFFICER, Role.SUPERVISOR)),
    )
    yield FirstStep(
        "A hot list",
        "Add a list, describe the format of its file, and import it.",
        "Hot lists",
        "hotlists:index",
        Entry.objects.in_force().exists(),
    )
    yield FirstStep(
        "A reader",
        "Enroll a reader from the hub's command line (plateward fleet grant), and give it to a unit.",
        "Readers",
        "fleet:index",
        readers.filter(unit__isnull=False).exists(),
    )
    yield FirstStep(
        "Where it records",
        "Record its deployment: its place and public view, or the court order (clause 6.a.ii.1). Other reads are "
        "dropped.",
        "Placements",
        "placements:index",
        Deployment.objects.in_force(now).exists(),
    )
    yield FirstStep(
        "Reads come in",
        "Start the reader. Its page shows when it was last heard, and its start-of-shift check.",
        "Readers",
        "fleet:index",
        readers.filter(reads__gt=0).exists(),
    )
    yield FirstStep(
        "An alert rings",
        "Have an officer request an entry for a test plate under the test's own case number, and a supervisor approve "
        "it. Take the plate past the reader: the officer sees and hears the alert (clause 5.b).",
        "",
        "",
        _has_rung(),
    )


def _open_steps(_: Viewer) -> Waiting:
    """Until the first alert rang; what is missing later is not the first setup, and other pages say it."""
    if _has_rung():
        return Waiting()
    return Waiting(sum(not step.done for step in first_steps()))


MATTERS = (Matter("first_steps", "Setup steps to do", _open_steps),)


def _has_rung() -> bool:
    return Alert.objects.filter(rings=True, historical=False).exists()


@require_GET
def show_first_steps(request: HttpRequest) -> HttpResponse:
    """The guide. Context: steps; done, how many; next_step, the first that is not; rows, the parts that must be green
    before the hub goes live. Nothing in it is protected."""
    steps = list(first_steps())
    open_steps = [step for step in steps if not step.done]
    context = {
        "steps": steps,
        "done": len(steps) - len(open_steps),
        "next_step": open_steps[0] if open_steps else None,
        "rows": rows_of([part for part in parts() if part.before_live], person_of(request)),
    }
    return render(request, "web/first_steps.html", context)
