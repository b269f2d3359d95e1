"""The courses that the policy itself names, and who needs them: what a new hub begins with."""

from datetime import date

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.people import days
from plateward.people.courses.models import Course, Requirement
from plateward.people.permissions import Role
from plateward.policy.trace import enforces

BUREAU = "Advanced Training Bureau"

# code: name, clause, days that it counts (None: it does not lapse), how a person gets it
COURSES = {
    "policy": (
        "ALPR policy (OPR:50)",
        "5.d",
        None,
        "Your training officer gives it; ask for the next class.",
    ),
    "equipment": ("ALPR equipment", "5.d", None, "The ALPR administrator's technicians show it on a reader."),
    "ncic": ("NCIC certification", "5.d", 730, "The CJIS Security Officer's office certifies and renews it."),
    "cjis": (
        "CJIS security awareness",
        "6.d.ii",
        365,
        "It is taken every year, at the state's CJIS training site.",
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
EVERYBODY = ("policy", "equipment", "ncic", "cjis")
ADMINISTRATORS = ("advanced-cjis", "advanced-ncic", "administration")


@enforces("5.d", "5.e", "6.b.i.4", "6.d.iii")
def establish(who: Who, agreed_with: str = BUREAU, agreed_on: date | None = None) -> None:
    """Make the policy's courses and requirements where they are absent. Those that were ended stay ended."""
    now = clock.now()
    with act(who, Event.TRAINING_REQUIRE, "training:catalog") as entry:
        courses = {
            code: Course.objects.get_or_create(
                code=code, defaults={"name": name, "clause": clause, "valid_days": days, "how": how}
            )[0]
            for code, (name, clause, days, how) in COURSES.items()
        }
        wanted = [(code, role) for role in Role for code in needed(role)]
        known = set(Requirement.objects.values_list("course__code", "role"))
        fresh = [pair for pair in wanted if (pair[0], pair[1].value) not in known]
        Requirement.objects.bulk_create(
            Requirement(
                course=courses[code],
                role=role.value,
                valid_days=courses[code].valid_days,
                begins=now,
                set_by=who.key,
                agreed_with=agreed_with,
                agreed_on=agreed_on or days.of(now),
            )
            for code, role in fresh
        )
        entry.note(courses=len(courses), requirements=len(fresh), agreed_with=agreed_with)


def needed(role: Role) -> tuple[str, ...]:
    """The codes of the courses that the policy asks of a role."""
    return (*EVERYBODY, *ADMINISTRATORS) if role is Role.ADMINISTRATOR else EVERYBODY
