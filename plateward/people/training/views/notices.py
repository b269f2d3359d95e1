"""What a person is told of their training: on every page in a line, and on “My access” in full."""

from dataclasses import dataclass

from django.urls import reverse

from plateward import clock
from plateward.people import days
from plateward.people.access.rules import WARNINGS, Course, Facts, warned
from plateward.people.courses.models import Duty
from plateward.people.models import Person
from plateward.people.training.actions import courses
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Told:
    """One sentence, and the page where something is to be done."""

    text: str
    url: str
    urgent: bool


@enforces("6.d.ii", "6.d.iv", "AT-2")
def told(person: Person, facts: Facts) -> list[Told]:
    """What lapses, what to take anew, what to acknowledge, what to update: the urgent first. `facts`: the person's
    standing is computed from them."""
    now, mine = clock.now(), reverse("access:mine")
    found = [_lapsing(one, mine) for one in warned(facts.courses, now)]
    found += [
        Told(
            f"Take “{one.course}” anew by {clock.written(one.last_day)}, after: {one.title}.",
            mine,
            one.due - now <= WARNINGS[-1],
        )
        for one in facts.retraining
        if not one.done
    ]
    found += [
        Told(
            f"Read and acknowledge “{one.material}”, version {one.number}.",
            reverse("training:version", args=[one.pk]),
            False,
        )
        for one in (courses.unread(person) if facts.granted else ())
    ]
    found += [
        Told(
            f"Update the material of “{one.course}” by {clock.written(one.update_due)}, after: {one.title}.",
            reverse("training:duty", args=[one.pk]),
            one.update_due <= days.today(),
        )
        for one in to_update(person)
    ]
    return sorted(found, key=lambda one: not one.urgent)


def _lapsing(course: Course, url: str) -> Told:
    last = course.last_day or days.today()
    left = (last - days.today()).days
    when = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
    text = f"Your training “{course.name}” lapses {when}, at the end of {clock.written(last)}."
    return Told(f"{text} {course.how}".strip(), url, left <= WARNINGS[-1].days)


def to_update(person: Person) -> list[Duty]:
    """The open duties whose material this person is to update, and has not."""
    open_ = Duty.objects.filter(owner=person, closed_at=None).select_related("course").defer("what")
    return [one for one in open_ if courses.released_since(one) is None]
