"""What somebody of an outside agency may ask: within its grant, counted for all its people together, and on the log
with the grant and its declaration."""

from datetime import timedelta
from typing import Any

from plateward.core.db.locking import lock_name
from plateward.ground import clock
from plateward.ground.policy.decision import Decision
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.agencies.models import AgencyGrant
from plateward.people.agencies.rules import Question, may_ask
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role
from plateward.work.searches.models import Search
from plateward.work.searches.query import SearchQuery


def grant_for(person: Person) -> AgencyGrant | None:
    """The latest grant of this person's agency, as far as it is signed; None for our own people, and where there is
    none."""
    return AgencyGrant.given_to(person.agency) if person.role == Role.OUTSIDE else None


def asked_today(grant: AgencyGrant) -> int:
    """How many searches its agency has asked for today."""
    begun = days.start_of(days.today())
    return Search.objects.filter(person__agency=grant.request.agency.ori, at__gte=begun).count()


@enforces("6.b.i.6/scope")
def units_for(person: Person) -> frozenset[int]:
    """The units whose readers' reads this person of an outside agency may search."""
    grant = grant_for(person)
    places = grant.places if grant else ()
    return frozenset(Unit.objects.filter(district__name__in=places).values_list("pk", flat=True))


@enforces("6.b.i.6/scope", "SB40.declare/registry", "SB40.share/purposes")
def may_ask_now(person: Person, purpose: str, offense: str, query: SearchQuery) -> Decision | None:
    """Whether somebody of an outside agency may ask for this now; None: it is one of our own people. Of two who ask
    at once, the second is counted after the first."""
    if person.role != Role.OUTSIDE:
        return None
    lock_name(f"agency {person.agency}")
    grant = grant_for(person)
    question = _question(grant, purpose, offense, query, asked_today(grant) if grant else 0)
    return may_ask(grant.scope if grant else None, question, clock.now())


@enforces("6.b.i.6/scope", "SB40.declare/registry")
def may_see_still(person: Person, search: Search) -> Decision | None:
    """The same of a search that was asked for: by the grant of this moment, its time counted from when it was."""
    if person.role != Role.OUTSIDE:
        return None
    now, grant = clock.now(), grant_for(person)
    question = _question(
        grant, search.purpose, search.offense or "", search.query, asked=0, waited=now - search.at
    )
    return may_ask(grant.scope if grant else None, question, now)


def _question(
    grant: AgencyGrant | None,
    purpose: str,
    offense: str,
    query: SearchQuery,
    asked: int,
    waited: timedelta = timedelta(0),
) -> Question:
    """Without units, it is about all districts of the grant, and no other answers."""
    named = Unit.objects.filter(name__in=query.units).values_list("district__name", flat=True)
    places = {name or "" for name in named} if query.units else set(grant.places if grant else ())
    return Question(
        purpose=purpose,
        offense=offense,
        since=query.since + waited,
        places=frozenset(places),
        asked_today=asked,
        images=False,
    )


@enforces("SB40.declare/registry", "SB40.share/recorded")
def disclosure(person: Person) -> dict[str, Any]:
    """What the entry of each ask and each look of somebody of an outside agency notes; nothing for our own people."""
    grant = grant_for(person)
    if grant is None:
        return {}
    return {
        "agency": grant.request.agency.ori,
        "grant": grant.pk,
        "declaration": grant.declaration_id,
        "disclosed_to": person.username,
    }
