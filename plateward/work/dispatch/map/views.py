"""What is on the map for a person, and where: its page, and its list, for which an open page asks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_GET

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.field.fleet.checks.hub_facts import SILENT_AFTER
from plateward.field.fleet.models import Deployment, Reader
from plateward.field.fleet.placements.models import DeploymentArea
from plateward.field.fleet.reach import readers_for
from plateward.field.fleet.where import Basis
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Change
from plateward.work.alerts.queue.shown import most_urgent
from plateward.work.alerts.routing.models import Whereabouts
from plateward.work.alerts.routing.presence import page_recipient

MAX_ALERTS = 50  # the newest
FRESH = timedelta(minutes=15)  # a place from before is shown with its time
# What of an alert's summary is on the page.
ALERT_FIELDS = (
    "number",
    "priority",
    "reason_text",
    "source",
    "camera",
    "where",
    "stage_text",
    "escalated",
    "handled",
    "last",
    "equipment",
    "recalled",
    "acknowledged",
)


@dataclass(frozen=True)
class Place:
    """Degrees of WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True)
class ReaderPlace:
    """A reader and where it last saw a plate. `known`: whether the person may open its page; `since`: when it was
    there, if that is a while ago."""

    reader: Reader
    state: str
    place: Place | None
    since: datetime | None
    known: bool


@dataclass(frozen=True)
class DeploymentPlace:
    """A deployment in public view, its area, if somebody drew it, and the center of that."""

    deployment: Deployment
    area: DeploymentArea | None
    place: Place | None


@dataclass(frozen=True)
class MapRows:
    """All that is on the map: alerts as the queue says them. `more`: how many open ones, less urgent, are not."""

    alerts: list[dict[str, Any]]
    more: int
    readers: list[ReaderPlace]
    deployments: list[DeploymentPlace]

    @property
    def fingerprint(self) -> str:
        """Changes with what is shown; a vehicle that stands, or goes less than some ten meters, changes nothing."""
        alerts = [[alert[name] for name in ALERT_FIELDS] for alert in self.alerts]
        readers = [
            [
                *(row.reader.pk, row.reader.unit_id, row.reader.malfunction, row.state, row.since),
                row.place and (round(row.place.lat, 4), round(row.place.lon, 4)),
            ]
            for row in self.readers
        ]
        deployments = [(row.deployment.pk, row.deployment.until) for row in self.deployments]
        return repr((alerts, self.more, readers, deployments))


def readers_on_map(person: Person) -> QuerySet[Reader]:
    """All, for those at the dispatch console, which lists the units on the road; for others those that they see."""
    if Permission.DISPATCH_VIEW in person.permissions:
        return Reader.objects.select_related("unit")
    return readers_for(person)


@enforces("6.c.ii/lists")
def rows_for(person: Person) -> MapRows:
    """What this person may see of it now."""
    open_now = alerts_for(person).filter(historical=False).exclude(stage=Stage.CLOSED)
    alerts = most_urgent(page_recipient(person), open_now, 0, MAX_ALERTS)
    return MapRows(
        alerts,
        open_now.count() - len(alerts) if len(alerts) == MAX_ALERTS else 0,
        _reader_places(person),
        _deployment_places(person),
    )


@enforces("6.a.ii.1/basis", "6.c.ii/cases")
def _deployment_places(person: Person) -> list[DeploymentPlace]:
    """Those in public view that are in force, of the readers that are on the map. A court order's place is for those
    who see placements."""
    in_force = Deployment.objects.in_force(clock.now()).filter(basis=Basis.PUBLIC_VIEW)
    of_them = in_force.filter(reader__in=readers_on_map(person)).select_related("reader__unit", "area")
    rows = []
    for deployment in of_them.order_by("place", "pk"):
        area = getattr(deployment, "area", None)
        rows.append(DeploymentPlace(deployment, area, Place(area.lat, area.lon) if area else None))
    return rows


def _reader_places(person: Person) -> list[ReaderPlace]:
    now = clock.now()
    readers = list(readers_on_map(person).filter(revoked_at=None).order_by("unit__name", "name"))
    known = set(readers_for(person).values_list("pk", flat=True))
    where = {row.reader_id: row for row in Whereabouts.objects.filter(reader__in=readers)}
    rows = []
    for reader in readers:
        silent = reader.last_seen_at is None or reader.last_seen_at < now - SILENT_AFTER
        last = where.get(reader.pk)
        rows.append(
            ReaderPlace(
                reader,
                "malfunction" if reader.malfunction_at else "silent" if silent else "connected",
                Place(last.lat, last.lon) if last else None,
                last.at if last and last.at < now - FRESH else None,
                reader.pk in known,
            )
        )
    return rows


@require_GET
@enforces("6.b.i.9/entries")
def show_map(request: HttpRequest) -> HttpResponse:
    """The page; its list is the map's data. `after`: where the stream continues."""
    # First: a change made while the rest is read comes later and so reaches the open page.
    after = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = rows_for(person_of(request))
    return render(request, "dispatch/map.html", {**_recorded(request, rows), "after": after})


@require_GET
@enforces("6.b.i.9/first")
def show_list(request: HttpRequest) -> HttpResponse:
    """For an open page: the list as it is now, or nothing if the page has it already, so that it shows nothing that is
    not on the log."""
    rows = rows_for(person_of(request))
    if constant_time_compare(_fingerprint(request, rows), request.GET.get("shown", "")):
        return HttpResponse(status=204)
    return render(request, "dispatch/map_list.html", _recorded(request, rows))


@enforces("6.b.i.9/entries")
def _recorded(request: HttpRequest, rows: MapRows) -> dict[str, Any]:
    """The list's context, after logging which alerts, readers and deployments it shows."""
    alerts = [alert["number"] for alert in rows.alerts]
    readers = [row.reader.pk for row in rows.readers]
    deployments = [row.deployment.pk for row in rows.deployments]
    record(
        actor_of(request), Event.ALERT_VIEW, "map", alerts=alerts, readers=readers, deployments=deployments
    )
    return {"rows": rows, "fingerprint": _fingerprint(request, rows)}


def _fingerprint(request: HttpRequest, rows: MapRows) -> str:
    """Of what is shown, within this session; nobody else can guess it."""
    return salted_hmac("dispatch.map", f"{request.session.session_key}\n{rows.fingerprint}").hexdigest()
