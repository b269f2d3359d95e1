"""Who must have a course, and how long it is valid: preview a change and whom it locks out, then apply it."""

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.db.locking import lock_row
from plateward.people import days
from plateward.people.access import fact_query
from plateward.people.access import rules as access
from plateward.people.access.models import Access
from plateward.people.access.rules import AccessFacts, Lack
from plateward.people.access.standing import authorized_administrators, in_force_at, keeps_an_administrator
from plateward.people.courses import rules
from plateward.people.courses.models import Course, Requirement
from plateward.people.courses.validity import lapses_at, last_completions
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.policy.decision import Allow, Decision, require
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class LockedOut:
    """A person who may work now and then could not, and why."""

    person: Person
    role: Role
    lack: Lack


@dataclass(frozen=True)
class RequirementPreview:
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
        """Whether the change gives the course another validity."""
        return self.valid_days != self.course.valid_days

    @property
    def changes(self) -> bool:
        """Whether anything would change."""
        return bool(self.begin or self.end or self.revalues)

    @property
    def per_role(self) -> list[tuple[str, int]]:
        """How many it locks out of each role."""
        counted = Counter(locked_out.role for locked_out in self.locked_out)
        return sorted((role.label, count) for role, count in counted.items())

    @property
    def fingerprint(self) -> str:
        """A hash of whom it locks out, to detect whether that has changed when the change is applied."""
        names = ",".join(locked_out.person.username for locked_out in self.locked_out)
        return hashlib.sha256(names.encode()).hexdigest()[:16]


def current_requirements(course: Course) -> list[Requirement]:
    """Who needs the course now."""
    return list(course.requirements.filter(ends=None))


def preview_requirements(
    course: Course, roles: Collection[Role], valid_days: int | None
) -> RequirementPreview:
    """The effect if exactly these roles needed the course, valid for this many days (None: permanently)."""
    now, needed = clock.now(), {Role(item.role) for item in current_requirements(course)}
    touched = (needed ^ set(roles)) | (needed if valid_days != course.valid_days else set())
    before = fact_query.read_facts(list(_holders(touched, now).values_list("pk", flat=True)), now)
    taken = last_completions(course, now)
    after = {
        person: _facts_with(facts, course, roles, valid_days, taken.get(person))
        for person, facts in before.items()
    }
    stood = {person: access.standing_from(facts, now) for person, facts in before.items()}
    stands = {person: access.standing_from(facts, now) for person, facts in after.items()}
    out = {key for key in before if stood[key].authorized and not stands[key].authorized}
    people = {item.pk: item for item in _holders(touched, now) if item.pk in out}
    kept = len([item for item in authorized_administrators(now) if item.pk not in out])
    return RequirementPreview(
        course,
        tuple(sorted(set(roles) - needed)),
        tuple(sorted(needed - set(roles))),
        tuple(sorted(needed & set(roles))),
        valid_days,
        tuple(
            LockedOut(people[key], granted.role, stands[key].missing[0])
            for key in sorted(out, key=lambda person_key: people[person_key].full_name)
            if (granted := before[key].granted)
        ),
        len([key for key in before if stands[key].authorized and not stood[key].authorized]),
        access.may_leave_office(len(authorized_administrators(now)), kept)
        if Role.ADMINISTRATOR in touched
        else Allow(),
    )


def _holders(roles: Collection[Role], now: datetime) -> QuerySet[Person]:
    approved = Access.objects.filter(role__in=roles, decision=Access.Decision.APPROVED)
    return Person.objects.filter(pk__in=in_force_at(approved, now).values("person"))


def _facts_with(
    facts: AccessFacts, course: Course, roles: Collection[Role], valid_days: int | None, taken: date | None
) -> AccessFacts:
    """The same facts, if the requirement were changed."""
    other_courses = tuple(other_course for other_course in facts.courses if other_course.code != course.code)
    if facts.granted is None or facts.granted.role not in roles:
        return replace(facts, courses=other_courses)
    until = lapses_at(taken, valid_days) if taken else None
    this = access.RequiredCourse(
        course.code, course.name, course.clause, course.how, taken is not None, until
    )
    return replace(facts, courses=(*other_courses, this))


@enforces("6.b.i.4", "5.d", "5.e", "6.d.iii", "AT-3")
def apply_requirements(
    actor: Actor,
    course: Course,
    roles: Collection[Role],
    valid_days: int | None,
    *,
    agreed_with: str,
    agreed_on: date,
    looked_at: str,
) -> RequirementPreview:
    """From now on exactly these roles need the course. Everybody's standing follows at once.

    `looked_at` is the fingerprint of the preview that was shown. Raises Refused.
    """
    with act(actor, Event.TRAINING_REQUIRE, f"course:{course.code}") as entry:
        course = lock_row(course)
        change = preview_requirements(course, roles, valid_days)
        entry.note(
            begin=list(change.begin),
            end=list(change.end),
            valid_days=valid_days,
            valid_days_before=course.valid_days,
            agreed_with=agreed_with,
            agreed_on=str(agreed_on),
            locked_out=len(change.locked_out),
        )
        require(rules.is_agreed(agreed_with, agreed_on, days.today()))
        require(rules.may_change(change.changes, looked_at, change.fingerprint))
        with keeps_an_administrator():
            now = clock.now()
            ended = [
                requirement
                for requirement in current_requirements(course)
                if change.revalues or Role(requirement.role) in change.end
            ]
            for requirement in ended:
                requirement.ends, requirement.ended_by = now, actor.key
                requirement.end_agreed_with, requirement.end_agreed_on = agreed_with.strip(), agreed_on
                requirement.save(update_fields=["ends", "ended_by", "end_agreed_with", "end_agreed_on"])
            Requirement.objects.bulk_create(
                Requirement(
                    course=course,
                    role=role.value,
                    valid_days=valid_days,
                    begins=now,
                    set_by=actor.key,
                    agreed_with=agreed_with.strip(),
                    agreed_on=agreed_on,
                )
                for role in (*change.begin, *(change.stay if change.revalues else ()))
            )
            course.valid_days = valid_days
            course.save(update_fields=["valid_days"])
    return change
