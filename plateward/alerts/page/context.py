"""What the alert's page shows, in what order: the entry only after the operator has read the plate."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from plateward import clock
from plateward.alerts import rules
from plateward.alerts.audience.alerts import alerts_for
from plateward.alerts.closing import views as closing
from plateward.alerts.confirming import views as confirming
from plateward.alerts.facts import Facts
from plateward.alerts.history import HistoryLine, line_of
from plateward.alerts.marking import views as marking
from plateward.alerts.models import Alert, Change, Sighting
from plateward.alerts.overrides import views as overrides
from plateward.alerts.page import forms
from plateward.alerts.queue.summary import summary
from plateward.alerts.queue.views import next_alert
from plateward.alerts.routing.rules import delay_text
from plateward.alerts.routing.trail import trail
from plateward.alerts.sharing import views as sharing
from plateward.alerts.signals import history_requested
from plateward.alerts.stored import ANSWERS_WITHIN, NOT_ANSWERED
from plateward.alerts.vehicle import page as vehicle
from plateward.alerts.verifying.asking import page as verifying
from plateward.matching.align import align
from plateward.matching.explain import explain_match
from plateward.matching.kinds import MatchKind
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.decision import Allow, Refusal
from plateward.policy.trace import enforces
from plateward.reads.store import ReadKey

VEHICLE_FACTS = ("color", "make", "model", "kind")  # what is known besides the plate, each with its source


@enforces("6.e.iv.3", "5.g")
def alert_context(alert: Alert, person: Person) -> dict[str, Any]:
    """Template context. Until a person has read the plate, it holds neither the entry nor the read."""
    until = time.monotonic() + ANSWERS_WITHIN  # for all that the read store is asked here
    # First: a change made while the rest is read comes later and so reaches the open page.
    last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    facts = alert.facts()
    stored, missing = alert.stored
    read = stored.read if stored else None
    confirmation = getattr(alert, "confirmation", None)
    pictures = alert_images(alert)
    context: dict[str, Any] = {
        "alert": summary(alert),
        "last_event_id": last,
        "read": read and {"captured_at": read.captured_at, "camera": read.camera, "position": read.position},
        "vehicle": [fact for name in VEHICLE_FACTS if (fact := getattr(read.vehicle, name))] if read else [],
        "missing": missing,
        "not_answered": missing == NOT_ANSWERED,
        "next_alert": None,
        "reader": alert.reader,
        "handled": alert.handled_id,
        "trail": trail(alert, until - time.monotonic()),
        "handled_opens": alert.handled_id is not None
        and alerts_for(person).filter(pk=alert.handled_id).exists(),
        "earlier": clock.format_span(alert.arrived_at - alert.seen_at) if alert.historical else "",
        "late": "" if alert.historical else delay_text(alert.seen_at, alert.arrived_at),
        "notifications": [
            str(notification) for notification in alert.notifications.select_related("unit", "person")
        ],
        "read_key": ReadKey(alert.captured_at.date(), alert.read),
        "frames": pictures,
        "context_url": pictures[0].context_url,
        "plate_url": pictures[0].plate_url,
        "confirmed": confirmation,
        "observation": alert.observations.last(),
        "acts": list(alert.acts.all()),
        "recall": getattr(alert, "recall", None),
        "history": history(alert),
        **closing.template_context(alert, facts, person),
        **confirming.template_context(alert, facts, person),
        **overrides.template_context(alert, facts, person),
        **vehicle.template_context(alert, facts),
        **verifying.template_context(alert, facts, person),
        **sharing.template_context(alert, person),
        **marking.template_context(alert, facts, person),
        **_steps(facts, person),
    }
    # What one press can close needs no press that only records it.
    closable = {answer["kind"] for answer in context["not_a_match"]}
    context["answers"] = [answer for answer in context["answers"] if answer["kind"] not in closable]
    if facts.closed:
        context["next_alert"] = next_alert(alert, person)
    if missing:
        context["confirm_form"] = None  # nobody can read a plate from a picture that is not there
    if confirmation and read:
        context["entry"] = alert.entry
        context["read_plate"] = read.plate
        context["read_state"] = read.state
        context["read_confidence"] = read.confidence
        context["alignment"] = align(read.plate, alert.entry.plate)
        context["explanation"] = explain_match(
            MatchKind(alert.kind),
            (read.plate, read.state),
            (alert.entry.plate, alert.entry.state or None),
            read.characters,
        )
    return context


def _steps(facts: Facts, person: Person) -> dict[str, Any]:
    """The forms this person may use now; if the policy bars a step, its refusal."""
    acting = rules.may_act(facts, clock.now())
    explaining = rules.may_explain(facts, "Repainted, as the old color at the door shows.")
    offered = {
        "confirm_form": (Permission.ALERT_CONFIRM, rules.may_confirm(facts), forms.ConfirmationForm),
        "observe_form": (Permission.ALERT_OBSERVE, rules.may_observe(facts), forms.ObservationForm),
        "explain_form": (Permission.ALERT_OBSERVE, explaining, forms.ExplanationForm),
        "act_form": (Permission.ALERT_ACT, acting, forms.ActForm),
    }
    steps: dict[str, Any] = {
        name: form() if permission in person.permissions and isinstance(decision, Allow) else None
        for name, (permission, decision, form) in offered.items()
    }
    steps["act_refusal"] = acting if isinstance(acting, Refusal) and not facts.closed else None
    return steps


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
    lines += verifying.history(alert)
    lines += marking.history(alert)
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


@dataclass(frozen=True)
class SightingImages:
    """The two images of one read; viewing one records a custody event."""

    at: datetime
    camera: str
    plate_url: str
    context_url: str


@enforces("6.e.iv.3", "6.h.iv")
def alert_images(alert: Alert) -> list[SightingImages]:
    """The alert's own read first, then those that joined it, in order."""
    seen: list[Alert | Sighting] = [alert, *alert.sightings.select_related("reader")]
    return [
        SightingImages(
            sighting.captured_at,
            sighting.reader.camera,
            *(
                reverse("reads:image", args=[sighting.captured_at.date(), sighting.read, which])
                for which in ("plate", "context")
            ),
        )
        for sighting in seen
    ]
