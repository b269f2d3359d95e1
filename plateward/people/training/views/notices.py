"""A person's training notices: one line on every page, and in full on “My access”."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse

from plateward.core.db.rows import read_rows
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.rules import (
    WARNINGS,
    AccessFacts,
    OwedProtocol,
    RequiredCourse,
    lapsing_soon,
)
from plateward.people.models import Person
from plateward.people.training.actions import courses
from plateward.people.training.models import Duty


@dataclass(frozen=True)
class TrainingNotice:
    """One sentence, and the page on which to act."""

    text: str
    url: str
    urgent: bool


@enforces(
    "6.b.i.1/acknowledged",
    "6.d.ii/warned",
    "6.d.iv/incident",
    "6.d.iv/versions",
    "AT-2/yearly",
    "AT-2/incident",
)
def training_notices(person: Person, facts: AccessFacts) -> list[TrainingNotice]:
    """What lapses, what to retake, what to acknowledge, what to update: the urgent first. `facts`: the ones
    behind the person's standing."""
    now, my_access_url = clock.now(), reverse("access:mine")
    sentences = [_lapsing_notice(item, my_access_url) for item in lapsing_soon(facts.courses, now)]
    sentences += [
        TrainingNotice(
            f"Retake “{item.course}” by {clock.format_day(item.last_day)}, after: {item.title}.",
            my_access_url,
            item.due - now <= WARNINGS[-1],
        )
        for item in facts.retraining
        if not item.done
    ]
    sentences += [
        TrainingNotice(
            f"Read and acknowledge “{item.material}”, version {item.number}.",
            reverse("training:version", args=[item.pk]),
            False,
        )
        for item in (courses.unacknowledged_versions(person) if facts.granted else ())
    ]
    sentences += [_owed_notice(item, now) for item in facts.protocols]
    sentences += [
        TrainingNotice(
            f"Update the material of “{item.course}” by {clock.format_day(item.update_due)}, after: {item.title}.",
            reverse("training:duty", args=[item.pk]),
            item.update_due <= days.today(),
        )
        for item in duties_to_update(person)
    ]
    return sorted(sentences, key=lambda sentence: not sentence.urgent)


def _owed_notice(owed: OwedProtocol, now: datetime) -> TrainingNotice:
    text = f"Read and acknowledge the protocol “{owed.title}”, version {owed.number}"
    if owed.last_day:
        text += f", by {clock.format_day(owed.last_day)}; after that day you have no access until you do"
    urgent = owed.due is not None and owed.due - now <= WARNINGS[-1]
    return TrainingNotice(f"{text}.", reverse("protocols:version", args=[owed.version]), urgent)


def _lapsing_notice(course: RequiredCourse, url: str) -> TrainingNotice:
    last = course.last_day or days.today()
    left = (last - days.today()).days
    day_text = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
    text = f"Your training “{course.name}” lapses {day_text}, at the end of {clock.format_day(last)}."
    return TrainingNotice(f"{text} {course.how}".strip(), url, left <= WARNINGS[-1].days)


# Every page asks this too (actions/courses.py).
OPEN_DUTIES = (
    f"SELECT * FROM {Duty._meta.db_table} WHERE owner_id = %s AND closed_at IS NULL ORDER BY retrain_due, id"  # noqa: S608
)


def duties_to_update(person: Person) -> list[Duty]:
    """The open duties whose material this person has yet to update."""
    open_ = read_rows(Duty, OPEN_DUTIES, [person.pk])
    prefetch_related_objects(open_, "course")
    return [duty for duty in open_ if courses.released_since(duty) is None]
