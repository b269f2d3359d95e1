"""The home page: what waits for the person, what is new, the readers of their unit, and how the system is.

Each room declares its part (people/waiting.py), which is there only for those who may open what it leads to."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.jobs.health import parts
from plateward.field.fleet.overview import navigation as fleet
from plateward.field.hotlists.overview import navigation as hotlists
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.oversight import home as oversight
from plateward.people.documents import navigation as documents
from plateward.people.http import actor_of
from plateward.people.left_out import add_left_out
from plateward.people.navigation import Viewer
from plateward.people.notices.listing import new_notices
from plateward.people.pages import home as people
from plateward.people.routes import may_open
from plateward.people.sharing import home as sharing
from plateward.people.waiting import Matter, Panel, State
from plateward.sharing.records import navigation as records
from plateward.web import first_steps
from plateward.web.context import viewer_of
from plateward.web.system import rows_of
from plateward.work.alerts.page import home as alerts
from plateward.work.dispatch import home as dispatch
from plateward.work.evidence.dems import navigation as dems
from plateward.work.retention import navigation as retention
from plateward.work.searches import navigation as searches

MATTERS: tuple[Matter, ...] = (
    *alerts.MATTERS,
    *dispatch.MATTERS,
    *searches.MATTERS,
    *hotlists.MATTERS,
    *fleet.MATTERS,
    *dems.MATTERS,
    *people.MATTERS,
    *documents.MATTERS,
    *sharing.MATTERS,
    *oversight.MATTERS,
    *retention.MATTERS,
    *records.MATTERS,
    *first_steps.MATTERS,
)
PANELS: tuple[Panel, ...] = (alerts.PANEL, fleet.PANEL, searches.PANEL)


@dataclass(frozen=True)
class WaitingLine:
    """Things of one kind that wait, as the page shows them."""

    label: str
    url: str
    count: int
    state: State


@require_GET
@enforces("6.b.i.8/matrix", "6.b.i.9/entries")
def home(request: HttpRequest) -> HttpResponse:
    """The start page. People who may not work see what they lack instead."""
    viewer = viewer_of(request)
    if viewer is None or not viewer.authorized:
        return redirect("access:mine")
    record(actor_of(request), Event.HOME_VIEW, "home")
    panels = [(panel, panel.look(viewer)) for panel in PANELS if may_open(viewer.person, panel.route)]
    context = {
        "panels": [(panel, shown) for panel, shown in panels if shown],
        "waiting": waiting_lines(viewer),
        "new": new_notices(viewer.person),
        "system": rows_of(
            [part for part in parts() if part.route and may_open(viewer.person, part.route)], viewer.person
        ),
    }
    return render(request, "web/home.html", context)


def waiting_lines(viewer: Viewer) -> list[WaitingLine]:
    """What waits for this person, the most urgent first."""
    now = clock.now()
    every = [(matter, viewer.ask(matter.look)) for matter in MATTERS if may_open(viewer.person, matter.route)]
    add_left_out(viewer.request, viewer.left_out)
    waiting = [(matter, those) for matter, those in every if those.count]
    return [
        WaitingLine(
            matter.label,
            those.link or reverse(matter.page or matter.route),
            those.count,
            those.state(now),
        )
        for matter, those in sorted(waiting, key=lambda pair: pair[1].urgency(now))
    ]
