"""What the console shows: open alerts, calls, units, and the state of the line to CAD."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from plateward import clock
from plateward.alerts.audience.alerts import alerts_for
from plateward.alerts.facts import Stage
from plateward.alerts.models import Alert
from plateward.alerts.queue.summary import for_summaries, summaries
from plateward.alerts.routing.models import Whereabouts
from plateward.dispatch.models import Call, CallAlert, CallQuerySet, Change, Line, Message
from plateward.fleet.models import Reader
from plateward.people.models import Person
from plateward.policy.trace import enforces

MAX_SHOWN = 50  # alerts or calls on a screen
MAX_CLOSED = 10
# An alert's fields on the board.
FINGERPRINT_FIELDS = ("number", "stage", "escalated", "acknowledged", "recalled", "equipment", "last")
ON_ROAD = timedelta(minutes=15)  # a unit whose reader reported within this time is on the road


@dataclass(frozen=True)
class CallRow:
    """A call on the console. `unheard`: the first change that CAD has not received."""

    call: Call
    alerts: list[Alert]
    unheard: Change | None
    refused: Message | None

    @property
    def open(self) -> bool:
        """Whether CAD should have it open, too."""
        return any(alert.stage != Stage.CLOSED for alert in self.alerts)


@dataclass(frozen=True)
class UnitRow:
    """A unit's reader, with the time and place of its last report."""

    reader: Reader
    place: tuple[float, float] | None
    at: datetime | None


@enforces("6.c.ii")
def calls_for(person: Person) -> CallQuerySet:
    """The calls of alerts that this person may see."""
    visible = CallAlert.objects.filter(call=OuterRef("pk"), alert__in=alerts_for(person))
    return Call.objects.filter(Exists(visible))


def call_rows(calls: Sequence[Call], person: Person) -> list[CallRow]:
    """Calls with those of their alerts that this person may see: two queries, however many calls."""
    visible = alerts_for(person).filter(link__call__in=calls).order_by("pk")
    alerts: dict[int, list[Alert]] = defaultdict(list)
    for alert in visible.select_related("entry__hotlist", "reader", "recall", "link"):
        alerts[alert.link.call_id].append(alert)
    first_unheard = {
        change.call_id: change for change in Change.objects.unheard().filter(call__in=calls).order_by("-pk")
    }
    return [_row(call, alerts[call.pk], first_unheard.get(call.pk)) for call in calls]


def _row(call: Call, alerts: list[Alert], unheard: Change | None) -> CallRow:
    carried = unheard.message if unheard else None
    return CallRow(call, alerts, unheard, refused=carried if carried and carried.refused_at else None)


@enforces("6.e.vii", "6.c.i.4")
def board(person: Person) -> dict[str, Any]:
    """Template context: calls and closed, of CallRow; alerts, open ones without a call, as summaries; units;
    line; queued, the number of waiting messages; at."""
    calls = calls_for(person)
    waiting = alerts_for(person).filter(historical=False, link=None).exclude(stage=Stage.CLOSED)
    return {
        "calls": call_rows(list(calls.open()[:MAX_SHOWN]), person),
        "closed": call_rows(list(calls.closed()[:MAX_CLOSED]), person),
        "alerts": summaries(for_summaries(waiting)[:MAX_SHOWN]),
        "units": _unit_rows(),
        "line": Line.objects.filter(pk=1).first(),
        "queued": Change.objects.filter(tells=True, message__sent_at=None).values("call").distinct().count(),
        "at": clock.now(),
    }


def _unit_rows() -> list[UnitRow]:
    """Units on the road, sorted by unit."""
    recent = Reader.objects.filter(
        unit__isnull=False, revoked_at=None, last_seen_at__gte=clock.now() - ON_ROAD
    ).select_related("unit")
    where = {
        whereabouts.reader_id: whereabouts for whereabouts in Whereabouts.objects.filter(reader__in=recent)
    }
    rows = []
    for reader in recent.order_by("unit__name", "name"):
        at = where.get(reader.pk)
        rows.append(UnitRow(reader, (at.lat, at.lon) if at else None, at.at if at else None))
    return rows


def fingerprint(board: dict[str, Any]) -> str:
    """Changes with the board's content, and every minute for the ages and places it shows."""
    calls = [
        (
            *(row.call.pk, row.call.cad, row.call.number, row.call.units, row.call.lacks),
            row.unheard and row.unheard.pk,
            row.refused and row.refused.problem,
            [(alert.pk, alert.stage, hasattr(alert, "recall")) for alert in row.alerts],
        )
        for row in (*board["calls"], *board["closed"])
    ]
    alerts = [[alert[name] for name in FINGERPRINT_FIELDS] for alert in board["alerts"]]
    units = [(row.reader.pk, row.reader.unit_id) for row in board["units"]]
    line = board["line"].failing_since if board["line"] else None
    return repr((calls, alerts, units, line, board["queued"], f"{board['at']:%Y-%m-%d %H:%M}"))
