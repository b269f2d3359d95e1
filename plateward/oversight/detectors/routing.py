"""Which roles hear of a finding: the subject's chain of command, or those outside it."""

from collections.abc import Iterable, Mapping

from plateward.oversight.detectors.records import Person, Suspicion
from plateward.policy.trace import enforces

INSPECTOR_GENERAL, CJIS_OFFICER = "inspector general", "CJIS officer"
OUTSIDE = (INSPECTOR_GENERAL, CJIS_OFFICER)
CHAIN = ("supervisor", "administrator")
WITHOUT_SUPERVISOR = ("administrator", CJIS_OFFICER)
JUDGES = ("chief", "admin", "review", "audit", "cjis", "inspector general", "inspector_general")


@enforces("6.f.i.3", "6.a.i.2")
def route(suspicion: Suspicion, people: Mapping[str, Person]) -> tuple[str, ...]:
    """The roles that hear of it. If the subject, or whoever else may have done it, is a chief, an administrator or a
    reviewer, heads a chain of command, whatever their title, or commands the subject, it leaves their chain."""
    subject = people.get(suspicion.subject, Person(suspicion.subject))
    involved = [people[person] for person in suspicion.implicated if person in people]
    judges = any(_judges(person) or _heads(person, people) for person in (subject, *involved))
    if judges or _command(subject, involved, people):
        held = {role for role in OUTSIDE if any(_holds(person, role) for person in (subject, *involved))}
        return tuple(role for role in OUTSIDE if role not in held) or OUTSIDE[:1]
    if not subject.supervisor or "supervisor" in subject.role.casefold():
        return WITHOUT_SUPERVISOR
    return CHAIN


def _judges(person: Person) -> bool:
    return any(word in person.role.casefold() for word in JUDGES)


def _heads(person: Person, people: Mapping[str, Person]) -> bool:
    return not person.supervisor and any(other.supervisor == person.id for other in people.values())


def _holds(person: Person, role: str) -> bool:
    return role.casefold().split()[0] in person.role.casefold().replace("_", " ") and _judges(person)


def _command(subject: Person, involved: Iterable[Person], people: Mapping[str, Person]) -> bool:
    """Whether any of those involved is above the subject."""
    above: set[str] = set()
    person = subject
    while person.supervisor and person.supervisor not in above:
        above.add(person.supervisor)
        person = people.get(person.supervisor, Person(person.supervisor))
    return any(other.id in above for other in involved)
