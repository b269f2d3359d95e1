"""Asks FMCSA for the carrier of a DOT number read off a door, and keeps the answer beside those for the
plate. It verifies nothing: paint names a carrier, not the plate, and may be old, leased or false."""

from plateward import clock
from plateward.alerts import rules as steps
from plateward.alerts.models import Alert
from plateward.alerts.steps.actions import step
from plateward.alerts.verifying import rules
from plateward.alerts.verifying.asking.actions import carrier_columns
from plateward.alerts.verifying.asking.vehicle import is_commercial
from plateward.alerts.verifying.models import Door
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.links.fmcsa import Fmcsa
from plateward.people.actor import PersonActor
from plateward.people.permissions import Role
from plateward.policy.decision import Refusal, Refused, require
from plateward.policy.trace import enforces

NO_KEY = Refusal(
    "5.j",
    "This agency has no FMCSA key, so carriers cannot be queried.",
    "Contact the ALPR administrator; query NCIC meanwhile.",
)


@enforces("5.j", "6.c.i.5", "6.e.iv.3", "6.b.i.9")
def ask_about_door(actor: PersonActor, alert: Alert, service: Fmcsa | None, dot: str) -> Door:
    """Query FMCSA for this number's carrier, with the permission to ask about the plate. Raises Refused."""
    with act(actor, Event.ALERT_VERIFY, f"alert:{alert.pk}", reason="asked FMCSA by the door") as entry:
        entry.note(dot=dot)
        current = Alert.objects.select_related("entry", "confirmation", "recall", "denial", "override").get(
            pk=alert.pk
        )
        inspector = actor.person.role == Role.INSPECTOR
        require(rules.may_ask_fmcsa(steps.may_verify(current.facts()), is_commercial(current), inspector))
        if service is None:
            raise Refused(NO_KEY)
    answer = service.carrier(dot)
    with step(actor, Event.ALERT_VERIFY, alert) as (locked, entry):
        # Noted first: if somebody closed the alert meanwhile, the log still has FMCSA's answer.
        entry.note(dot=dot, door=answer.outcome.value)
        require(steps.may_verify(locked.facts()))
        return Door.objects.create(
            alert=locked,
            by=actor.person,
            at=clock.now(),
            dot=dot,
            outcome=answer.outcome,
            detail=answer.detail[:300],
            verbatim=answer.raw,
            **carrier_columns(answer.carrier),
        )
