"""Whose training is missing, has lapsed or soon will: what supervisors and administrators look at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django import forms
from django.db.models import Q, QuerySet

from plateward import clock
from plateward.people import days
from plateward.people.access import reading
from plateward.people.access.rules import WARNINGS, Course, Facts
from plateward.people.courses.models import Course as Taught
from plateward.people.models import Person
from plateward.policy.trace import enforces

# As a person chooses them, and the most days that are left.
STATES = {
    "": "Missing, lapsed or within 60 days",
    "lapsed": "Missing or lapsed",
    "7": "Lapses within 7 days",
    "30": "Lapses within 30 days",
    "60": "Lapses within 60 days",
    "all": "All",
}


@dataclass(frozen=True)
class Row:
    """A course that a person must have, or must take anew, and how it stands."""

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
        """How it is colored: bad within the last warning, normal within the first."""
        if self.missing or (self.left is not None and self.left <= WARNINGS[-1].days):
            return "bad"
        return "normal" if self.left is not None and self.left <= WARNINGS[0].days else ""


class Filters(forms.Form):
    """All optional."""

    state = forms.ChoiceField(required=False, choices=STATES.items(), label="State")
    course = forms.ModelChoiceField(
        Taught.objects.all(), required=False, to_field_name="code", empty_label="Any"
    )
    who = forms.CharField(required=False, max_length=60, label="Name, badge, username or unit")

    def asked(self) -> dict[str, str]:
        """The filters that were filled in rightly."""
        self.is_valid()
        given = self.cleaned_data
        course = given.get("course")
        asked = {"state": given.get("state"), "course": course and course.code, "who": given.get("who")}
        return {name: value for name, value in asked.items() if value}


@enforces("6.d.ii", "AT-2", "6.b.i.8")
def rows(people: QuerySet[Person], asked: dict[str, str]) -> list[Row]:
    """The courses of these people that pass, the most urgent first."""
    if who := asked.get("who"):
        people = people.filter(
            Q(full_name__icontains=who)
            | Q(badge__iexact=who)
            | Q(username__iexact=who)
            | Q(unit__name__icontains=who)
        )
    by_key = {one.pk: one for one in people.select_related("unit", "supervisor")}
    found = reading.facts(list(by_key), clock.now())
    made = (row for key, person in by_key.items() for row in of(person, found[key]))
    passed = [row for row in made if passes(row, asked)]
    return sorted(
        passed, key=lambda row: (not row.missing, _order(row.left), row.person.full_name, row.course)
    )


def of(person: Person, facts: Facts) -> Iterator[Row]:
    """Each course of a person."""
    today = days.today()
    for one in facts.courses:
        yield _row(person, one, today)
    for duty in facts.retraining:
        if not duty.done:
            left = (duty.last_day - today).days
            yield Row(person, duty.course, "", duty.title, duty.last_day, left, missing=False)


def counted(all_rows: Iterable[Row]) -> dict[str, int]:
    """How many there are of each state."""
    told = list(all_rows)
    return {
        state: len([row for row in told if passes(row, {"state": state})])
        for state in ("lapsed", "7", "30", "60")
    }


def _row(person: Person, course: Course, today: date) -> Row:
    last = course.last_day
    left = (last - today).days if last else None
    return Row(person, course.name, course.code, "", last, left, missing=not course.taken)


def passes(row: Row, asked: dict[str, str]) -> bool:
    """Whether a row is among those asked for."""
    if "course" in asked and row.code != asked["course"]:
        return False
    state = asked.get("state", "")
    if state == "all":
        return True
    over = row.missing or (row.left is not None and row.left < 0)
    if state == "lapsed":
        return over
    within = row.left is not None and row.left <= int(state or WARNINGS[0].days)
    return within and not over if state else within or over


def _order(left: int | None) -> int:
    return 10**9 if left is None else left
