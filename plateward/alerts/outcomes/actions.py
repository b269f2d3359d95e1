"""An alarm withheld, reviewed, and its floor set: each one act with its entry."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from plateward import clock
from plateward.alerts.models import Alert
from plateward.alerts.outcomes import rules
from plateward.alerts.outcomes.counting import ended
from plateward.alerts.outcomes.models import Review, Withheld
from plateward.alerts.outcomes.rules import Ended, Share
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.fleet.models import Reader
from plateward.hotlists.models import HotList
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.policy.decision import require
from plateward.policy.trace import enforces

HUB = Who("system", "outcomes", "The hub's look at outcomes")
Source = Reader | HotList


@enforces("6.f.i.2")
def look() -> int:
    """Withhold the alarm of each camera and list that is below its floor since its last review. Returns how many."""
    since = clock.now() - rules.LOOKED_AT
    alerts = ended(Alert.objects.all(), since)
    readers, lists = rules.by(alerts, lambda one: one.reader), rules.by(alerts, lambda one: one.hotlist)
    done = 0
    for reader in Reader.objects.filter(alarm_withheld_at=None, pk__in=readers):
        done += _judge(reader, rules.read_correctly(_since(_reviewed(reader), readers[reader.pk])))
    for hotlist in HotList.objects.filter(alarm_withheld_at=None, pk__in=lists):
        done += _judge(hotlist, rules.standing(_since(_reviewed(hotlist), lists[hotlist.pk])))
    return done


def _since(moment: datetime | None, alerts: Iterable[Ended]) -> list[Ended]:
    return [one for one in alerts if moment is None or one.arrived_at >= moment]


def _reviewed(source: Source) -> datetime | None:
    latest = Review.objects.filter(withheld__in=source.withheld.all(), rings_again=True).last()
    return latest.at if latest else None


@enforces("6.e.iv.3", "6.f.i.2", "6.b.i.9")
def _judge(source: Source, share: Share) -> bool:
    """Several nodes may do it at once: it is withheld once."""
    if not rules.is_below(share, source.floor):
        return False
    kind = "reader" if isinstance(source, Reader) else "hotlist"
    with act(HUB, Event.ALARM_WITHHOLD, f"{kind}:{source.pk}") as entry:
        now = clock.now()
        if (
            not type(source)
            ._default_manager.filter(pk=source.pk, alarm_withheld_at=None)
            .update(alarm_withheld_at=now)
        ):
            return False
        Withheld.objects.create(**{kind: source}, at=now, right=share.right, of=share.of, floor=source.floor)
        entry.note(right=share.right, of=share.of, floor=source.floor)
        notify(
            _concerned(source),
            Kind.ALARM_WITHHOLD,
            _told(source, share),
            source,
            link=reverse("outcomes:index"),
        )
    return True


def _told(source: Source, share: Share) -> str:
    what = (
        "read correctly"
        if isinstance(source, Reader)
        else "on file when NCIC or FMCSA was asked, or still active by the word of their unit"
    )
    return (
        f"{_named(source)} is muted until reviewed: of {share.of} alerts that people judged, {share.right} "
        f"were {what}; its floor is {source.floor} %. Look under Alerts, Outcomes (OPR:50 6.f.i.2)."
    )


def _named(source: Source) -> str:
    return f"The camera of {source.name}" if isinstance(source, Reader) else f"The list {source.name}"


def _concerned(source: Source) -> list[Person]:
    """The administrators; of a list its owner too; of a camera the supervisors of its unit."""
    concerned = Q(role=Role.ADMINISTRATOR)
    if isinstance(source, HotList):
        concerned |= Q(pk=source.owner_id or 0)
    elif source.unit_id:
        concerned |= Q(role=Role.SUPERVISOR, unit=source.unit_id)
    return list(Person.objects.filter(concerned).order_by("pk"))


@enforces("6.f.i.2", "6.b.i.9")
def review(who: Who, by: Person, source: Source, finding: str, *, rings_again: bool) -> None:
    """Say what was found. It rings again from now on, and is judged by what comes; or stays silent. Raises Refused."""
    kind = "reader" if isinstance(source, Reader) else "hotlist"
    with act(who, Event.ALARM_REVIEW, f"{kind}:{source.pk}") as entry:
        held = type(source)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=source.pk)
        require(rules.may_review(held.alarm_withheld_at, finding))
        now, withheld = clock.now(), held.withheld.latest("pk")
        Review.objects.create(
            withheld=withheld, by=by, at=now, finding=finding.strip(), rings_again=rings_again
        )
        if rings_again:
            held.alarm_withheld_at = None
            held.save(update_fields=["alarm_withheld_at"])
        settle(Kind.ALARM_WITHHOLD, source)
        entry.note(rings_again=rings_again)


@enforces("6.b.i.9")
def set_floor(who: Who, source: Source, floor: int) -> None:
    """Below how many percent its alarm is withheld; 0 is never."""
    kind = "reader" if isinstance(source, Reader) else "hotlist"
    with act(who, Event.ALARM_FLOOR, f"{kind}:{source.pk}") as entry:
        type(source)._default_manager.filter(pk=source.pk).update(floor=floor)
        entry.note(before=source.floor, floor=floor)
