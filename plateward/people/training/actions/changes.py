"""What makes training material out of date, a changed protocol or a closed breach, opens the duties to update it and
to retrain those it concerns (6.d.iv)."""

from dataclasses import dataclass
from datetime import date

from plateward.core.audit.actor import Actor
from plateward.ground.policy.decision import Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.standing import authorized_administrators
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.training import rules
from plateward.people.training.actions.duties import open_duty
from plateward.people.training.models import Course, Duty


@dataclass(frozen=True)
class Change:
    """A change that training must follow, and whom it concerns: named people, and those of these roles who need the
    course."""

    kind: Duty.Kind
    reference: str  # as the agency files it
    title: str
    what: str
    happened_on: date
    courses: tuple[str, ...] = ("cjis",)  # their codes
    people: tuple[Person, ...] = ()
    roles: tuple[Role, ...] = ()
    retrain_due: date | None = None  # None: within the 30 days of an incident


@enforces("6.d.iv/policy", "AT-2/incident")
def open_duties(actor: Actor, change: Change) -> list[Duty]:
    """Open a duty for each of its courses, within the act that makes the change. Raises Refused, which stops that act.

    Its owner is the ALPR administrator: whoever acts, if one, else the longest-serving."""
    due = change.retrain_due or rules.retraining_due(change.happened_on, days.today())
    owners = authorized_administrators()
    if not owners:
        raise Refused(
            Refusal(
                "6.d.iv",
                "There is no authorized ALPR administrator for the retraining.",
                "The Chief must first designate one.",
            )
        )
    courses = {course.code: course for course in Course.objects.filter(code__in=change.courses)}
    require(rules.may_retrain(change.courses, courses))
    return [
        open_duty(
            actor,
            kind=change.kind,
            title=change.title[:100],
            what=change.what[:2000],
            reference=change.reference,
            happened_on=change.happened_on,
            course=courses[code],
            owner=next((person for person in owners if person.username == actor.id), owners[0]),
            update_due=due,
            retrain_due=due,
            roles=_who_need(courses[code], change.roles),
            people=change.people,
        )
        for code in dict.fromkeys(change.courses)
    ]


def _who_need(course: Course, roles: tuple[Role, ...]) -> list[Role]:
    needed = set(course.requirements.filter(ends=None).values_list("role", flat=True))
    return [role for role in roles if role.value in needed]
