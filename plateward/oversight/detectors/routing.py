"""Which roles hear of a finding: the subject's chain of command, or those outside it."""

from collections.abc import Iterable, Mapping

from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.records import Account

INSPECTOR_GENERAL, CJIS_OFFICER = "inspector general", "CJIS officer"
OUTSIDE = (INSPECTOR_GENERAL, CJIS_OFFICER)
CHAIN = ("supervisor", "administrator")
WITHOUT_SUPERVISOR = ("administrator", CJIS_OFFICER)
JUDGES = ("chief", "admin", "review", "audit", "cjis", "inspector general", "inspector_general")


@enforces("6.f.i.3/investigate", "6.a.i.2/lending")
def route(who: str, people: Mapping[str, Account], implicated: Iterable[str] = ()) -> tuple[str, ...]:
    """The roles that hear of something about this person. If they, or whoever else may have done it, are a chief, an
    administrator or a reviewer, head a chain of command, whatever their title, or command the subject, it leaves their
    chain."""
    subject = people.get(who, Account(who))
    involved = [people[person] for person in implicated if person in people]
    judges = any(_judges(person) or _heads(person, people) for person in (subject, *involved))
    if judges or _command(subject, involved, people):
        held = {role for role in OUTSIDE if any(_holds(person, role) for person in (subject, *involved))}
        return tuple(role for role in OUTSIDE if role not in held) or OUTSIDE[:1]
    if not subject.supervisor or "supervisor" in subject.role.casefold():
        return WITHOUT_SUPERVISOR
    return CHAIN


def leaves_chain(roles: Iterable[str]) -> bool:
    """Whether nobody in the subject's chain of command is among these roles."""
    return not set(roles) & set(CHAIN)


def _judges(person: Account) -> bool:
    return any(word in person.role.casefold() for word in JUDGES)


def _heads(person: Account, people: Mapping[str, Account]) -> bool:
    return not person.supervisor and any(other.supervisor == person.id for other in people.values())


def _holds(person: Account, role: str) -> bool:
    return role.casefold().split()[0] in person.role.casefold().replace("_", " ") and _judges(person)


def _command(subject: Account, involved: Iterable[Account], people: Mapping[str, Account]) -> bool:
    """Whether any of those involved is above the subject."""
    above: set[str] = set()
    person = subject
    while person.supervisor and person.supervisor not in above:
        above.add(person.supervisor)
        person = people.get(person.supervisor, Account(person.supervisor))
    return any(other.id in above for other in involved)
