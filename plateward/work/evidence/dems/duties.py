"""How a duty moves on: within an act that has locked its alert."""

from datetime import timedelta
from typing import Any

from plateward.core.audit.actor import Actor
from plateward.core.cases.rules import normalized
from plateward.core.jobs.lease import release
from plateward.ground import clock
from plateward.people.models import Person
from plateward.people.notices.actions import settle_matter
from plateward.people.notices.kinds import Kind as Notified
from plateward.work.alerts.reviewing import routing
from plateward.work.evidence.dems.models import Duty, DutyStep, Upload
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.numbers import number_of

HUB = Actor("system", "owed", "The hub's DEMS exports")

ARRIVES_WITHIN = timedelta(minutes=5)  # of what a node sends at this moment


def add_step(duty: Duty, kind: DutyStepKind, by: Person, **more: Any) -> None:
    """The duty's status is its last step: earlier notices are settled."""
    DutyStep.objects.create(duty=duty, kind=kind, by=by, at=clock.now(), **more)
    settle_notices(duty)


def settle_notices(duty: Duty) -> None:
    """Those of a duty are no longer new."""
    for kind in (Notified.EXPORT_OWE, Notified.EXPORT_REMIND):
        settle_matter(kind, duty)


def reloaded(duty: Duty) -> Duty:
    """The duty, read again with its alert locked: of two acts, the second sees the first."""
    return Duty.objects.select_related("by", "alert__entry__hotlist").get(pk=duty.pk)


def is_reviewer(person: Person, duty: Duty) -> bool:
    """Whether this supervisor reviews alerts that the owner closes, including this one."""
    return routing.reviewable_by(person, Duty.objects.filter(pk=duty.pk)).exists()


def known_numbers(duty: Duty) -> set[str]:
    """The numbers that the hub has for it, as written."""
    return {normalized(number) for number in (duty.number, number_of(duty.alert))}


def reviewer_keys(duty: Duty, but: int | None) -> tuple[list[int], list[int], bool]:
    """The keys of supervisors above the owner, nearest first, and of stand-in reviewers, without this person;
    and whether no possible reviewer is in the list's audience."""
    reviewers = routing.reviewers_of(duty.by, duty.alert.entry.hotlist)
    above, instead = ([pk for pk in some if pk != but] for some in (reviewers.above, reviewers.instead))
    return above, instead, reviewers.nobody


def nearest_reviewers(duty: Duty, but: int | None) -> list[Person]:
    """The nearest supervisor above the owner, without this person, or those who stand in for them."""
    above, instead, _ = reviewer_keys(duty, but)
    return list(Person.objects.filter(pk__in=above[:1] or instead))


def end_uploads(duty: Duty) -> None:
    """Nobody works on them any more: a node that does notices that its lease is lost. What it was sending may arrive
    yet, so DEMS is asked about that later (asking.py)."""
    ended = {"stage": Upload.Stage.ENDED, "key": None, "problem": "", "due_at": clock.now() + ARRIVES_WITHIN}
    release(Upload.objects.under_way().filter(duty=duty), **ended)
