"""Who must have a course, and how long it is valid: preview a change and whom it locks out, then apply it."""

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Max

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import Decision, require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access import fact_query
from plateward.people.access import rules as access
from plateward.people.access.rules import AccessFacts, Lack
from plateward.people.access.standing import authorized_administrators, holders, keeps_an_administrator
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.training import rules
from plateward.people.training.catalog import YEARLY
from plateward.people.training.models import Course, Requirement


@dataclass(frozen=True)
class LockedOut:
    """A person who may work now and then could not, and why."""

    person: Person
    role: Role
    lack: Lack


@dataclass(frozen=True)
class RequirementPreview:
    course: Course
    begin: tuple[Role, ...]  # roles that need the course from now on
    end: tuple[Role, ...]
    stay: tuple[Role, ...]
    valid_days: int | None
    pass_mark: int | None
    locked_out: tuple[LockedOut, ...]
    let_in: int
    stands: Decision  # whether an administrator is left

    @property
    def revalues(self) -> bool:
        return self.valid_days != self.course.valid_days

    @property
    def remarks(self) -> bool:
        return self.pass_mark != self.course.pass_mark

    @property
    def changes(self) -> bool:
        return bool(self.begin or self.end or self.revalues or self.remarks)

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
    return list(course.requirements.filter(ends=None))


def preview_requirements(
    course: Course, roles: Collection[Role], valid_days: int | None, pass_mark: int | None = None
) -> RequirementPreview:
    """The effect if exactly these roles needed the course, valid for this many days (None: permanently) with this
    result in its exam (None: it has none)."""
    now, needed = clock.now(), {Role(item.role) for item in current_requirements(course)}
    wanted = set(roles)
    anew = (valid_days, pass_mark) != (course.valid_days, course.pass_mark)
    touched = (needed ^ wanted) | (needed if anew else set())
    concerned = holders(now, role__in=touched)
    before = fact_query.read_facts([person.pk for person in concerned], now)
    completions = course.records.standing(now).order_by()
    passed = completions if pass_mark is None else completions.filter(score__gte=pass_mark)
    taken = dict(passed.values_list("person_id").annotate(Max("completed_on")))
    tried = set(completions.values_list("person_id", flat=True)) - taken.keys()
    stood = {person: access.standing_from(facts, now) for person, facts in before.items()}
    stands = {
        person: access.standing_from(
            _facts_with(
                facts, course, wanted, valid_days, pass_mark, taken.get(person), failed=person in tried
            ),
            now,
        )
        for person, facts in before.items()
    }
    out = {key for key in before if stood[key].authorized and not stands[key].authorized}
    locked_out = tuple(
        LockedOut(person, granted.role, stands[person.pk].missing[0])
        for person in concerned
        if person.pk in out and (granted := before[person.pk].granted)
    )
    administrators = authorized_administrators(now) if Role.ADMINISTRATOR in touched else []
    kept = [person for person in administrators if person.pk not in out]
    return RequirementPreview(
        course,
        tuple(sorted(wanted - needed)),
        tuple(sorted(needed - wanted)),
        tuple(sorted(needed & wanted)),
        valid_days,
        pass_mark,
        locked_out,
        len([key for key in before if stands[key].authorized and not stood[key].authorized]),
        access.may_leave_office(len(administrators), len(kept)),
    )


def _facts_with(
    facts: AccessFacts,
    course: Course,
    roles: Collection[Role],
    valid_days: int | None,
    pass_mark: int | None,
    taken: date | None,
    *,
    failed: bool,
) -> AccessFacts:
    """The same facts, if the requirement were changed."""
    other_courses = tuple(other_course for other_course in facts.courses if other_course.code != course.code)
    if facts.granted is None or facts.granted.role not in roles:
        return replace(facts, courses=other_courses)
    until = access.lapses_at(taken, valid_days) if taken else None
    named = (course.code, course.name, course.clause, course.how)
    this = access.RequiredCourse(*named, taken is not None, until, pass_mark, failed)
    return replace(facts, courses=(*other_courses, this))


@enforces(
    "6.b.i.4/data",
    "6.b.i.4/bureau",
    "5.d/training",
    "5.e/training",
    "5.e/exam",
    "5.e/cjis",
    "6.d.ii/yearly",
    "6.d.iii/elevated",
    "AT-2/yearly",
    "AT-3/roles",
)
def apply_requirements(
    actor: Actor,
    course: Course,
    roles: Collection[Role],
    valid_days: int | None,
    pass_mark: int | None = None,
    *,
    agreed_with: str,
    agreed_on: date,
    seen: str,
) -> RequirementPreview:
    """From now on exactly these roles need the course. Everybody's standing follows at once.

    `seen` is the fingerprint of the preview that was shown. Raises Refused.
    """
    with act(actor, Event.TRAINING_REQUIRE, f"course:{course.code}") as entry:
        course = lock_row(course)
        change = preview_requirements(course, roles, valid_days, pass_mark)
        entry.note(
            begin=list(change.begin),
            end=list(change.end),
            valid_days=valid_days,
            valid_days_before=course.valid_days,
            pass_mark=pass_mark,
            pass_mark_before=course.pass_mark,
            agreed_with=agreed_with,
            agreed_on=str(agreed_on),
            locked_out=len(change.locked_out),
        )
        require(rules.is_agreed(agreed_with, agreed_on, days.today()))
        require(rules.may_require(pass_mark, valid_days, YEARLY.get(course.code)))
        require(rules.may_change(change.changes, seen, change.fingerprint))
        with keeps_an_administrator():
            now, all_anew = clock.now(), change.revalues or change.remarks
            ended = course.requirements.filter(ends=None)
            if not all_anew:
                ended = ended.filter(role__in=change.end)
            agreed = agreed_with.strip()
            ended.update(ends=now, ended_by=actor.key, end_agreed_with=agreed, end_agreed_on=agreed_on)
            Requirement.objects.bulk_create(
                Requirement(
                    course=course,
                    role=role.value,
                    valid_days=valid_days,
                    pass_mark=pass_mark,
                    begins=now,
                    set_by=actor.key,
                    agreed_with=agreed,
                    agreed_on=agreed_on,
                )
                for role in (*change.begin, *(change.stay if all_anew else ()))
            )
            course.valid_days, course.pass_mark = valid_days, pass_mark
            course.save(update_fields=["valid_days", "pass_mark"])
    return change
