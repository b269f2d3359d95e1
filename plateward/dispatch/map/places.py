"""What is on the map for a person, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from plateward import clock
from plateward.alerts.audience.alerts import alerts_for
from plateward.alerts.facts import Stage
from plateward.alerts.models import Alert, Sighting
from plateward.alerts.queue.seen import last_sighting
from plateward.alerts.queue.summary import for_summaries, summaries
from plateward.alerts.routing.models import Whereabouts
from plateward.fleet.checks.hub_facts import SILENT_AFTER
from plateward.fleet.models import Deployment, Reader
from plateward.fleet.placements.models import DeploymentArea
from plateward.fleet.reach import readers_for
from plateward.fleet.where import Basis
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.trace import enforces

MAX_ALERTS = 50  # the newest
FRESH = timedelta(minutes=15)  # a place from before is shown with its time
# What of an alert's summary is on the page.
ALERT_FIELDS = (
    "number",
    "priority",
    "reason_text",
    "source",
    "camera",
    "stage_text",
    "escalated",
    "last",
    "equipment",
    "recalled",
)


@dataclass(frozen=True)
class Place:
    """Degrees of WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True)
class AlertPlace:
    """An open alert, as the queue says it, and the last sighting of its vehicle."""

    words: dict[str, Any]
    last: Alert | Sighting

    @property
    def place(self) -> Place | None:
        """Where that was, if its reader knew and the read is still kept."""
        return Place(*self.words["place"]) if self.words["place"] else None


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
    """All that is on the map. `more`: how many open alerts are not, as they are older."""

    alerts: list[AlertPlace]
    more: int
    readers: list[ReaderPlace]
    deployments: list[DeploymentPlace]

    @property
    def fingerprint(self) -> str:
        """Changes with what is shown; a vehicle that stands, or goes less than some ten meters, changes nothing."""
        alerts = [
            ([row.words[name] for name in ALERT_FIELDS], row.words["acknowledged"]) for row in self.alerts
        ]
        readers = [
            [
                *(row.reader.pk, row.reader.unit_id, row.reader.malfunction, row.state, row.since),
                row.place and (round(row.place.lat, 4), round(row.place.lon, 4)),
            ]
            for row in self.readers
        ]
        deployments = [(row.deployment.pk, row.deployment.until) for row in self.deployments]
        return repr((alerts, self.more, readers, deployments))


@enforces("6.c.ii")
def readers_on_map(person: Person) -> QuerySet[Reader]:
    """All, for those at the dispatch console, which lists the units on the road; for others those that they see."""
    if Permission.DISPATCH_VIEW in person.permissions:
        return Reader.objects.select_related("unit")
    return readers_for(person)


@enforces("5.b", "6.c.ii")
def rows_for(person: Person) -> MapRows:
    """What this person may see of it now."""
    open_now = alerts_for(person).filter(historical=False).exclude(stage=Stage.CLOSED)
    alerts = list(for_summaries(open_now)[:MAX_ALERTS])
    return MapRows(
        _alert_places(alerts),
        open_now.count() - len(alerts) if len(alerts) == MAX_ALERTS else 0,
        _reader_places(person),
        _deployment_places(person),
    )


@enforces("6.a.ii.1", "6.c.ii")
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


def _alert_places(alerts: Sequence[Alert]) -> list[AlertPlace]:
    return [
        AlertPlace(words, last_sighting(alert))
        for alert, words in zip(alerts, summaries(alerts), strict=True)
    ]


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
