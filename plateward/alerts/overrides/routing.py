"""Who reviews an override: the officer's supervisor or, if absent, the next in the chain of command."""

from django.db.models import QuerySet

from plateward.alerts.overrides.models import Override
from plateward.db.any_row import AnyRow
from plateward.hotlists.audience import cleared_for
from plateward.people.chain_of_command.routing import ReviewMatter, review_route_of
from plateward.people.chain_of_command.rules import ReviewRoute
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.people.superiors import is_above
from plateward.policy.trace import enforces

ANY_OPEN = AnyRow(lambda: Override.objects.filter(finding=None))


def route_of(override: Override) -> ReviewRoute:
    """Its reviewers by the chain of command now."""
    return review_route_of(matter_above(override.by, override), Permission.OVERRIDE_REVIEW)


def matter_above(below: Person, override: Override) -> ReviewMatter:
    """For somebody above this person; a covert list's alert goes only to people the list names."""
    return ReviewMatter(below, frozenset({override.by_id}), cleared_for(override.alert.entry.hotlist))


def is_assigned(person: Person, override: Override) -> bool:
    """Whether it was referred to this person, or would be now; never their own."""
    if person.pk == override.by_id:
        return False
    return override.referrals.filter(to=person).exists() or person in route_of(override).reviewers


@enforces("6.c.ii", "6.e.ii")
def may_see(person: Person, override: Override) -> bool:
    """Their own, their people's, and what was referred to them; for a covert list, only people it names."""
    hotlist = override.alert.entry.hotlist
    if hotlist.covert and not hotlist.people.contains(person):
        return False
    return person.pk == override.by_id or is_assigned(person, override) or is_above(person, override.by)


def all_overrides() -> QuerySet[Override]:
    """All overrides with what pages show about them."""
    related = ("by__unit", "finding__by", "alert__entry__hotlist", "alert__reader")
    return Override.objects.select_related(*related).prefetch_related("referrals__to", "alert__acts")


def overrides_to_review(person: Person) -> list[Override]:
    """Overrides for this person to review now, oldest first."""
    if not ANY_OPEN():
        return []
    open_ones = all_overrides().filter(finding=None).exclude(by=person).order_by("pk")
    return [override for override in open_ones if is_assigned(person, override) and may_see(person, override)]
