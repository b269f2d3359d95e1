"""What the console shows: open alerts, calls, units, and the state of the line to CAD."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from plateward.field.fleet.models import Reader
from plateward.field.hotlists.reasons import PRIORITIES
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.queue.shown import most_urgent
from plateward.work.alerts.queue.summary import load_for_summaries, summaries
from plateward.work.alerts.routing.models import Whereabouts
from plateward.work.alerts.routing.presence import page_recipient
from plateward.work.dispatch.models import Call, CallAlert, CallQuerySet, Change, Line, Message

MAX_SHOWN = 50  # alerts or calls on a screen
MAX_CLOSED = 10
# An alert's fields on the board.
FINGERPRINT_FIELDS = (
    "number",
    "stage",
    "escalated",
    "acknowledged",
    "recalled",
    "equipment",
    "last",
    "where",
)
ON_ROAD = timedelta(minutes=15)  # a unit whose reader reported within this time is on the road


@dataclass(frozen=True)
class CallRow:
    """A call, and those of its alerts that a person may see, as the queue says them. `unheard`: the first change that
    CAD has not received; `open`: whether CAD should have it open, too."""

    call: Call
    alerts: list[dict[str, Any]]
    unheard: Change | None
    open: bool

    @property
    def refused(self) -> Message | None:
        """The message that carries that change, if CAD refused it."""
        carried = self.unheard.message if self.unheard else None
        return carried if carried and carried.refused_at else None


@enforces("6.c.ii/lists")
def calls_for(person: Person) -> CallQuerySet:
    """The calls of alerts that this person may see."""
    visible = CallAlert.objects.filter(call=OuterRef("pk"), alert__in=alerts_for(person))
    return Call.objects.filter(Exists(visible))


def call_rows(calls: Sequence[Call], person: Person) -> list[CallRow]:
    """Calls with those of their alerts that this person may see: as many queries, however many calls."""
    visible = alerts_for(person).filter(link__call__in=calls).order_by("pk")
    call_by_alert = dict(visible.values_list("pk", "link__call"))
    alerts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for told in summaries(load_for_summaries(call_by_alert).values()):
        alerts[call_by_alert[told["number"]]].append(told)
    return [replace(row, alerts=alerts[row.call.pk]) for row in bare_rows(calls)]


def bare_rows(calls: Sequence[Call]) -> list[CallRow]:
    """Calls without their alerts."""
    first_unheard = {
        change.call_id: change for change in Change.objects.unheard().filter(call__in=calls).order_by("-pk")
    }
    keys = [call.pk for call in calls]
    still_open = set(Call.objects.open().filter(pk__in=keys).values_list("pk", flat=True))
    return [CallRow(call, [], first_unheard.get(call.pk), call.pk in still_open) for call in calls]


def _urgency(alerts: Iterable[dict[str, Any]]) -> int:
    """The less, the more urgent is the most urgent of them."""
    return min((PRIORITIES.index(alert["priority"]) for alert in alerts), default=len(PRIORITIES))


@enforces("6.c.i.4/role")
def board(person: Person) -> dict[str, Any]:
    """Template context: calls and closed, of CallRow; alerts and silent, open ones without a call, as summaries, those
    that ring and the others; units; line; queued, the number of waiting messages; at."""
    calls = calls_for(person)
    waiting = alerts_for(person).filter(historical=False, link=None).exclude(stage=Stage.CLOSED)
    alerts = most_urgent(page_recipient(person), waiting, 0, MAX_SHOWN)
    return {
        "calls": sorted(
            call_rows(list(calls.open()[:MAX_SHOWN]), person), key=lambda row: _urgency(row.alerts)
        ),
        "closed": call_rows(list(calls.closed()[:MAX_CLOSED]), person),
        "alerts": [alert for alert in alerts if alert["rings"]],
        "silent": [alert for alert in alerts if not alert["rings"]],
        "units": _unit_rows(),
        "line": Line.objects.filter(pk=1).first(),
        "queued": Change.objects.filter(tells=True, message__sent_at=None).values("call").distinct().count(),
        "at": clock.now(),
    }


def _unit_rows() -> list[dict[str, Any]]:
    """Units on the road, sorted by unit: each a reader with the time and place of its last report."""
    recent = Reader.objects.filter(
        unit__isnull=False, revoked_at=None, last_seen_at__gte=clock.now() - ON_ROAD
    ).select_related("unit")
    where = {
        whereabouts.reader_id: whereabouts for whereabouts in Whereabouts.objects.filter(reader__in=recent)
    }
    return [
        {"reader": reader, "last": where.get(reader.pk)} for reader in recent.order_by("unit__name", "name")
    ]


def fingerprint(board: dict[str, Any]) -> str:
    """Changes with the board's content, and every minute for the ages and places it shows."""
    calls = [
        (
            *(row.call.pk, row.call.cad, row.call.number, row.call.units, row.call.lacks),
            row.unheard and row.unheard.pk,
            row.refused and row.refused.detail,
            [[alert[name] for name in FINGERPRINT_FIELDS] for alert in row.alerts],
        )
        for row in (*board["calls"], *board["closed"])
    ]
    waiting = (*board["alerts"], *board["silent"])
    alerts = [[alert[name] for name in FINGERPRINT_FIELDS] for alert in waiting]
    units = [(row["reader"].pk, row["reader"].unit_id) for row in board["units"]]
    line = board["line"].failing_since if board["line"] else None
    return repr((calls, alerts, units, line, board["queued"], f"{board['at']:%Y-%m-%d %H:%M}"))
