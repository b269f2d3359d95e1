"""A supervisor's look at marked searches, and the searcher's answer."""

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.work.searches import deciding_rules, records, routing
from plateward.work.searches.models import MarkStep, Search
from plateward.work.searches.signals import search_suspected

QUESTION = "What happened, and what ties this vehicle to it?"


@enforces("6.b.i.8/scope", "6.e.vi/generic")
def marked_for(person: Person) -> list[Search]:
    """The marked searches that wait for this person, the oldest first."""
    waiting = list(records.with_records(records.marked().exclude(person=person)).prefetch_related("marks"))
    routes = routing.routes_of(waiting)
    return [search for search in waiting if person in routes[search.pk].reviewers]


@enforces("6.e.vi/generic", "6.a.ii.2/found", "6.b.i.8/scope", "6.b.i.9/entries")
def review_marked(actor: PersonActor, pk: int, kind: MarkStep.Kind) -> None:
    """Say that a marked search is in order, ask its searcher, or hold it for possible misuse. Raises Refused."""
    with act(actor, Event.SEARCH_LOOK, f"search:{pk}") as entry:
        search = records.lock_search(pk)
        waits = records.marked().filter(pk=pk).exists()
        route = routing.routes_of([search])[pk]
        require(deciding_rules.may_review_marked(actor.person, search.person_id, route, waits=waits))
        marks = list(search.marks.values_list("kind", flat=True))
        text = QUESTION if kind == MarkStep.Kind.ASKED else ""
        _keep(search, kind, actor.person, text)
        if kind != MarkStep.Kind.FINDING:  # its subject may read the log
            entry.note(marks=marks, answer=kind.value)
        if kind == MarkStep.Kind.ASKED:
            notice = f"{actor.person} asks about your {search} in {search.number}: {text}"
            notify([search.person], Kind.SEARCH_ASK, notice, search)
    if kind == MarkStep.Kind.FINDING:
        search_suspected.send(Search, search=search, actor=actor)


@enforces("6.e.vi/generic", "6.b.i.9/entries")
def explain(actor: PersonActor, pk: int, text: str) -> None:
    """The searcher answers; the search waits for a supervisor again. Raises Refused."""
    records.own_search(actor.person, pk)
    with act(actor, Event.SEARCH_EXPLAIN, f"search:{pk}") as entry:
        search = records.lock_search(pk)
        require(deciding_rules.may_explain(text, asked=records.is_asked(search)))
        asker = search.mark_steps.select_related("by").filter(kind=MarkStep.Kind.ASKED).latest("pk").by
        _keep(search, MarkStep.Kind.ANSWERED, actor.person, text)
        settle_matter(Kind.SEARCH_ASK, search)
        entry.note(asked_by=asker.username)
        link = routing.decision_page(search)
        notify([asker], Kind.SEARCH_FLAG, f"{actor.person} answered about {search}.", search, link=link)


def _keep(search: Search, kind: MarkStep.Kind, by: Person, text: str) -> None:
    MarkStep.objects.create(search=search, kind=kind, by=by, text=text.strip(), at=clock.now())
