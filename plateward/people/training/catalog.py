"""The courses that the policy itself names, and who needs them: a new hub's defaults."""

from datetime import date

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.permissions import Role
from plateward.people.training.models import Course, Requirement

TRAINING_BUREAU = "Advanced Training Bureau"

# code: name, clause, days that it counts (None: it does not lapse), how a person takes it
POLICY_COURSES = {
    "policy": (
        "ALPR policy (OPR:50)",
        "5.d",
        None,
        "Ask your training officer for the next class.",
    ),
    "equipment": ("ALPR equipment", "5.d", None, "Taught by the ALPR administrator's technicians."),
    "ncic": ("NCIC certification", "5.d", 730, "The CJIS Security Officer's office certifies and renews it."),
    "cjis": (
        "CJIS security awareness",
        "6.d.ii",
        365,
        "Every year at the state's CJIS training site.",
    ),
    "advanced-cjis": (
        "Advanced ALPR and CJIS training",
        "5.e",
        365,
        "The Advanced Training Bureau gives it.",
    ),
    "advanced-ncic": (
        "Advanced NCIC certification",
        "5.e",
        730,
        "The CJIS Security Officer's office gives it.",
    ),
    "administration": ("ALPR administration", "5.e", None, "The Advanced Training Bureau gives it."),
}
BASIC_COURSES = ("policy", "equipment", "ncic", "cjis")
ADMINISTRATOR_COURSES = ("advanced-cjis", "advanced-ncic", "administration")


@enforces("5.d", "5.e", "6.b.i.4", "6.d.iii")
def create_policy_courses(
    actor: Actor, agreed_with: str = TRAINING_BUREAU, agreed_on: date | None = None
) -> None:
    """Create the policy's missing courses and requirements. Those that were ended stay ended."""
    with act(actor, Event.TRAINING_REQUIRE, "training:catalog") as entry:
        requirements = add_missing(actor, agreed_with, agreed_on or days.today())
        entry.note(courses=len(POLICY_COURSES), requirements=requirements, agreed_with=agreed_with)


def add_missing(actor: Actor, agreed_with: str, agreed_on: date) -> int:
    """Add the rows that are missing, within the act; returns how many requirements."""
    Course.objects.bulk_create(
        (
            Course(code=code, name=name, clause=clause, valid_days=days, how=how)
            for code, (name, clause, days, how) in POLICY_COURSES.items()
        ),
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
            begins=begins,
            set_by=actor.key,
            agreed_with=agreed_with,
            agreed_on=agreed_on,
        )
        for code, role in wanted
        if (code, role.value) not in existing
    )
    return len(added)


def courses_required(role: Role) -> tuple[str, ...]:
    """The codes of the courses that the policy requires of a role."""
    return (*BASIC_COURSES, *ADMINISTRATOR_COURSES) if role is Role.ADMINISTRATOR else BASIC_COURSES
