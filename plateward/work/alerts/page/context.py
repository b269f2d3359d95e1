"""What the alert's page shows, room by room: the entry only after the operator has read the plate; and its history,
from all alert rooms and those above them."""

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
from plateward.work.alerts.models import Alert, Sighting
from plateward.work.alerts.overrides import views as overrides
from plateward.work.alerts.page import forms
from plateward.work.alerts.page.trail import Trail, trail
from plateward.work.alerts.queue.shown import last_change
from plateward.work.alerts.queue.summary import summary
from plateward.work.alerts.queue.views import next_alert
from plateward.work.alerts.routing.rules import delay_text
from plateward.work.alerts.rules import current_step
from plateward.work.alerts.sharing import views as sharing
from plateward.work.alerts.signals import HistoryLine, history_requested, line_of
from plateward.work.alerts.vehicle import page as vehicle
from plateward.work.alerts.verifying.asking import views as asking
from plateward.work.alerts.verifying.entry import views as unit

VEHICLE_FACTS = ("color", "make", "model", "kind")  # what is known besides the plate, each with its source


@enforces("6.e.iv.3/plate", "5.g/source")
def alert_context(alert: Alert, person: Person) -> dict[str, Any]:
    """Template context: a part for each room, with what it shows and the forms that this person may use now. Until a
    person has read the plate, it holds neither the entry nor the read."""
    last = last_change()  # first of all that is read here
    facts = alert.facts()
    trailed = trail(alert)
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
        "confirming": confirming.template_context(alert, facts, person),
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
    observes = _may(person, Permission.ALERT_OBSERVE, rules.may_check(facts))
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


@enforces("6.e.iv.3/plate", "6.h.iv/custody")
def alert_images(alert: Alert, trailed: Trail) -> list[dict[str, Any]]:
    """The two images of each read of the vehicle, whose views record custody events: first of that whose plate is read
    best, as its reader judged it; then in order."""
    seen: list[Alert | Sighting] = [alert, *alert.seen_again]
    best = max(seen, key=lambda sighting: trailed.legibility.get(sighting.read, 0.0))
    return [
        {"at": sighting.captured_at, "camera": sighting.reader.camera}
        | {
            f"{which}_url": reverse("reads:image", args=[sighting.captured_at.date(), sighting.read, which])
            for which in ("plate", "context")
        }
        for sighting in sorted(seen, key=lambda sighting: sighting is not best)
    ]


def history(alert: Alert) -> list[HistoryLine]:
    """Who did what, earliest first."""
    came = "An earlier read was matched" if alert.historical else "The alert came in"
    lines = [HistoryLine(alert.arrived_at, alert.reader.name, came)]
    lines += [line_of(record, f"Notified {record}", step=False) for record in alert.notifications.all()]
    lines += [line_of(record, "Acknowledged it", step=False) for record in alert.acknowledgments.all()]
    lines += [line_of(record, f"Shared it with {record.to}", step=False) for record in alert.shares.all()]
    if confirmation := getattr(alert, "confirmation", None):
        agreed = "the listed plate" if confirmation.agrees else "not the listed plate"
        lines.append(line_of(confirmation, f"Read {confirmation.plate} {confirmation.state}: {agreed}"))
    for observation in alert.observations.all():
        words = vehicle.observation_text(observation)
        seen = f"Saw the plate on the vehicle{words and f', {words}'}"
        lines.append(line_of(observation, seen if observation.matches else "Vehicle not observed"))
    for record in alert.explanations.all():
        text = f"Explained how the vehicle differs ({'; '.join(record.differs)}): {record.text}"
        lines.append(line_of(record, text))
    lines += asking.history(alert)
    lines += unit.history(alert)
    lines += confirming.history(alert)
    lines += [line_of(record, f"Said: {record.get_kind_display()}") for record in alert.faults.all()]
    lines += [line_of(begun, f"Recorded: {begun.kind}") for begun in alert.acts.all()]
    if override := getattr(alert, "override", None):
        lines.append(line_of(override, "Overrode the checks, in imminent danger"))
        if finding := getattr(override, "finding", None):
            justified = "justified" if finding.justified else "not justified"
            lines.append(line_of(finding, f"Reviewed the override: {justified}"))
    if recall := getattr(alert, "recall", None):
        text = "Recalled, and closed" if recall.closes else "Recalled after action was taken"
        lines.append(line_of(recall, f"{text}: {recall.why}"))
    for disposition in closing.disposition_versions(alert):
        lines.append(line_of(disposition, f"Closed: {disposition.get_outcome_display()}"))
        if review := getattr(disposition, "review", None):
            returned = f"Returned for completion: {review.words}"
            lines.append(line_of(review, returned if review.returned else "Accepted the disposition"))
    answers: list[tuple[Any, Any]] = history_requested.send(sender=Alert, alert=alert)
    lines += [line for _, more in answers for line in more]
    return sorted(lines, key=lambda line: line.at)
