"""Whose training is missing, has lapsed or soon will: for supervisors and administrators."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters import ChoiceFilter, ModelChoiceFilter

from plateward.core.pages.lists import Filters as ListFilters
from plateward.core.pages.lists import Words, computed
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access import fact_query, standing
from plateward.people.access.rules import WARNINGS, AccessFacts
from plateward.people.models import Person
from plateward.people.training.models import Course as Taught
from plateward.people.training.models import Duty, Record, Requirement

# The filter's choices, and which days left pass.
DUE_STATES = {
    "lapsed": ("Missing or lapsed", (-inf, -1)),
    "7": ("Lapses within 7 days", (0, 7)),
    "30": ("Lapses within 30 days", (0, 30)),
    "60": ("Lapses within 60 days", (0, 60)),
    "all": ("All", (-inf, inf)),
}
UNFILTERED = (-inf, WARNINGS[0].days)


@dataclass(frozen=True)
class DueRow:
    """A course that a person must take or retake, and its status."""

    person: Person
    course: str
    code: str
    why: str  # of a retraining: after what
    last_day: date | None
    left: float  # days; below 0: lapsed; -inf: missing; inf: it does not lapse
    failed: bool = False  # missing, because the exam was not passed

    @property
    def state(self) -> str:
        if self.left == -inf:
            return "Not passed" if self.failed else "Missing"
        if self.left == inf:
            return "Does not lapse"
        if self.left < 0:
            return "Overdue" if self.why else "Lapsed"
        return "Today" if self.left == 0 else f"{self.left:.0f} day{'' if self.left == 1 else 's'} left"

    @property
    def tag(self) -> str:
        """Its color: bad within the last warning, normal within the first."""
        if self.left <= WARNINGS[-1].days:
            return "bad"
        return "normal" if self.left <= WARNINGS[0].days else ""


class DueFilters(ListFilters):
    """For people and their courses; state and course belong to each row."""

    state = ChoiceFilter(
        label="State",
        empty_label="Missing, lapsed or within 60 days",
        choices=[(state, label) for state, (label, _) in DUE_STATES.items()],
        method=computed,
    )
    course = ModelChoiceFilter(
        label="Course",
        empty_label="Any",
        queryset=Taught.objects.all(),
        to_field_name="code",
        method=computed,
    )
    who = Words("full_name", "badge", "username", "unit__name", label="Name, badge, username or unit")


@enforces("6.d.ii/warned", "AT-2/yearly", "6.b.i.8/scope")
def due_rows(people: QuerySet[Person]) -> list[DueRow]:
    """All courses of these people, most urgent first."""
    by_key = {person.pk: person for person in people.select_related("unit", "supervisor")}
    facts_by_person = fact_query.read_facts(list(by_key), clock.now())
    made = (row for key, person in by_key.items() for row in rows_of_person(person, facts_by_person[key]))
    return sorted(made, key=lambda row: (row.left, row.person.full_name, row.course))


@enforces("6.d.ii/warned", "AT-2/yearly")
def urgent_rows(people: QuerySet[Person], most_left: int) -> list[DueRow]:
    """What of these people is missing, has lapsed, or does so within so many days, most urgent first. Who is up to date
    costs nothing but the database's look at their records."""
    return [row for row in due_rows(_perhaps_due(people, most_left)) if row.left <= most_left]


def _perhaps_due(people: QuerySet[Person], most_left: int) -> QuerySet[Person]:
    """All of them who have such a row, and perhaps a few more: the facts decide."""
    now, last_day = clock.now(), days.today() + timedelta(days=most_left)
    roles_of = defaultdict[tuple[int, int | None], list[str]](list)
    for requirement in standing.in_force_at(Requirement.objects.all(), now):
        roles_of[requirement.course_id, requirement.valid_days].append(requirement.role)
    counting, lacking = Record.objects.counting(now).filter(person=OuterRef("person")), Q(pk__in=())
    for (course, valid_days), roles in roles_of.items():
        fresh = counting.filter(course=course)
        if valid_days is not None:
            fresh = fresh.filter(completed_on__gt=last_day - timedelta(days=valid_days))
        lacking |= Q(role__in=roles) & Q(~Exists(fresh))
    duties = Duty.objects.filter(retrain_due__lte=last_day, opened_at__lte=now)
    for duty in duties.filter(Q(closed_at=None) | Q(closed_at__gt=now)).prefetch_related("concerns"):
        concerned = Q(role__in=[concern.role for concern in duty.concerns.all() if concern.role])
        concerned |= Q(person__in=[concern.person_id for concern in duty.concerns.all() if concern.person_id])
        retrained = counting.filter(
            course=duty.course_id, completed_on__gte=duty.opened_on, recorded_at__gt=duty.opened_at
        )
        lacking |= concerned & Q(~Exists(retrained))
    return people.filter(pk__in=standing.approved_access(now).order_by().filter(lacking).values("person"))


def rows_of_person(person: Person, facts: AccessFacts) -> Iterator[DueRow]:
    today = days.today()
    for course in facts.courses:
        last = course.last_day
        left = (last - today).days if last else inf if course.taken else -inf
        yield DueRow(person, course.name, course.code, "", last, left, course.failed)
    for duty in facts.retraining:
        if not duty.done:
            left = (duty.last_day - today).days
            yield DueRow(person, duty.course, "", duty.title, duty.last_day, left)


def count_by_state(rows: Collection[DueRow]) -> dict[str, int]:
    return {state: sum(is_match(row, state) for row in rows) for state in ("lapsed", "7", "30", "60")}


def is_match(row: DueRow, state: str) -> bool:
    """Whether a row is in a state: of DUE_STATES, or "" if none is chosen."""
    least, most = DUE_STATES[state][1] if state else UNFILTERED
    return least <= row.left <= most
