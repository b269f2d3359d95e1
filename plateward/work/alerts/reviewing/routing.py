"""Who reviews how an alert ended: supervisors above the person who closed it, if in its list's audience. If
none is: the person who answers for the list, or else every supervisor in its audience."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from plateward.field.hotlists.audience import audiences
from plateward.field.hotlists.models import HotList
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.models import Person
from plateward.people.notices.actions import people_with
from plateward.people.permissions import Permission
from plateward.people.superiors import chains_above, people_below
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.models import Disposition

ModelRow = TypeVar("ModelRow", bound=Model)
CloserAndList = tuple[int, int]  # keys: who closed an alert, and its list


@dataclass(frozen=True)
class Reviewers:
    """Keys of people who can review it now: those `above`, nearest first; or, if there are none, those
    `instead`."""

    above: tuple[int, ...] = ()
    instead: tuple[int, ...] = ()
    nobody: bool = False  # nobody in the audience could review it


def dispositions_to_review(person: Person) -> QuerySet[Disposition]:
    """Dispositions that this supervisor is to review, oldest first."""
    waiting = Disposition.objects.filter(review=None)
    return reviewable_by(person, waiting).select_related("by", "alert__entry__hotlist")


@enforces("6.e.vii/thorough", "6.c.ii/lists")
def reviewable_by(person: Person, rows: QuerySet[ModelRow]) -> QuerySet[ModelRow]:
    """Of these rows, each with a person (`by`) and an `alert`, those that this supervisor reviews: alerts
    they may see, by people they lead, whom nobody leads, or with nobody above them in the list's audience."""
    visible = rows.filter(alert__in=alerts_for(person)).exclude(by=person)
    reviewable = Q(by__in=people_below(person)) | Q(by__supervisor=None)
    narrow = HotList.objects.filter(_restricted_lists())
    undecided = visible.filter(alert__entry__hotlist__in=narrow).exclude(reviewable)
    case_reviewers = reviewers_of_each(set(undecided.order_by().values_list("by", "alert__entry__hotlist")))
    for (by, hotlist), reviewers in case_reviewers.items():
        if person.pk in reviewers.instead:
            reviewable |= Q(by=by, alert__entry__hotlist=hotlist)
    return visible.filter(reviewable)


def stands_in(person: Person, by: Person, hotlist: HotList) -> bool:
    """Whether this person reviews what `by` closed because nobody above can."""
    return by.supervisor_id is None or person.pk in reviewers_of(by, hotlist).instead


def reviewers_of(by: Person, hotlist: HotList) -> Reviewers:
    """Who can review what this person closed on that list."""
    return reviewers_of_each({(by.pk, hotlist.pk)})[by.pk, hotlist.pk]


@enforces("6.e.vii/thorough", "6.c.ii/lists")
def reviewers_of_each(pairs: Collection[CloserAndList]) -> dict[CloserAndList, Reviewers]:
    """The same for many; few queries for however many."""
    if not pairs:
        return {}
    chains = chains_above({by for by, _ in pairs})
    able = _lists_by_reviewer({pk for chain in chains.values() for pk in chain})
    above = {
        (by, hotlist): tuple(pk for pk in chains[by] if hotlist in able.get(pk, ())) for by, hotlist in pairs
    }
    narrow = HotList.objects.filter(
        _restricted_lists(), pk__in={hotlist for (_, hotlist), up in above.items() if not up}
    )
    owners = dict(narrow.order_by().values_list("pk", "owner"))
    every = (
        _lists_by_reviewer(people_with(Permission.ALERT_REVIEW).values_list("pk", flat=True))
        if owners
        else {}
    )

    def instead(by: int, hotlist: int) -> Reviewers:
        if hotlist not in owners:
            return Reviewers()
        inside = sorted(pk for pk, lists in every.items() if hotlist in lists)
        stand_ins = stand_in_reviewers(by, owners[hotlist], inside)
        return Reviewers(instead=stand_ins, nobody=not stand_ins)

    return {
        (by, hotlist): Reviewers(up) if up else instead(by, hotlist) for (by, hotlist), up in above.items()
    }


@enforces("6.e.vii/thorough", "6.c.ii/lists")
def stand_in_reviewers(by: int, owner: int | None, inside: Sequence[int]) -> tuple[int, ...]:
    """Reviewers for somebody with nobody above them in the list's audience, all keys: the list's owner, if
    among the supervisors `inside` its audience; else all of these. Never the person who closed it."""
    candidates = tuple(pk for pk in inside if pk != by)
    return (owner,) if owner is not None and owner in candidates else candidates


def _restricted_lists() -> Q:
    """Lists limited to some people: for any other list, a leader sees every alert."""
    units = HotList.units.through.objects.values("hotlist")
    return Q(covert=True) | Q(pk__in=units) | ~Q(roles=[])


def _lists_by_reviewer(people: Iterable[int]) -> dict[int, frozenset[int]]:
    """Those of these people who may review dispositions now, with the lists of their audience."""
    candidates = list(people)
    access = standing.standings_of(candidates)
    able = [pk for pk in candidates if not refusals_for(access[pk], Permission.ALERT_REVIEW)]
    return audiences(able)
