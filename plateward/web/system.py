"""How the system is, part by part, with what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.jobs.health import Light, Part, Reading, parts, read_all
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.routes import may_open

Row = tuple[Part, Reading, str]


@require_GET
@enforces("6.b.i.3/integrity", "AU-5/told")
def show_system(request: HttpRequest) -> HttpResponse:
    """Every part, the worst first. Context: rows, of `rows_of`; bad and warned, how many are red and amber."""
    record(actor_of(request), Event.INTEGRITY_VIEW, "system")
    rows = rows_of(parts(), person_of(request))
    lights = [reading.light for _, reading, _ in rows]
    context = {"rows": rows, "bad": lights.count(Light.RED), "warned": lights.count(Light.AMBER)}
    return render(request, "web/system.html", context)


def rows_of(some: list[Part], person: Person) -> list[Row]:
    """Each part, how it is, and the route of its page if this person may open that; the worst first."""
    return [
        (part, reading, part.route if part.route and may_open(person, part.route) else "")
        for part, reading in read_all(some)
    ]
