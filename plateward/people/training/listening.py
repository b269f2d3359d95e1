"""A closed breach opens the duty to retrain."""

from typing import Any

from django.dispatch import receiver

from plateward.core.audit.actor import Actor
from plateward.ground.policy.decision import Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.standing import authorized_administrators
from plateward.people.training import rules
from plateward.people.training.actions.duties import open_duty
from plateward.people.training.models import Course, Duty
from plateward.people.training.signals import ClosedBreach, breach_closed


@receiver(breach_closed)
@enforces("6.d.iv", "AT-2")
def _on_breach_closed(actor: Actor, breach: ClosedBreach, **_more: Any) -> list[Duty]:
    """A closed breach opens a duty for each of its courses: those involved retake it within 30 days of the
    incident.

    Its owner is the ALPR administrator: who closes the breach, if one, else the longest-serving.
    """
    today = days.today()
    due = rules.retraining_due(breach.happened_on, today)
    owners = authorized_administrators()
    if not owners:
        raise Refused(
            Refusal(
                "6.d.iv",
                "There is no authorized ALPR administrator for the retraining.",
                "The Chief must designate one before the breach can be closed.",
            )
        )
    courses = {course.code: course for course in Course.objects.filter(code__in=breach.courses)}
    require(rules.may_retrain(breach.courses, courses))
    return [
        open_duty(
            actor,
            kind=Duty.Kind.INCIDENT,
            title=breach.title[:100],
            what=breach.what[:2000],
            reference=breach.reference,
            happened_on=breach.happened_on,
            course=courses[code],
            owner=next((course for course in owners if course.username == actor.id), owners[0]),
            update_due=due,
            retrain_due=due,
            people=breach.involved,
        )
        for code in dict.fromkeys(breach.courses)
    ]
