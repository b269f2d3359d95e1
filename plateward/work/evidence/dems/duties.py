"""How a duty moves on: within an act that has locked its alert."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.dispatch import Signal

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.cases.rules import normalized
from plateward.core.db.locking import lock_row
from plateward.core.jobs.lease import release
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import settle_matter
from plateward.people.notices.kinds import Kind as Notified
from plateward.people.permissions import Permission
from plateward.people.superiors import chain_above, people_below
from plateward.work.alerts.models import Alert
from plateward.work.alerts.reviewing import routing
from plateward.work.alerts.step import step
from plateward.work.evidence.dems.models import Duty, DutyQuerySet, DutyStep, Upload
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.numbers import number_of

HUB = Actor("system", "owed", "The hub's DEMS exports")

ARRIVES_WITHIN = timedelta(minutes=5)  # of what a node sends at this moment
duty_moved = Signal()  # `duty`, within the act that moves it on


def add_step(duty: Duty, kind: DutyStepKind, by: Person, **more: Any) -> None:
    """The duty's status is its last step: earlier notices are settled."""
    DutyStep.objects.create(duty=duty, kind=kind, by=by, at=clock.now(), **more)
    settle_notices(duty)
    duty_moved.send(Duty, duty=duty)


def settle_notices(duty: Duty) -> None:
    """Those of a duty are no longer new."""
    for kind in (Notified.EXPORT_OWE, Notified.EXPORT_REMIND):
        settle_matter(kind, duty)


def lock_subject(duty: Duty) -> list[Alert]:
    """Within an act, what puts two acts on it in order: its alert, which the live queue then hears of; without one, its
    own row."""
    if duty.alert_id:
        return [Alert.objects.select_for_update(no_key=True).get(pk=duty.alert_id)]
    lock_row(duty)
    return []


@contextmanager
def duty_step(actor: PersonActor, event: Event, duty: Duty) -> Iterator[EntryDraft]:
    """One audited step of a person: of an alert, one of its own steps."""
    if duty.alert:
        with step(actor, event, duty.alert) as (_, entry):
            yield entry
    else:
        with act(actor, event, duty.thing) as entry:
            entry.mention(*(f"read:{key.id}" for key in duty.keys))
            lock_row(duty)
            yield entry


def reloaded(duty: Duty) -> Duty:
    """The duty, read again with its alert locked: of two acts, the second sees the first."""
    return Duty.objects.select_related("by", "alert__entry__hotlist").get(pk=duty.pk)


def is_reviewer(person: Person, duty: Duty) -> bool:
    """Whether this supervisor reviews alerts that the owner closes, including this one."""
    return reviewable(person, Duty.objects.filter(pk=duty.pk)).exists()


@enforces("6.a.iv/dems", "6.c.ii/cases")
def reviewable(person: Person, duties: DutyQuerySet) -> DutyQuerySet:
    """Of these, those that this supervisor reviews: of alerts, as they review how these ended; of other leads, those of
    people whom they lead, or whom nobody leads."""
    led = Q(by__in=people_below(person)) | Q(by__supervisor=None)
    of_alerts = routing.reviewable_by(person, Duty.objects.filter(pk__in=duties.order_by().values("pk")))
    of_reads = Q(alert=None) & led & ~Q(by=person)
    return duties.filter(Q(pk__in=of_alerts.order_by().values("pk")) | of_reads)


def known_numbers(duty: Duty) -> set[str]:
    """The numbers that the hub has for it, as written."""
    numbers = (duty.number, number_of(duty.alert)) if duty.alert else (duty.number,)
    return {normalized(number) for number in numbers}


def reviewer_keys(duty: Duty, but: int | None) -> tuple[list[int], list[int], bool]:
    """The keys of supervisors above the owner, nearest first, and of stand-in reviewers, without this person;
    and whether no possible reviewer is in the list's audience."""
    if not duty.alert:
        return [pk for pk in _able_above(duty.by) if pk != but], [], False
    reviewers = routing.reviewers_of(duty.by, duty.alert.entry.hotlist)
    above, instead = ([pk for pk in some if pk != but] for some in (reviewers.above, reviewers.instead))
    return above, instead, reviewers.nobody


def _able_above(person: Person) -> list[int]:
    chain = list(chain_above(person))
    access = standing.standings_of(chain)
    return [pk for pk in chain if not refusals_for(access[pk], Permission.ALERT_REVIEW)]


def nearest_reviewers(duty: Duty, but: int | None) -> list[Person]:
    """The nearest supervisor above the owner, without this person, or those who stand in for them."""
    above, instead, _ = reviewer_keys(duty, but)
    return list(Person.objects.filter(pk__in=above[:1] or instead))


def end_uploads(duty: Duty) -> None:
    """Nobody works on them any more: a node that does notices that its lease is lost. What it was sending may arrive
    yet, so DEMS is asked about that later (asking.py)."""
    ended = {"stage": Upload.Stage.ENDED, "key": None, "problem": "", "due_at": clock.now() + ARRIVES_WITHIN}
    release(Upload.objects.under_way().filter(duty=duty), **ended)
