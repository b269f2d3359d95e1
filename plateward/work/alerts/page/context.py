"""What the alert's page shows, room by room: the entry only after the operator has read the plate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from plateward.field.reads.place import read_place
from plateward.field.reads.store import ReadKey
from plateward.ground import clock
from plateward.ground.matching.align import align
from plateward.ground.matching.explain import explain_match
from plateward.ground.matching.kinds import MatchKind
from plateward.ground.policy.decision import Allow, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts import rules
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.closing import views as closing
from plateward.work.alerts.confirming import views as confirming
from plateward.work.alerts.facts import Facts
from plateward.work.alerts.marking import views as marking
from plateward.work.alerts.models import Alert, Change, Sighting
from plateward.work.alerts.overrides import views as overrides
from plateward.work.alerts.page import forms
from plateward.work.alerts.page.history import history
from plateward.work.alerts.page.trail import Trail, trail
from plateward.work.alerts.queue.summary import summary
from plateward.work.alerts.queue.views import next_alert
from plateward.work.alerts.routing.rules import delay_text
from plateward.work.alerts.rules import current_step
from plateward.work.alerts.sharing import views as sharing
from plateward.work.alerts.vehicle import page as vehicle
from plateward.work.alerts.verifying.asking import views as asking
from plateward.work.alerts.verifying.entry import views as unit

VEHICLE_FACTS = ("color", "make", "model", "kind")  # what is known besides the plate, each with its source


@enforces("6.e.iv.3/plate", "5.g/source")
def alert_context(alert: Alert, person: Person) -> dict[str, Any]:
    """Template context: a part for each room, with what it shows and the forms that this person may use now. Until a
    person has read the plate, it holds neither the entry nor the read."""
    # First: a change made while the rest is read comes later and so reaches the open page.
    last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    facts = alert.facts()
    trailed = trail(alert)
    marked = marking.template_context(alert, facts, person)
    return {
        "alert": summary(alert),
        "last_event_id": last,
        "step": current_step(facts, clock.now()),
        "seen": _seen(alert, trailed),
        "told": _arrival(alert, person),
        "reading": _reading(alert, facts, person),
        "observing": _observing(alert, facts, person),
        "verifying": asking.template_context(alert, facts, person),
        "unit": unit.template_context(alert, facts, person),
        "acting": _acting(alert, facts, person),
        "overrides": overrides.template_context(alert, facts, person),
        "closing": closing.template_context(alert, facts, person),
        "marking": marked,
        "confirming": confirming.template_context(
            alert, facts, person, [answer["kind"] for answer in marked["not_a_match"]]
        ),
        "sharing": sharing.template_context(alert, person),
        "recall": getattr(alert, "recall", None),
        "next_alert": next_alert(alert, person) if facts.closed else None,
        "history": history(alert),
    }


def _seen(alert: Alert, trailed: Trail) -> dict[str, Any]:
    """What its reader saw, where and when. Nothing here names the plate."""
    stored, missing, away = alert.stored
    read = stored.read if stored else None
    return {
        "read": read
        and {"captured_at": read.captured_at, "position": read.position, "where": read_place(read)},
        "read_key": ReadKey(alert.captured_at.date(), alert.read),
        "vehicle": [fact for name in VEHICLE_FACTS if (fact := getattr(read.vehicle, name))] if read else [],
        "missing": missing,
        "not_answered": away,
        "frames": alert_images(alert, trailed),
        "trail": trailed,
        "reader": alert.reader,
    }


def _arrival(alert: Alert, person: Person) -> dict[str, Any]:
    """How it came, to whom, and what became of the one before."""
    return {
        "handled": alert.handled_id,
        "handled_opens": alert.handled_id is not None
        and alerts_for(person).filter(pk=alert.handled_id).exists(),
        "earlier": clock.format_span(alert.arrived_at - alert.seen_at) if alert.historical else "",
        "late": "" if alert.historical else delay_text(alert.seen_at, alert.arrived_at),
        "notifications": [
            str(notification) for notification in alert.notifications.select_related("unit", "person")
        ],
    }


@enforces("6.e.iv.3/plate")
def _reading(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Step 1: the form; afterwards what was read, beside the entry and the camera's read."""
    confirmation = getattr(alert, "confirmation", None)
    stored, missing, _ = alert.stored
    # Nobody can read a plate from a picture that is not there.
    open_to = not missing and _may(person, Permission.ALERT_CONFIRM, rules.may_confirm(facts))
    told: dict[str, Any] = {
        "confirmed": confirmation,
        "confirm_form": forms.ConfirmationForm() if open_to else None,
    }
    if not confirmation or not stored:
        return told
    read, entry = stored.read, alert.entry
    return told | {
        "entry": entry,
        "camera": read,
        "alignment": align(read.plate, entry.plate),
        "explanation": explain_match(
            MatchKind(alert.kind),
            (read.plate, read.state),
            (entry.plate, entry.state or None),
            read.characters,
        ),
    }


def _observing(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Step 2: what was seen of the vehicle, and the forms."""
    explaining = rules.may_explain(facts, "Repainted; the old color shows at the door.")
    observes = _may(person, Permission.ALERT_OBSERVE, rules.may_observe(facts))
    explains = _may(person, Permission.ALERT_OBSERVE, explaining)
    return {
        "observation": alert.observations.last(),
        "observe_form": forms.ObservationForm() if observes else None,
        "explain_form": forms.ExplanationForm() if explains else None,
        **vehicle.template_context(alert, facts),
    }


def _acting(alert: Alert, facts: Facts, person: Person) -> dict[str, Any]:
    """Step 4: what was done, and the form; if the policy bars it, or this person from a stop, its refusal."""
    acting = rules.may_act(facts, clock.now())
    stop = rules.may_stop(facts, person.role, person.employment.sworn_here)
    stops, acts = isinstance(stop, Allow), _may(person, Permission.ALERT_ACT, acting)
    return {
        "acts": list(alert.acts.all()),
        "act_form": forms.ActForm(stops=stops) if acts else None,
        "no_stop": None if stops else stop,
        "refusal": acting if isinstance(acting, Refusal) and not facts.closed else None,
    }


def _may(person: Person, permission: Permission, decision: Allow | Refusal) -> bool:
    return permission in person.permissions and isinstance(decision, Allow)


@dataclass(frozen=True)
class SightingImages:
    """The two images of one read; viewing one records a custody event."""

    at: datetime
    camera: str
    plate_url: str
    context_url: str


@enforces("6.e.iv.3/plate", "6.h.iv/custody")
def alert_images(alert: Alert, trailed: Trail) -> list[SightingImages]:
    """Of all reads of the vehicle, the one whose plate is read best, as its reader judged it, first; then in order."""
    seen: list[Alert | Sighting] = [alert, *alert.seen_again]
    best = max(seen, key=lambda sighting: trailed.legibility.get(sighting.read, 0.0))
    return [
        SightingImages(
            sighting.captured_at,
            sighting.reader.camera,
            *(
                reverse("reads:image", args=[sighting.captured_at.date(), sighting.read, which])
                for which in ("plate", "context")
            ),
        )
        for sighting in sorted(seen, key=lambda sighting: sighting is not best)
    ]
