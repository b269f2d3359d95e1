"""Whose training is missing, has lapsed or soon will: for supervisors and administrators."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django_filters import ChoiceFilter, ModelChoiceFilter

from plateward import clock
from plateward.pages.lists import Filters as ListFilters
from plateward.pages.lists import Words, computed
from plateward.people import days
from plateward.people.access import fact_query
from plateward.people.access.rules import WARNINGS, AccessFacts, RequiredCourse
from plateward.people.courses.models import Course as Taught
from plateward.people.models import Person
from plateward.policy.trace import enforces

# The filter's choices; a number is the most days left.
DUE_STATES = {
    "lapsed": "Missing or lapsed",
    "7": "Lapses within 7 days",
    "30": "Lapses within 30 days",
    "60": "Lapses within 60 days",
    "all": "All",
}


@dataclass(frozen=True)
class DueRow:
    """A course that a person must take or retake, and its status."""

    person: Person
    course: str
    code: str
    why: str  # of a retraining: after what
    last_day: date | None
    left: int | None  # days; below 0: lapsed; None: it does not lapse
    missing: bool

    @property
    def state(self) -> str:
        """In a word or two."""
        if self.missing:
            return "Missing"
        if self.left is None:
            return "Does not lapse"
        if self.left < 0:
            return "Overdue" if self.why else "Lapsed"
        return "Today" if self.left == 0 else f"{self.left} day{'' if self.left == 1 else 's'} left"

    @property
    def tag(self) -> str:
        """Its color: bad within the last warning, normal within the first."""
        if self.missing or (self.left is not None and self.left <= WARNINGS[-1].days):
            return "bad"
        return "normal" if self.left is not None and self.left <= WARNINGS[0].days else ""


class DueFilters(ListFilters):
    """For people and their courses; state and course belong to each row."""

    state = ChoiceFilter(
        label="State",
        empty_label="Missing, lapsed or within 60 days",
        choices=[*DUE_STATES.items()],
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


@enforces("6.d.ii", "AT-2", "6.b.i.8")
def due_rows(people: QuerySet[Person]) -> list[DueRow]:
    """All courses of these people, most urgent first."""
    by_key = {
        listed_person.pk: listed_person for listed_person in people.select_related("unit", "supervisor")
    }
    facts_by_person = fact_query.read_facts(list(by_key), clock.now())
    made = (row for key, person in by_key.items() for row in rows_of_person(person, facts_by_person[key]))
    return sorted(
        made, key=lambda row: (not row.missing, _sort_key(row.left), row.person.full_name, row.course)
    )


def rows_of_person(person: Person, facts: AccessFacts) -> Iterator[DueRow]:
    """Each course of a person."""
    today = days.today()
    for course in facts.courses:
        yield _course_row(person, course, today)
    for duty in facts.retraining:
        if not duty.done:
            left = (duty.last_day - today).days
            yield DueRow(person, duty.course, "", duty.title, duty.last_day, left, missing=False)


def count_by_state(all_rows: Iterable[DueRow]) -> dict[str, int]:
    """How many there are of each state."""
    listed = list(all_rows)
    return {
        state: len([row for row in listed if is_match(row, state)]) for state in ("lapsed", "7", "30", "60")
    }


def _course_row(person: Person, course: RequiredCourse, today: date) -> DueRow:
    last = course.last_day
    left = (last - today).days if last else None
    return DueRow(person, course.name, course.code, "", last, left, missing=not course.taken)


def is_match(row: DueRow, state: str, course: Taught | None = None) -> bool:
    """Whether a row is in a state, of DUE_STATES or "", and of a course."""
    if course and row.code != course.code:
        return False
    if state == "all":
        return True
    over = row.missing or (row.left is not None and row.left < 0)
    if state == "lapsed":
        return over
    within = row.left is not None and row.left <= int(state or WARNINGS[0].days)
    return within and not over if state else within or over


def _sort_key(left: int | None) -> int:
    return 10**9 if left is None else left
