"""What the console shows: open alerts, calls, units, and the state of the line to CAD."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
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

    @property
    def refused(self) -> Message | None:
        """The message that carries that change, if CAD refused it."""
        carried = self.unheard.message if self.unheard else None
        return carried if carried and carried.refused_at else None

    @property
    def open(self) -> bool:
        """Whether CAD should have it open, too."""
        return any(alert.stage != Stage.CLOSED for alert in self.alerts)


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
    return [CallRow(call, alerts[call.pk], first_unheard.get(call.pk)) for call in calls]


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
            row.refused and row.refused.problem,
            [(alert.pk, alert.stage, hasattr(alert, "recall")) for alert in row.alerts],
        )
        for row in (*board["calls"], *board["closed"])
    ]
    alerts = [[alert[name] for name in FINGERPRINT_FIELDS] for alert in board["alerts"]]
    units = [(row["reader"].pk, row["reader"].unit_id) for row in board["units"]]
    line = board["line"].failing_since if board["line"] else None
    return repr((calls, alerts, units, line, board["queued"], f"{board['at']:%Y-%m-%d %H:%M}"))
