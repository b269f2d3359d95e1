"""The chain of command: who is above whom, by the supervisor that each account names."""

from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.permissions import Role

# UNION, not UNION ALL, ends even on a loop, which the rules forbid.
BELOW_QUERY = """WITH RECURSIVE below(id) AS (
    SELECT id FROM people_person WHERE supervisor_id = %s
    UNION SELECT person.id FROM people_person person JOIN below ON person.supervisor_id = below.id
) SELECT id FROM below"""

ABOVE_QUERY = """WITH RECURSIVE above(id, supervisor_id) AS (
    SELECT id, supervisor_id FROM people_person WHERE id IN ({people})
    UNION SELECT person.id, person.supervisor_id FROM people_person person
    JOIN above ON person.id = above.supervisor_id
) SELECT id, supervisor_id FROM above"""


def people_below(person: Person) -> QuerySet[Person]:
    """The people whom this person leads, directly or through others."""
    return Person.objects.filter(pk__in=RawSQL(BELOW_QUERY, [person.pk])).exclude(pk=person.pk)  # noqa: S611


def chains_above(people: Collection[int]) -> dict[int, list[int]]:
    """The people above each of these, all by their keys, nearest first; in one query."""
    if not people:
        return {}
    keys = list(people)
    with connection.cursor() as cursor:
        cursor.execute(ABOVE_QUERY.format(people=", ".join(["%s"] * len(keys))), keys)
        supervisors: dict[int, int | None] = dict(cursor.fetchall())
    chains: dict[int, list[int]] = {}
    for person in people:
        chain: list[int] = []
        above = supervisors[person]
        while above is not None and above not in (person, *chain):
            chain.append(above)
            above = supervisors[above]
        chains[person] = chain
    return chains


def chain_above(person: Person) -> list[int]:
    """The same for one person."""
    return chains_above([person.pk])[person.pk]


@enforces("6.g.i/chain")
def is_above(person: Person, subordinate: Person) -> bool:
    """Whether this person leads that one, directly or through others; the Chief leads all."""
    if person.pk == subordinate.pk:
        return False
    return person.role == Role.CHIEF or person.pk in chain_above(subordinate)


@enforces("6.f.i.1/nobody")
def may_lead(supervisor: Person | None, person: Person) -> Decision:
    """Whether the chain of command stays a chain: nobody is above themself, however far up."""
    if supervisor is not None and person.pk in (supervisor.pk, *chain_above(supervisor)):
        return Refusal(
            "6.g.i",
            f"{person.full_name} would be above themselves in the chain of command.",
            "Choose a supervisor not below this person.",
            field="supervisor",
        )
    return Allow()


def not_below(person: Person, clause: str, help: str) -> Refusal:
    """The refusal for an act on a person whom the actor does not lead."""
    return Refusal(clause, f"{person.full_name} is not below you in the chain of command.", help)
