"""Muting a source, reviewing the mute, setting its floor: each an act with its audit entry."""

from operator import attrgetter

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row, lock_row
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.models import HotList
from plateward.field.hotlists.notices import to_notify
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify_once, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.work.alerts.models import Alert
from plateward.work.alerts.outcomes import rules
from plateward.work.alerts.outcomes.counting import progress_of
from plateward.work.alerts.outcomes.models import Mute, MuteReview
from plateward.work.alerts.outcomes.rules import Proportion

HUB = Actor("system", "outcomes", "The hub's look at outcomes")
JudgedSource = Reader | HotList


@enforces("6.f.i.2/on")
def mute_below_floor() -> int:
    """Mute each camera and list that is below its floor since its last review. Returns how many. Whoever is to hear
    only now of a mute that waits for its review is notified."""
    alerts = progress_of(Alert.objects.all(), clock.now() - rules.PERIOD)
    done = 0
    for model, key, judge in (
        (Reader, "reader", rules.read_correctly),
        (HotList, "hotlist", rules.entries_on_file),
    ):
        by_source = rules.group_by(alerts, attrgetter(key))
        for source in model._default_manager.filter(muted_at=None, pk__in=by_source):
            last = MuteReview.objects.filter(withheld__in=source.mutes.all(), rings_again=True).last()
            judged = [alert for alert in by_source[source.pk] if last is None or alert.arrived_at >= last.at]
            done += _mute_if_below(source, judge(judged))
        for source in model._default_manager.exclude(muted_at=None):
            _notify_of_waiting(source)
    return done


@enforces("6.f.i.2/on", "6.b.i.9/entries")
def _mute_if_below(source: JudgedSource, share: Proportion) -> bool:
    """Several nodes may run this at once: the source is muted once."""
    if not rules.is_below(share, source.floor):
        return False
    with act(HUB, Event.ALARM_WITHHOLD, f"{_kind(source)}:{source.pk}") as entry:
        now = clock.now()
        if not type(source)._default_manager.filter(pk=source.pk, muted_at=None).update(muted_at=now):
            return False
        Mute.objects.create(
            **{_kind(source): source}, at=now, right=share.right, of=share.of, floor=source.floor
        )
        entry.note(right=share.right, of=share.of, floor=source.floor)
        _notify_of_mute(source, share)
    return True


@enforces("6.f.i.2/on")
def _notify_of_waiting(source: JudgedSource) -> None:
    """Of a mute that nobody has reviewed yet."""
    with transaction.atomic():
        mute = lock_row(source).mutes.first()
        if mute and not mute.reviews.exists():
            _notify_of_mute(source, Proportion(mute.right, mute.of))


def _notify_of_mute(source: JudgedSource, share: Proportion) -> None:
    text, link = _mute_text(source, share), reverse("outcomes:index")
    notify_once(_recipients(source), Kind.ALARM_WITHHOLD, text, source, link=link)


def _kind(source: JudgedSource) -> str:
    return "reader" if isinstance(source, Reader) else "hotlist"


def _mute_text(source: JudgedSource, share: Proportion) -> str:
    name, criterion = (
        f"The list {source.name}",
        "on file with NCIC or FMCSA, or still active according to their unit",
    )
    if isinstance(source, Reader):
        name, criterion = f"The camera of {source.name}", "read correctly"
    return (
        f"{name} is muted until reviewed: of {share.of} alerts that people reviewed, {share.right} "
        f"were {criterion}; its floor is {source.floor} %. See Alerts, Outcomes (OPR:50 6.f.i.2)."
    )


def _recipients(source: JudgedSource) -> list[Person]:
    """The administrators; for a list also its owner, without those who turned off their notices about it; for a camera
    the supervisors of its unit."""
    concerned = Q(role=Role.ADMINISTRATOR)
    if isinstance(source, HotList):
        concerned |= Q(pk=source.owner_id or 0)
    elif source.unit_id:
        concerned |= Q(role=Role.SUPERVISOR, unit=source.unit_id)
    people = Person.objects.filter(concerned).order_by("pk")
    return to_notify(source, people) if isinstance(source, HotList) else list(people)


@enforces("6.b.i.9/entries")
def review_mute(actor: PersonActor, source: JudgedSource, finding: str, *, rings_again: bool) -> None:
    """Record the finding. The source is on again, judged by new alerts; or stays muted. Raises Refused."""
    with act(actor, Event.ALARM_REVIEW, f"{_kind(source)}:{source.pk}") as entry:
        locked = lock_row(source)
        require(rules.may_review(locked.muted_at, finding))
        withheld = locked.mutes.latest("pk")
        MuteReview.write(actor, withheld=withheld, finding=finding.strip(), rings_again=rings_again)
        if rings_again:
            change_row(locked, muted_at=None)
        settle_matter(Kind.ALARM_WITHHOLD, source)
        entry.note(rings_again=rings_again)


@enforces("6.b.i.9/entries")
def set_floor(actor: Actor, source: JudgedSource, floor: int) -> None:
    """The percentage below which it is muted; 0 means never."""
    with act(actor, Event.ALARM_FLOOR, f"{_kind(source)}:{source.pk}") as entry:
        type(source)._default_manager.filter(pk=source.pk).update(floor=floor)
        entry.note(before=source.floor, floor=floor)
