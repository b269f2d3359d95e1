"""Who must have a course, and for how long it is valid: a change is looked at, with whom it locks out, then applied."""

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.people import days
from plateward.people.access import reading
from plateward.people.access import rules as access
from plateward.people.access.models import Access
from plateward.people.access.rules import Facts, Lack
from plateward.people.access.standing import administrators, keeps_an_administrator, live
from plateward.people.courses import rules
from plateward.people.courses.facts import lapses, latest
from plateward.people.courses.models import Course, Requirement
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.policy.decision import Allow, Decision, require
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class LockedOut:
    """Somebody who works now and could not any more, and why."""

    person: Person
    role: Role
    lack: Lack


@dataclass(frozen=True)
class Preview:
    """What a change of a course's requirements does."""

    course: Course
    begin: tuple[Role, ...]  # roles that need the course from now on
    end: tuple[Role, ...]
    stay: tuple[Role, ...]
    valid_days: int | None
    locked_out: tuple[LockedOut, ...]
    let_in: int
    stands: Decision  # whether an administrator is left

    @property
    def revalues(self) -> bool:
        """Whether the course would be valid for another time."""
        return self.valid_days != self.course.valid_days

    @property
    def changes(self) -> bool:
        """Whether anything would change."""
        return bool(self.begin or self.end or self.revalues)

    @property
    def per_role(self) -> list[tuple[str, int]]:
        """How many it locks out of each role."""
        counted = Counter(one.role for one in self.locked_out)
        return sorted((role.label, count) for role, count in counted.items())

    @property
    def fingerprint(self) -> str:
        """Of what it locks out: to see whether that has changed when the change is applied."""
        names = ",".join(one.person.username for one in self.locked_out)
        return hashlib.sha256(names.encode()).hexdigest()[:16]


def required(course: Course) -> list[Requirement]:
    """Who needs the course now."""
    return list(course.requirements.filter(ends=None))


def preview(course: Course, roles: Collection[Role], valid_days: int | None) -> Preview:
    """What would follow if these roles, and no others, needed the course, valid for so many days (None: for good)."""
    now, needed = clock.now(), {Role(one.role) for one in required(course)}
    touched = (needed ^ set(roles)) | (needed if valid_days != course.valid_days else set())
    before = reading.facts(list(_holders(touched, now).values_list("pk", flat=True)), now)
    taken = latest(course, now)
    after = {
        person: _with(facts, course, roles, valid_days, taken.get(person)) for person, facts in before.items()
    }
    stood = {person: access.standing(facts, now) for person, facts in before.items()}
    stands = {person: access.standing(facts, now) for person, facts in after.items()}
    out = {key for key in before if stood[key].authorized and not stands[key].authorized}
    people = {one.pk: one for one in _holders(touched, now) if one.pk in out}
    kept = len([one for one in administrators(now) if one.pk not in out])
    return Preview(
        course,
        tuple(sorted(set(roles) - needed)),
        tuple(sorted(needed - set(roles))),
        tuple(sorted(needed & set(roles))),
        valid_days,
        tuple(
            LockedOut(people[key], granted.role, stands[key].missing[0])
            for key in sorted(out, key=lambda one: people[one].full_name)
            if (granted := before[key].granted)
        ),
        len([key for key in before if stands[key].authorized and not stood[key].authorized]),
        access.may_leave_office(len(administrators(now)), kept) if Role.ADMINISTRATOR in touched else Allow(),
    )


def _holders(roles: Collection[Role], now: datetime) -> QuerySet[Person]:
    approved = Access.objects.filter(role__in=roles, decision=Access.Decision.APPROVED)
    return Person.objects.filter(pk__in=live(approved, now).values("person"))


def _with(
    facts: Facts, course: Course, roles: Collection[Role], valid_days: int | None, taken: date | None
) -> Facts:
    """The same facts, if the requirement were so."""
    others = tuple(one for one in facts.courses if one.code != course.code)
    if facts.granted is None or facts.granted.role not in roles:
        return replace(facts, courses=others)
    until = lapses(taken, valid_days) if taken else None
    this = access.Course(course.code, course.name, course.clause, course.how, taken is not None, until)
    return replace(facts, courses=(*others, this))


@enforces("6.b.i.4", "5.d", "5.e", "6.d.iii", "AT-3")
def apply(
    who: Who,
    course: Course,
    roles: Collection[Role],
    valid_days: int | None,
    *,
    agreed_with: str,
    agreed_on: date,
    looked_at: str,
) -> Preview:
    """Let these roles, and no others, need the course from now on. Everybody's standing follows at once.

    `looked_at` is the fingerprint of the preview that was shown. Raises Refused.
    """
    with act(who, Event.TRAINING_REQUIRE, f"course:{course.code}") as entry:
        course = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
        seen = preview(course, roles, valid_days)
        entry.note(
            begin=list(seen.begin),
            end=list(seen.end),
            valid_days=valid_days,
            valid_days_before=course.valid_days,
            agreed_with=agreed_with,
            agreed_on=str(agreed_on),
            locked_out=len(seen.locked_out),
        )
        require(rules.is_agreed(agreed_with, agreed_on, days.today()))
        require(rules.may_change(seen.changes, looked_at, seen.fingerprint))
        with keeps_an_administrator():
            now = clock.now()
            ended = [one for one in required(course) if seen.revalues or Role(one.role) in seen.end]
            for one in ended:
                one.ends, one.ended_by = now, who.key
                one.end_agreed_with, one.end_agreed_on = agreed_with.strip(), agreed_on
                one.save(update_fields=["ends", "ended_by", "end_agreed_with", "end_agreed_on"])
            Requirement.objects.bulk_create(
                Requirement(
                    course=course,
                    role=role.value,
                    valid_days=valid_days,
                    begins=now,
                    set_by=who.key,
                    agreed_with=agreed_with.strip(),
                    agreed_on=agreed_on,
                )
                for role in (*seen.begin, *(seen.stay if seen.revalues else ()))
            )
            course.valid_days = valid_days
            course.save(update_fields=["valid_days"])
    return seen
