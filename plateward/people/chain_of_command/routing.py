"""To whom each matter goes now: the chain of command, access in force, and declared absences."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.chain_of_command.absences import absent_until
from plateward.people.chain_of_command.rules import Candidate, ReviewRoute, review_route
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.people.superiors import chains_above


@dataclass(frozen=True)
class ReviewMatter:
    """A matter of this person for somebody above to review, who is barred from it, and who alone may know of
    it (None: everybody with the duty), all by their keys."""

    of: Person
    barred: frozenset[int] = frozenset()
    cleared: frozenset[int] | None = None


@enforces("6.b.i.8/scope")
def review_routes(matters: Mapping[int, ReviewMatter], duty: Permission) -> dict[int, ReviewRoute]:
    """Who reviews each of these matters, by key, now: the next in the chain of command who can do this duty.
    Few queries for however many."""
    if not matters:
        return {}
    chains = chains_above({matter.of.pk for matter in matters.values()})
    chiefs = list(Person.objects.filter(role=Role.CHIEF).order_by("pk").values_list("pk", flat=True))
    able = candidates({*chiefs, *(pk for chain in chains.values() for pk in chain)}, duty)

    def cleared(pk: int, matter: ReviewMatter) -> Candidate:
        if able[pk].cannot or matter.cleared is None or pk in matter.cleared:
            return able[pk]
        return Candidate(able[pk].person, "may not see it")

    return {
        key: review_route(
            {matter.of.pk, *matter.barred},
            [cleared(pk, matter) for pk in chains[matter.of.pk]],
            [cleared(pk, matter) for pk in chiefs],
        )
        for key, matter in matters.items()
    }


def review_route_of(matter: ReviewMatter, duty: Permission) -> ReviewRoute:
    """The same for one matter."""
    return review_routes({0: matter}, duty)[0]


@enforces("6.b.i.8/scope")
def next_above(
    matter: ReviewMatter, duty: Permission, referred: Collection[int | None]
) -> tuple[Person, ...]:
    """Who gets a matter that nobody handled in time: the next above who can, except people to whom it was
    `referred` before, by their keys. Nobody at the end of the chain of command."""
    below, visited = matter.of, set[int]()
    while below.pk not in visited:
        visited.add(below.pk)
        above = review_route_of(replace(matter, of=below), duty).reviewers
        if following := tuple(person for person in above if person.pk not in referred):
            return following
        below = above[0] if above else below
    return ()


def candidates(people: Collection[int], duty: Permission) -> dict[int, Candidate]:
    """Each of these people, by key, with why they cannot do this duty now, if so: no access in force for it,
    or a declared absence."""
    standings, absences = standing.standings_of(people), absent_until(people)

    def cannot(pk: int) -> str:
        if refusals_for(standings[pk], duty):
            return "has no access for it now"
        return f"is absent until {days.format_time(absences[pk])}" if pk in absences else ""

    return {pk: Candidate(person, cannot(pk)) for pk, person in Person.objects.in_bulk(people).items()}


def able(people: Collection[int], duty: Permission) -> dict[int, Person]:
    """The people who can do this duty now, by key."""
    return {
        pk: candidate.person for pk, candidate in candidates(people, duty).items() if not candidate.cannot
    }
