"""An alert in the queue: enough to hurry, too little to skip reading the plate (design, decision 9)."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, Prefetch, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime

from plateward.core.db.broken import note_broken
from plateward.field.hotlists.models import Reason
from plateward.field.hotlists.reasons import PRIORITIES, REASONS
from plateward.field.reads.place import read_place
from plateward.ground import clock
from plateward.ground.matching.kinds import MatchKind, StateAgreement
from plateward.ground.places.words import UNKNOWN
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken
from plateward.ground.wire.distance import MILE, meters_between
from plateward.ground.wire.read import Read
from plateward.people.days import format_moment
from plateward.work.alerts import equipment
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Alert, Sighting
from plateward.work.alerts.routing.models import Acknowledgment, Notification
from plateward.work.alerts.routing.rules import NotifyReason, RingFacts
from plateward.work.alerts.stored import reads_of

log = logging.getLogger(__name__)

PAGE_SIZE = 50  # rows on a page of the queue
Row = TypeVar("Row", bound=Model)
One = TypeVar("One", Alert, int)
T = TypeVar("T")
# What comes of a column that holds what the hub never stores.
UNREADABLE = (
    AttributeError,
    LookupError,
    ObjectDoesNotExist,
    SealBroken,
    TypeError,
    ValidationError,
    ValueError,
)
Place = tuple[float, float]  # latitude and longitude, in degrees


@dataclass(frozen=True)
class SeenVehicle:
    """As its reader reported it: "Red pickup", or empty; where it was last, if that is known, and in words; and whether
    there is a picture."""

    words: str = ""
    place: Place | None = None
    where: str = UNKNOWN
    pictured: bool = False


def seen_vehicles(alerts: Iterable[Alert]) -> dict[int, SeenVehicle]:
    """By alert; of one whose read is gone or missing, nothing is known. The place is that of the
    last sighting."""
    every = list(alerts)
    first = {alert.pk: alert.read for alert in every}
    last = {alert.pk: last_sighting(alert) for alert in every}
    reads, _ = reads_of([*every, *last.values()])
    return {pk: _seen(reads.get(read), reads.get(last[pk].read)) for pk, read in first.items()}


def last_sighting(alert: Alert) -> Alert | Sighting:
    """Of this alert's vehicle; the alert itself, if it was seen once."""
    sightings: list[Alert | Sighting] = [alert, *alert.seen_again]
    return max(sightings, key=lambda seen: seen.seen_at)


def _seen(read: Read | None, last: Read | None) -> SeenVehicle:
    vehicle = read.vehicle if read else None
    facts = (vehicle.color, vehicle.kind or vehicle.model) if vehicle else ()
    words = " ".join(fact.value for fact in facts if fact).capitalize()
    position = last.position if last else None
    place = (position.lat, position.lon) if position else None
    return SeenVehicle(words, place, read_place(last), read is not None)


def miles_between(here: Place | None, place: Place | None) -> float | None:
    """How far the vehicle was, when it was last seen, from where the viewer's own unit was last; None: not known."""
    return None if here is None or place is None else meters_between(*here, *place) / MILE


def distance_text(miles: float | None) -> str:
    """That, in words."""
    if miles is None:
        return "Distance unknown"
    return f"{miles:.1f} mi from your unit" if miles < 10 else f"{miles:,.0f} mi from your unit"


def for_summaries(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """Loads all that summaries need in the same few queries, however many alerts there are."""
    # As lists: a related manager builds a queryset per alert, which costs more than the rows. Readers, lists and people
    # are few: each is loaded once, not with every alert.
    return alerts.select_related("entry", "recall", "unanswered", "confirmation__by").prefetch_related(  # type: ignore[no-redef]
        "reader",
        "entry__hotlist",
        Prefetch("sightings", Sighting.objects.prefetch_related("reader"), "seen_again"),
        Prefetch("notifications", Notification.objects.prefetch_related("person"), "notifications_to"),
        Prefetch("acknowledgments", Acknowledgment.objects.prefetch_related("by"), "acknowledged_by"),
    )


@enforces("5.b/reaches")
def load_for_summaries(numbers: Iterable[int]) -> dict[int, Alert]:
    """The alerts with these numbers. One that cannot be read, since it was altered past the hub, keeps no other from
    anybody: it is left out, as `summaries` does."""
    every, stored = list(numbers), for_summaries(Alert.objects.all())
    alerts = {alert.pk: alert for alert in _readable(every, lambda some: stored.in_bulk(some).values())}
    return {number: alerts[number] for number in every if number in alerts}


def _readable(every: Sequence[One], read: Callable[[Sequence[One]], Iterable[T]]) -> list[T]:
    """What is read of all at once; if that fails, of each that can be read."""
    try:
        return list(read(every))
    except UNREADABLE:
        if len(every) > 1:
            return [made for one in every for made in _readable([one], read)]
        one = every[0]
        alert = one if isinstance(one, Alert) else Alert(pk=one)
        log.exception("%s cannot be read: it was altered past the hub. It is left out.", alert)
        note_broken(alert)
        return []


def _loaded(alert: Alert, name: str, rows: QuerySet[Row]) -> list[Row]:
    """These rows of an alert, which `for_summaries` may have loaded under this name; asked once."""
    if name not in vars(alert):
        setattr(alert, name, list(rows))
    loaded: list[Row] = getattr(alert, name)
    return loaded


def _notified(alert: Alert) -> list[Notification]:
    return _loaded(alert, "notifications_to", alert.notifications.select_related("person"))


def _acknowledged(alert: Alert) -> list[Acknowledgment]:
    return _loaded(alert, "acknowledged_by", alert.acknowledgments.select_related("by"))


def summaries(alerts: Iterable[Alert]) -> list[dict[str, Any]]:
    """The `summary` of each alert that can be read, in this order."""
    reasons = Reason.texts()

    def read(some: Sequence[Alert]) -> Iterator[dict[str, Any]]:
        vehicles = seen_vehicles(some)
        return (_summary(alert, reasons, vehicles[alert.pk]) for alert in some)

    return _readable(list(alerts), read)


def summary(alert: Alert, reasons: dict[str, str] = REASONS) -> dict[str, Any]:
    """As JSON for the stream and the page's first rows. `reasons`: their texts, if already known."""
    return _summary(alert, reasons, seen_vehicles([alert])[alert.pk])


@enforces("5.g/source", "6.e.iv.3/plate")
def _summary(alert: Alert, reasons: dict[str, str], vehicle: SeenVehicle) -> dict[str, Any]:
    """It names source and reason, never the plate. `reasons`: their texts, as far as known."""
    recall = getattr(alert, "recall", None)
    times, last = 1 + len(alert.seen_again), last_sighting(alert)
    return {
        "number": alert.pk,
        "url": reverse("alerts:alert", args=[alert.pk]),
        "priority": PRIORITIES[
            PRIORITIES.index(alert.entry.priority)
        ],  # of no other it is known where it belongs
        "reason_text": reasons.get(alert.entry.reason) or alert.entry.reason_text,
        "source": alert.entry.hotlist.source,
        "list": alert.entry.hotlist_id,
        "list_name": alert.entry.hotlist.name,
        "camera": alert.reader.camera,
        "read": str(alert.read),
        "vehicle": vehicle.words,
        "picture": reverse("alerts:picture", args=[alert.captured_at.date(), alert.read])
        if vehicle.pictured
        else "",
        "place": vehicle.place,
        "where": vehicle.where,
        "distance": "",
        "ago": clock.format_span(clock.now() - last.seen_at),
        "seen_at": last.seen_at.isoformat(),
        "claimed": _claim_text(alert),
        "captured_at": alert.captured_at.isoformat(),
        "times": times,
        "last": f"{times} times since {format_moment(alert.seen_at)}, last by {last.reader.camera}"
        if times > 1
        else "",
        "match_kind": alert.kind,
        "match_told": MatchKind(alert.kind).label.capitalize(),
        "list_at": alert.list_at.isoformat() if alert.list_at else None,
        "list_age": clock.format_span(alert.arrived_at - alert.list_at) if alert.list_at else None,
        "sure": alert.sure,
        "rings": alert.rings and not alert.historical,
        "quiet": _silence_reason(alert),
        "handled": alert.handled_words,
        "equipment": equipment.equipment_text(alert),
        "sound": alert.entry.hotlist.sound,
        "historical": alert.historical,
        "recalled": {"at": recall.at.isoformat(), "why": recall.why, "closes": recall.closes}
        if recall
        else None,
        "escalated": _escalation_text(alert),
        "acknowledged": ", ".join(
            f"{acknowledgment.by} {localtime(acknowledgment.at):%H:%M:%S}"
            for acknowledgment in _acknowledged(alert)
        ),
        "stage": alert.stage,
        "stage_text": alert.get_stage_display(),
    }


def _claim_text(alert: Alert) -> str:
    """Who works on it: whoever read its plate, until it is closed."""
    confirmation = getattr(alert, "confirmation", None)
    return f"With {confirmation.by}" if confirmation and alert.stage != Stage.CLOSED else ""


@enforces("5.b/reaches")
def ring_facts(alert: Alert) -> RingFacts:
    """What decides for whom it rings now."""
    return RingFacts(
        open=alert.rings and not alert.historical and alert.stage == Stage.NEW,
        priority=alert.entry.priority,
        reason=alert.entry.reason,
        targets=tuple(record.target for record in _notified(alert)),
        acknowledged=frozenset(record.by_id for record in _acknowledged(alert)),
        hotlist=alert.entry.hotlist_id,
    )


@enforces("5.b/reaches")
def _escalation_text(alert: Alert) -> str:
    """Whom it escalated to; empty once somebody it rings for acknowledged it or somebody began."""
    up = [
        str(notification.person)
        for notification in _notified(alert)
        if notification.why == NotifyReason.ESCALATED
    ]
    waits = getattr(alert, "unanswered", None)
    if not up or alert.stage != Stage.NEW or waits is None or waits.answered_at:
        return ""
    # Anybody else who acknowledged it is not among those it rings for.
    state = "Escalated" if _acknowledged(alert) else "Not acknowledged, escalated"
    return f"{state} to {' and '.join(up)}"


def _silence_reason(alert: Alert) -> str:
    """Why it raises no alarm; empty if it rings."""
    if alert.historical:
        return "Earlier read, no alarm"
    if alert.rings:
        return ""
    if alert.silent_until:
        return f"Handled, no alarm until {localtime(alert.silent_until):%H:%M}"
    if not alert.sure:
        return "Unsure read, no alarm"
    muted = (source.muted_at for source in (alert.reader, alert.entry.hotlist) if source.muted_at)
    if any(since <= alert.arrived_at for since in muted):
        return "Often wrong lately, muted until reviewed"
    if alert.state_agreement == StateAgreement.DIFFERENT:
        return "Another state, no alarm"
    return f"{MatchKind(alert.kind).label.capitalize()}, no alarm"
