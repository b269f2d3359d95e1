"""Who looks at how an alert ended: whoever leads the person that closed it and is in the audience of its list. Where
nobody above that person is, whoever answers for the list, or else every supervisor in its audience."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from plateward.alerts.audience.alerts import alerts_for
from plateward.alerts.models import Disposition
from plateward.alerts.reviewing import rules
from plateward.hotlists.audience import audiences
from plateward.hotlists.models import HotList
from plateward.people.access import standing
from plateward.people.access.rules import hindrances
from plateward.people.chain import chains_above, people_below
from plateward.people.models import Person
from plateward.people.permissions import ROLE_PERMISSIONS, Permission
from plateward.policy.trace import enforces

REVIEWERS = [role for role, may in ROLE_PERMISSIONS.items() if Permission.ALERT_REVIEW in may]
Row = TypeVar("Row", bound=Model)
Whose = tuple[int, int]  # who closed an alert, and its list, by their keys


@dataclass(frozen=True)
class Lookers:
    """Who can look at it now, by their keys: those `above`, the nearest first; or those `instead`, where of these
    there is none."""

    above: tuple[int, ...] = ()
    instead: tuple[int, ...] = ()
    nobody: bool = False  # since nobody who could is in the audience


def waiting_for(person: Person) -> QuerySet[Disposition]:
    """The dispositions that this supervisor is to look at, the oldest first."""
    waiting = Disposition.objects.filter(review=None)
    return looked_at_by(person, waiting).select_related("by", "alert__entry__hotlist")


@enforces("6.e.vii", "6.c.ii")
def looked_at_by(person: Person, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Of these rows, each `by` somebody and of an `alert`, those that this supervisor looks at: of alerts that they may
    see, by people whom they lead, whom nobody leads, or above whom nobody is in the list's audience."""
    seen = rows.filter(alert__in=alerts_for(person)).exclude(by=person)
    theirs = Q(by__in=people_below(person)) | Q(by__supervisor=None)
    narrow = HotList.objects.filter(_narrow())
    others = seen.filter(alert__entry__hotlist__in=narrow).exclude(theirs)
    found = lookers(set(others.order_by().values_list("by", "alert__entry__hotlist")))
    for (by, hotlist), who in found.items():
        if person.pk in who.instead:
            theirs |= Q(by=by, alert__entry__hotlist=hotlist)
    return seen.filter(theirs)


def stands_in(person: Person, by: Person, hotlist: HotList) -> bool:
    """Whether this person looks at what that one closed since nobody above can."""
    return by.supervisor_id is None or person.pk in lookers_at(by, hotlist).instead


def lookers_at(by: Person, hotlist: HotList) -> Lookers:
    """Who can look at what this person closed upon that list."""
    return lookers({(by.pk, hotlist.pk)})[by.pk, hotlist.pk]


@enforces("6.e.vii", "6.c.ii")
def lookers(whose: Collection[Whose]) -> dict[Whose, Lookers]:
    """The same of many; few questions for however many."""
    if not whose:
        return {}
    chains = chains_above({by for by, _ in whose})
    able = _able({pk for chain in chains.values() for pk in chain})
    above = {
        (by, hotlist): tuple(pk for pk in chains[by] if hotlist in able.get(pk, ())) for by, hotlist in whose
    }
    narrow = HotList.objects.filter(
        _narrow(), pk__in={hotlist for (_, hotlist), up in above.items() if not up}
    )
    owners = dict(narrow.order_by().values_list("pk", "owner"))
    every = _able(Person.objects.filter(role__in=REVIEWERS).values_list("pk", flat=True)) if owners else {}

    def instead(by: int, hotlist: int) -> Lookers:
        if hotlist not in owners:
            return Lookers()
        inside = sorted(pk for pk, lists in every.items() if hotlist in lists)
        found = rules.instead(by, owners[hotlist], inside)
        return Lookers(instead=found, nobody=not found)

    return {(by, hotlist): Lookers(up) if up else instead(by, hotlist) for (by, hotlist), up in above.items()}


def _narrow() -> Q:
    """Lists that are not for everybody with the duty: of any other, who leads sees every alert."""
    units = HotList.units.through.objects.values("hotlist")
    return Q(covert=True) | Q(pk__in=units) | ~Q(roles=[])


def _able(people: Iterable[int]) -> dict[int, frozenset[int]]:
    """Those of these people whose access lets them look at dispositions now, each with the lists of their audience."""
    asked = list(people)
    found = standing.of_all(asked)
    able = [pk for pk in asked if not hindrances(found[pk], Permission.ALERT_REVIEW)]
    return audiences(able)
