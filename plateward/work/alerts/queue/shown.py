"""An alert as one person sees it: how far away it is, its place in their queue, whether it rings for them, and what
rings now; and as HTML, which is rendered once for everybody who looks."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.timezone import localtime

from plateward.field.fleet.checks.rules import SHIFT
from plateward.field.hotlists.reasons import PRIORITIES
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Role
from plateward.work.alerts.audience.alerts import has_entry
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Alert, Change
from plateward.work.alerts.queue.summary import (
    distance_text,
    load_for_summaries,
    miles_between,
    ring_facts,
    summaries,
)
from plateward.work.alerts.routing import actions
from plateward.work.alerts.routing.models import Acknowledgment, Notification
from plateward.work.alerts.routing.presence import page_recipient
from plateward.work.alerts.routing.rules import (
    AlarmSound,
    NotifyReason,
    Recipient,
    RingFacts,
    alarm_sound,
    is_own,
)

Row = dict[str, Any]
# What stands in the HTML for everybody until it is one person's; no text of an alert has these characters.
PERSONAL = {name: f"\ue000{name}\ue001" for name in ("distance", "order", "alarm", "hush")}
SORTED = 100  # of more open alerts, these are sorted by all that counts; the rest by what the database knows


@enforces("5.b/reaches")
def personal(row: Mapping[str, Any], facts: RingFacts, recipient: Recipient) -> dict[str, str]:
    """What of an alert's summary is each person's own."""
    miles = miles_between(recipient.here, row["place"])
    alarm = alarm_sound(recipient, facts, localtime(clock.now()).time())
    return {
        "distance": distance_text(miles),
        "order": place_in_queue(
            row["priority"],
            row["stage"],
            own=is_own(recipient, facts.targets),
            miles=miles,
            seen_at=datetime.fromisoformat(row["seen_at"]),
        ),
        "alarm": alarm,
        "hush": "Quiet hours, no sound" if alarm is AlarmSound.SILENT else row["quiet"],
    }


def shown_to(recipient: Recipient, numbers: Iterable[int]) -> dict[int, Row]:
    """The alerts with these numbers that can be read, as this person sees them."""
    alerts = load_for_summaries(numbers)
    return {
        row["number"]: row | personal(row, ring_facts(alerts[row["number"]]), recipient)
        for row in summaries(alerts.values())
    }


def fragments(row: Row) -> dict[str, str]:
    """An alert's row of the queue, its card while it rings, and the card of its recall, for everybody."""
    return {
        part: render_to_string(f"alerts/{part}.html", {"alert": row | PERSONAL, "live": True})
        for part in ("row", "card", *(("recall_card",) if row["recalled"] else ()))
    }


def fill(html: str, own: Mapping[str, str]) -> str:
    """That HTML for one person."""
    for name, text in own.items():
        html = html.replace(PERSONAL[name], escape(text))
    return html


@enforces("5.b/browser")
def most_urgent(recipient: Recipient, alerts: QuerySet[Alert], skip: int, most: int) -> list[Row]:
    """So many of these open alerts as this person sees them, the most urgent first, but for the first `skip`."""
    rank = Case(*(When(has_entry(priority=item), then=Value(at)) for at, item in enumerate(PRIORITIES)))
    own = Notification.objects.filter(alert=OuterRef("pk"), why=NotifyReason.READER, unit=recipient.unit)
    known = alerts.annotate(rank=rank, own=Exists(own)).order_by("rank", "-own", "-pk")
    begin, end = (0, SORTED) if skip + most <= SORTED else (skip, skip + most)
    rows = shown_to(recipient, known.values_list("pk", flat=True)[begin:end]).values()
    return sorted(rows, key=lambda row: str(row["order"]))[skip - begin :][:most]


CLOSED, UNKNOWN = len(PRIORITIES), 9_999_999
NEVER = 10**11  # seconds, later than any time


@enforces("5.b/browser")
def place_in_queue(priority: str, stage: str, *, own: bool, miles: float | None, seen_at: datetime) -> str:
    """What is urgent is first: by priority, then what the viewer's own reader saw, then what is near, then what was
    seen last. As text, so that a page can compare it. Distances count as they are shown: to a tenth of a mile below
    ten. What is closed comes last, the newest first."""
    newest = f"{NEVER - int(seen_at.timestamp()):012}"
    if stage == Stage.CLOSED:
        return f"{CLOSED}:{newest}"
    near = UNKNOWN if miles is None else round(miles, 1) * 10 if miles < 10 else round(miles) * 10
    return f"{PRIORITIES.index(priority)}{not own:d}:{near:07.0f}:{newest}"


MAX_ALARMS = 50  # ringing when a page opens; the next ring once these are acknowledged


def newest(alerts: QuerySet[Alert], most: int) -> list[int]:
    """The numbers of the newest of these. Of thousands scanned, nothing else is read."""
    return list(alerts.values_list("pk", flat=True)[:most])


def last_change() -> int:
    """Where the stream of a live page continues. Ask first: a change made while the rest is read comes later and so
    reaches the open page."""
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@enforces("5.b/browser", "6.c.ii/lists")
def ringing_alerts(recipient: Recipient) -> list[int]:
    """Alerts of this shift that may ring for this person: high priority first, then newest."""
    notified = Q(why__in=[NotifyReason.NAMED, NotifyReason.EVERYONE]) | Q(person=recipient.person)
    if recipient.unit is not None:
        notified |= Q(unit=recipient.unit)
    if recipient.role == Role.COMMUNICATIONS:
        notified |= Q(why=NotifyReason.COMMUNICATIONS)
    since, numbers = clock.now() - SHIFT, list[int]()
    for priorities in (["high"], [priority for priority in PRIORITIES if priority != "high"]):
        alerts = Alert.objects.filter(
            has_entry(hotlist__in=recipient.lists, priority__in=priorities),
            ~Exists(Acknowledgment.objects.filter(alert=OuterRef("pk"), by=recipient.person)),
            Exists(Notification.objects.filter(notified, alert=OuterRef("pk"))),
            historical=False,
            stage=Stage.NEW,
            rings=True,
            arrived_at__gt=since,
        )
        numbers += newest(alerts, MAX_ALARMS - len(numbers))
    return numbers


@enforces("5.b/reaches")
def acknowledge_opened(request: HttpRequest, alert: Alert) -> None:
    """Opening an alert that rings for a person acknowledges it."""
    recipient, at = page_recipient(person_of(request)), localtime(clock.now()).time()
    if alarm_sound(recipient, ring_facts(alert), at) is not AlarmSound.NONE:
        actions.acknowledge(actor_of(request), [alert])
