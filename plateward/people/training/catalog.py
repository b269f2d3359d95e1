"""The courses that the policy itself names, and who needs them: a new hub's defaults."""

from datetime import date
from typing import NamedTuple

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.permissions import Role
from plateward.people.training.models import Course, Requirement

TRAINING_BUREAU = "Advanced Training Bureau"

BUREAU_GIVES = "The Advanced Training Bureau gives it."
CJIS_GIVES = "Every year at the state's CJIS training site; it ends with a test."


class PolicyCourse(NamedTuple):
    """A course that the policy names: its clause, for how many days it counts (None: it does not lapse), the pass mark
    of its exam in percent (None: it has none), and how a person takes it."""

    name: str
    clause: str
    valid_days: int | None
    pass_mark: int | None
    how: str


# The four levels of CJIS security awareness build on one another: everybody here is a general user at least.
POLICY_COURSES = {
    "policy": PolicyCourse(
        "ALPR policy (OPR:50)", "5.d", None, None, "Ask your training officer for the next class."
    ),
    "equipment": PolicyCourse(
        "ALPR equipment", "5.d", None, None, "Taught by the ALPR administrator's technicians."
    ),
    "ncic": PolicyCourse(
        "NCIC certification", "5.d", 730, 80, "The CJIS Security Officer's office certifies and renews it."
    ),
    "cjis-basic": PolicyCourse("CJIS security awareness: basic", "AT-3", 365, 70, CJIS_GIVES),
    "cjis": PolicyCourse("CJIS security awareness", "6.d.ii", 365, 70, CJIS_GIVES),
    "cjis-privileged": PolicyCourse("CJIS security awareness: privileged", "AT-3", 365, 70, CJIS_GIVES),
    "cjis-security": PolicyCourse("CJIS security awareness: security", "AT-3", 365, 70, CJIS_GIVES),
    "advanced-cjis": PolicyCourse("Advanced ALPR and CJIS training", "5.e", 365, None, BUREAU_GIVES),
    "advanced-ncic": PolicyCourse(
        "Advanced NCIC certification", "5.e", 730, 80, "The CJIS Security Officer's office gives it."
    ),
    "administration": PolicyCourse("ALPR administration", "5.e", None, None, BUREAU_GIVES),
    "command": PolicyCourse("ALPR for command staff", "6.d.iii", None, None, BUREAU_GIVES),
    "supervision": PolicyCourse("ALPR supervision", "6.d.iii", None, None, BUREAU_GIVES),
    "oversight": PolicyCourse("ALPR audit and oversight", "6.d.iii", None, None, BUREAU_GIVES),
    "response": PolicyCourse("ALPR incident response", "6.d.iii", 365, None, BUREAU_GIVES),
}
# No agreement with the bureau makes these last longer than the policy and CJIS say (6.d.ii, AT-2): code -> days.
YEARLY = {
    code: course.valid_days for code, course in POLICY_COURSES.items() if "cjis" in code and course.valid_days
}
BASIC_COURSES = ("policy", "equipment", "ncic", "cjis")
# What the duties of a role ask for besides (5.e, 6.d.iii), and its level of CJIS security awareness (AT-3).
ROLE_COURSES = {
    Role.ADMINISTRATOR: ("advanced-cjis", "advanced-ncic", "administration", "cjis-privileged"),
    Role.AUDITOR: ("oversight",),
    Role.CHIEF: ("command",),
    Role.CJIS_OFFICER: ("oversight", "cjis-security"),
    Role.CYBER: ("response", "cjis-security"),
    Role.IT_SUPPORT: ("cjis-privileged",),
    Role.SUPERVISOR: ("supervision",),
}


@enforces(
    "5.d/training",
    "5.d/exam",
    "5.d/cjis",
    "5.e/training",
    "5.e/exam",
    "5.e/cjis",
    "6.b.i.4/data",
    "6.b.i.4/bureau",
    "6.d.iii/elevated",
    "AT-3/roles",
)
def create_policy_courses(actor: Actor) -> None:
    """Create the policy's missing courses and requirements. Those that were ended stay ended."""
    with act(actor, Event.TRAINING_REQUIRE, "training:catalog") as entry:
        requirements = add_missing(actor, TRAINING_BUREAU, days.today())
        entry.note(courses=len(POLICY_COURSES), requirements=requirements, agreed_with=TRAINING_BUREAU)


def add_missing(actor: Actor, agreed_with: str, agreed_on: date) -> int:
    """Add the rows that are missing, within the act; returns how many requirements."""
    Course.objects.bulk_create(
        (Course(code=code, **course._asdict()) for code, course in POLICY_COURSES.items()),
        ignore_conflicts=True,
    )
    courses = Course.objects.in_bulk(POLICY_COURSES, field_name="code")
    wanted = [(code, role) for role in Role for code in courses_required(role)]
    existing = set(Requirement.objects.values_list("course__code", "role"))
    begins = clock.now()
    added = Requirement.objects.bulk_create(
        Requirement(
            course=courses[code],
            role=role.value,
            valid_days=courses[code].valid_days,
            pass_mark=courses[code].pass_mark,
            begins=begins,
            set_by=actor.key,
            agreed_with=agreed_with,
            agreed_on=agreed_on,
        )
        for code, role in wanted
        if (code, role.value) not in existing
    )
    return len(added)


@enforces("5.d/exam", "5.d/cjis", "5.e/training", "6.d.iii/elevated", "AT-3/roles")
def courses_required(role: Role) -> tuple[str, ...]:
    """The codes of the courses that the policy requires of a role."""
    return (*BASIC_COURSES, *ROLE_COURSES.get(role, ()))
