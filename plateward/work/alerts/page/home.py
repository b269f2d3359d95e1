"""The place of alerts in the navigation, what waits on their pages, and the open ones of the home page."""

from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.urls import reverse

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.models import HotList
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of
from plateward.people.navigation import Banner, Link, Section, Viewer
from plateward.people.permissions import Role
from plateward.people.waiting import Matter, Panel, Waiting, if_any
from plateward.work.alerts.audience.alerts import alerts_of_lists
from plateward.work.alerts.facts import Stage
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.overrides.models import Override
from plateward.work.alerts.overrides.rules import REVIEWED_WITHIN
from plateward.work.alerts.overrides.views import overrides_for_banner
from plateward.work.alerts.queue.shown import last_change, most_urgent, newest
from plateward.work.alerts.queue.views import live_rows
from plateward.work.alerts.reviewing.routing import dispositions_to_review
from plateward.work.alerts.routing.presence import page_recipient
from plateward.work.alerts.routing.rules import Recipient
from plateward.work.alerts.verifying.models import EntryReferral, EntryRequest

MOST_SHOWN = 5  # open alerts on the home page
MOST_COUNTED = 100  # more are not counted
MOST_ENTRIES = 50  # unanswered questions of other people that are counted


def _recipient(viewer: Viewer) -> Recipient:
    return page_recipient(viewer.person)


@enforces("6.e.iv.3/ncic")
def _entries_to_confirm(viewer: Viewer) -> Waiting:
    """Questions whether an own entry is still active that this person was asked; dispatch may answer each."""
    recipient, asked = viewer.ask(_recipient), EntryReferral.objects.filter(request=OuterRef("pk"))
    rows = EntryRequest.objects.filter(answer=None, alert__entry__hotlist__in=recipient.lists)
    rows = rows.exclude(alert__stage=Stage.CLOSED).exclude(by=viewer.person)
    if viewer.person.role != Role.COMMUNICATIONS:
        rows = rows.filter(Exists(asked.filter(to=viewer.person)))
    due = rows.annotate(due_at=Max("referrals__due_at")).order_by("pk").values_list("at", "due_at", "alert")
    found = list(due[:MOST_ENTRIES])
    link = reverse("alerts:alert", args=[found[0][2]]) if found else ""
    return Waiting.of((at for at, _, _ in found), (due_at for _, due_at, _ in found), link)


@enforces("6.e.vii/thorough")
@if_any(lambda: Disposition.objects.filter(review=None))
def _dispositions_to_review(viewer: Viewer) -> Waiting:
    return Waiting.among(dispositions_to_review(viewer.person), "at")


def _in_hand(viewer: Viewer) -> Waiting:
    """Open alerts whose plate this person read: the queue says that they are with them."""
    rows = Alert.objects.filter(confirmation__by=viewer.person).exclude(stage=Stage.CLOSED)
    first = rows.order_by("pk").first()
    return Waiting.among(rows, "confirmation__at", link=first.get_absolute_url()) if first else Waiting()


@enforces("6.e.vii/thorough")
def _dispositions_to_complete(viewer: Viewer) -> Waiting:
    """Returned to this person, who has not completed them."""
    later = Disposition.objects.filter(alert=OuterRef("alert"), pk__gt=OuterRef("pk"))
    returned = Disposition.objects.filter(~Exists(later), by=viewer.person, review__returned=True)
    first = Alert.objects.filter(dispositions__in=returned).order_by("dispositions").first()
    return Waiting.among(returned, "review__at", link=first.get_absolute_url()) if first else Waiting()


def open_overrides(viewer: Viewer) -> list[Override]:
    """Those that this person reviews."""
    return overrides_for_banner(viewer.request)


@enforces("6.e.iv.3/danger")
def _overrides(viewer: Viewer) -> Waiting:
    rows = viewer.ask(open_overrides)
    return Waiting.of([row.at for row in rows], [row.at + REVIEWED_WITHIN for row in rows])


def _muted(_: Viewer) -> Waiting:
    """Cameras and lists that do not ring until somebody reviews them."""
    rows = (Reader.objects.exclude(muted_at=None), HotList.objects.exclude(muted_at=None))
    every = (at for muted in rows for at in muted.values_list("muted_at", flat=True))
    return Waiting.of(at for at in every if at)


@enforces("5.b/browser", "5.g/source", "6.c.ii/lists", "6.b.i.9/entries")
def _open_alerts(viewer: Viewer) -> dict[str, Any]:
    """The most urgent open ones that this person may see. Context: that of alerts/live.html; open, how many there are,
    and more, whether there are more than are counted."""
    record(actor_of(viewer.request), Event.ALERT_VIEW, "alerts")
    last, recipient = last_change(), viewer.ask(_recipient)
    every = alerts_of_lists(recipient.lists, recipient.shared).filter(historical=False)
    still_open = every.exclude(stage=Stage.CLOSED)
    count = len(newest(still_open, MOST_COUNTED + 1))
    return {
        **live_rows(viewer.request, most_urgent(recipient, still_open, 0, MOST_SHOWN)),
        "open": min(count, MOST_COUNTED),
        "more": count > MOST_COUNTED,
        "most": MOST_SHOWN,
        "last_event_id": last,
    }


_REVIEWS = Matter("closing:to_review", "Dispositions to review", _dispositions_to_review)
_OVERRIDES = Matter("overrides:index", "Overrides to review", _overrides)
MATTERS = (
    Matter("verifying:entry_answer", "Entries to confirm for an alert", _entries_to_confirm, "alerts:queue"),
    Matter("closing:dispose", "Open alerts you are working on", _in_hand, "alerts:queue"),
    Matter("closing:dispose", "Dispositions returned to you", _dispositions_to_complete, "alerts:queue"),
    Matter("outcomes:review", "Muted alarms to review", _muted, "outcomes:index"),
    _REVIEWS,
    _OVERRIDES,
)
PANEL = Panel("alerts:queue", "alerts/home.html", _open_alerts)


SECTION = Section(
    "About alerts",
    (Link("alerts:queue", "Alerts"),),
    frozenset({"alerts", "closing", "confirming", "marking"}),
    (
        Link("alerts:queue", "Queue"),
        Link("closing:to_review", "To review", _REVIEWS.count),
    ),
)
OVERRIDES_BANNER = Banner(
    "overrides:banner",
    "Overridden checks",
    "overrides/banner.html",
    open_overrides,
    lambda row: row.pk,
)
OVERRIDES = Link("overrides:index", "Overrides", _OVERRIDES.count)
OUTCOMES = Link("outcomes:index", "Outcomes")
