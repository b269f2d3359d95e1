"""Who investigates, reviews and sees an investigation."""

from collections.abc import Collection, Iterable

from plateward.ground.policy.decision import Allow
from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.routing import route
from plateward.oversight.findings.audience import HOLDERS
from plateward.oversight.findings.feed import known_people
from plateward.oversight.investigations import rules
from plateward.oversight.investigations.models import Investigation
from plateward.oversight.investigations.rules import OUTSIDE, Matter, Party
from plateward.people.chain_of_command.routing import ReviewMatter, able, review_route_of
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.people.superiors import chains_above, people_below

DUTY = Permission.INVESTIGATION_HANDLE


@enforces("6.f.i.3/investigate")
def barred_from(investigation: Investigation) -> set[int]:
    """Who has no part in it: the subject, those below them, and those who may be part of it."""
    below = people_below(investigation.subject).values_list("pk", flat=True)
    return {investigation.subject_id, *below, *investigation.implicated}


@enforces("6.f.i.3/investigate")
def roles_for(subject: Person, implicated: Iterable[Person]) -> tuple[str, ...]:
    """The roles that see it, as those of a finding about the same people."""
    names = frozenset(person.username for person in implicated)
    return route(subject.username, known_people(), names)


def party_of(person: Person) -> Party:
    """This person, for the rules."""
    return parties([person])[0]


def parties(people: Collection[Person]) -> list[Party]:
    """The same for several."""
    chains = chains_above([person.pk for person in people])
    return [Party(person.pk, person.role, chains[person.pk]) for person in people]


def matter_of(investigation: Investigation) -> Matter:
    """The investigation, for the rules."""
    lead = investigation.investigator
    subject, *others = parties([investigation.subject, *([lead] if lead else [])])
    return Matter(subject, investigation.implicated, investigation.outside, others[0] if others else None)


@enforces("6.f.i.3/investigate", "6.b.i.8/scope")
def find_investigator(investigation: Investigation) -> Person | None:
    """The nearest in the subject's chain of command who can; where that is left, whoever holds the first role that sees
    it, and about one of these roles the Chief, if nobody else can. None while nobody can."""
    matter = matter_of(investigation)
    if investigation.outside:
        candidates: Iterable[Person] = [*holders(investigation.to.split(";")), *_chiefs()]
    else:
        barred = frozenset(investigation.implicated)
        candidates = review_route_of(ReviewMatter(investigation.subject, barred), DUTY).reviewers
    fit = (
        person for person in candidates if isinstance(rules.may_investigate(party_of(person), matter), Allow)
    )
    return next(fit, None)


@enforces("6.f.i.3/investigate", "6.b.i.8/scope")
def find_reviewers(investigation: Investigation) -> list[Person]:
    """Who reviews its outcomes: the nearest above the investigator; where nobody is, the auditors and the CJIS Security
    Officer; about one of these, the Chief, if nobody else can."""
    lead = investigation.investigator
    if lead is None:
        return []
    matter = matter_of(investigation)
    barred = frozenset({investigation.subject_id, *investigation.implicated})
    above = () if investigation.outside else review_route_of(ReviewMatter(lead, barred), DUTY).reviewers

    def fit(people: Iterable[Person]) -> list[Person]:
        return [person for person in people if isinstance(rules.may_review(party_of(person), matter), Allow)]

    return fit(above or holders(OUTSIDE_NAMES)) or fit(_chiefs())


OUTSIDE_NAMES = tuple(name for name, role in HOLDERS.items() if role in OUTSIDE)


def _chiefs() -> list[Person]:
    return list(able(Person.objects.filter(role=Role.CHIEF).values_list("pk", flat=True), DUTY).values())


def holders(roles: Iterable[str]) -> list[Person]:
    """Those who hold these roles and can do the duty now, in the order of the roles."""
    order = [HOLDERS[name] for name in roles if name in HOLDERS]
    people = able(Person.objects.filter(role__in=order).values_list("pk", flat=True), DUTY).values()
    return sorted(people, key=lambda person: (order.index(person.role), person.pk))  # type: ignore[arg-type]
