"""What the alert's page shows, and in which order: the entry only after the operator has read the plate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plateward import clock
from plateward.alerts import rules
from plateward.alerts.audience.alerts import alerts_for
from plateward.alerts.closing import page as closing
from plateward.alerts.closing.page import versions
from plateward.alerts.confirming import page as confirming
from plateward.alerts.confirming.frames import frames
from plateward.alerts.facts import Facts
from plateward.alerts.models import Alert, Change
from plateward.alerts.overrides import page as overrides
from plateward.alerts.owed import page as owed
from plateward.alerts.page import forms
from plateward.alerts.queue.summary import summary
from plateward.alerts.routing.rules import about_its_coming
from plateward.alerts.routing.trail import trail
from plateward.alerts.sharing import page as sharing
from plateward.alerts.vehicle import forms as vehicle_forms
from plateward.alerts.vehicle import page as vehicle
from plateward.alerts.verifying.asking import page as verifying
from plateward.matching.align import align
from plateward.matching.explain import explain
from plateward.matching.kinds import MatchKind
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.policy.decision import Allow, Refusal
from plateward.policy.trace import enforces
from plateward.reads.store import Placed, store
from plateward.wire.read import Fact, Vehicle


@dataclass(frozen=True)
class Told:
    """One line of the alert's history; `step`: the alert was moved on, and not only told to somebody."""

    at: datetime
    by: str
    what: str
    step: bool = True


@enforces("6.e.iv.3", "5.g")
def page(alert: Alert, person: Person) -> dict[str, Any]:
    """The template's context. Until the plate was read by a person, neither the entry nor the read is in it."""
    # First: what changes while the rest is read comes after it, and so to the open page.
    last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    facts = alert.facts()
    stored = store().get(Placed(alert.captured_at.date(), alert.read))
    read = stored.read if stored else None
    confirmation = getattr(alert, "confirmation", None)
    pictures = frames(alert)
    context: dict[str, Any] = {
        "alert": summary(alert),
        "last_event_id": last,
        "read": read and {"captured_at": read.captured_at, "camera": read.camera, "position": read.position},
        "vehicle": _vehicle(read.vehicle) if read else [],
        "reader": alert.reader,
        "handled": alert.handled_id,
        "trail": trail(alert),
        "handled_opens": alert.handled_id is not None
        and alerts_for(person).filter(pk=alert.handled_id).exists(),
        "earlier": clock.span(alert.arrived_at - alert.seen_at) if alert.historical else "",
        "late": "" if alert.historical else about_its_coming(alert.seen_at, alert.arrived_at),
        "told": [str(one) for one in alert.told.select_related("unit", "person")],
        "frames": pictures,
        "context_url": pictures[0].context_url,
        "plate_url": pictures[0].plate_url,
        "confirmed": confirmation,
        "observation": alert.observations.last(),
        "acts": list(alert.acts.all()),
        "recall": getattr(alert, "recall", None),
        "history": history(alert),
        **closing.shown(alert, facts, person),
        **confirming.shown(alert, facts, person),
        **overrides.of_alert(alert, facts, person),
        **vehicle.shown(alert, facts, person),
        **verifying.shown(alert, facts, person),
        **owed.of_alert(alert, person),
        **sharing.shown(alert, person),
        **_steps(facts, person),
    }
    if confirmation and read:
        context["entry"] = alert.entry
        context["read_plate"] = read.plate
        context["read_state"] = read.state
        context["read_confidence"] = read.confidence
        context["alignment"] = align(read.plate, alert.entry.plate)
        context["explanation"] = explain(
            MatchKind(alert.kind),
            (read.plate, read.state),
            (alert.entry.plate, alert.entry.state or None),
            read.characters,
        )
    return context


def _vehicle(known: Vehicle) -> list[Fact]:
    """What is known of the vehicle besides its plate, each with its source."""
    return [fact for fact in (known.color, known.make, known.model, known.kind) if fact]


def _steps(facts: Facts, person: Person) -> dict[str, Any]:
    """The forms that this person may use now; where a step is barred by the policy, its refusal."""
    acting = rules.may_act(facts, clock.now())
    offered = {
        "confirm_form": (Permission.ALERT_CONFIRM, rules.may_confirm(facts), forms.Confirm),
        "observe_form": (Permission.ALERT_OBSERVE, rules.may_observe(facts), vehicle_forms.Observe),
        "act_form": (Permission.ALERT_ACT, acting, forms.Act),
    }
    steps: dict[str, Any] = {
        name: form() if permission in person.permissions and isinstance(decision, Allow) else None
        for name, (permission, decision, form) in offered.items()
    }
    steps["act_refusal"] = acting if isinstance(acting, Refusal) and not facts.closed else None
    return steps


def history(alert: Alert) -> list[Told]:
    """Who did what, the earliest first."""
    came = "An earlier read was matched" if alert.historical else "The alert came in"
    told = [Told(alert.arrived_at, alert.reader.name, came)]
    told += [Told(one.at, "The hub", f"Told {one}", step=False) for one in alert.told.all()]
    told += [Told(one.at, str(one.by), "Acknowledged it", step=False) for one in alert.acknowledgments.all()]
    told += [Told(one.at, str(one.by), f"Shared it with {one.to}", step=False) for one in alert.shares.all()]
    if confirmation := getattr(alert, "confirmation", None):
        agreed = "the listed plate" if confirmation.agrees else "not the listed plate"
        told.append(
            Told(
                confirmation.at,
                str(confirmation.by),
                f"Read {confirmation.plate} {confirmation.state}: {agreed}",
            )
        )
    for seen in alert.observations.all():
        words = vehicle.in_words(seen)
        what = f"Saw the plate on the vehicle itself{words and f', {words}'}"
        told.append(Told(seen.at, str(seen.by), what if seen.matches else "Vehicle not observed"))
    for one in alert.explanations.all():
        what = f"Explained how the vehicle differs ({'; '.join(one.differs)}): {one.text}"
        told.append(Told(one.at, str(one.by), what))
    told += [Told(*line) for line in verifying.history(alert)]
    told += [Told(one.at, str(one.by), f"Said: {one.get_kind_display()}") for one in alert.faults.all()]
    told += [Told(begun.at, str(begun.by), f"Recorded: {begun.kind}") for begun in alert.acts.all()]
    if override := getattr(alert, "override", None):
        told.append(Told(override.at, str(override.by), "Overrode the checks, in imminent danger"))
        if finding := getattr(override, "finding", None):
            found = "justified" if finding.justified else "not justified"
            told.append(Told(finding.at, str(finding.by), f"Reviewed the override: {found}"))
    if recall := getattr(alert, "recall", None):
        what = "Recalled, and closed" if recall.closes else "Recalled, after it was acted upon"
        told.append(Told(recall.at, "The hub", f"{what}: {recall.why}"))
    for said in versions(alert):
        told.append(Told(said.at, str(said.by), f"Closed: {said.get_outcome_display()}"))
        if look := getattr(said, "review", None):
            what = f"Returned to be completed: {look.words}" if look.returned else "Accepted the disposition"
            told.append(Told(look.at, str(look.by), what))
    told += [Told(*line) for line in owed.history(alert)]
    return sorted(told, key=lambda one: one.at)
