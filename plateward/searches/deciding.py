"""Approving and refusing a search, or a further step of one; and the administrator's decision on a stopped search."""

from django.urls import reverse

from plateward.audit.events import Event
from plateward.audit.log import EntryDraft, act
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.policy.decision import require
from plateward.policy.trace import enforces
from plateward.searches import actions, records, routing, rules
from plateward.searches.models import GivenAs, Search, SearchDecision, StoppedDecision, StoppedSearch

ON_DUTY = "As a supervisor on duty, since it is urgent"
REFERRED = "It was passed on to them"


@enforces("6.a.ii.2", "6.a.ii.3", "6.b.i.9")
def approve_search(actor: PersonActor, pk: int, step: int, text: str = "") -> None:
    """The searcher may run exactly this search, for a time; or unmask more of it. Raises Refused."""
    with act(actor, Event.SEARCH_APPROVE, f"search:{pk}", reason=text) as entry:
        _decide(entry, actor.person, pk, step, SearchDecision.Kind.APPROVED, text)


@enforces("6.a.ii.2", "6.a.ii.3", "6.b.i.9")
def refuse_search(actor: PersonActor, pk: int, step: int, text: str) -> None:
    """The search never runs; or no more of it is unmasked. Raises Refused."""
    with act(actor, Event.SEARCH_REFUSE, f"search:{pk}", reason=text) as entry:
        require(rules.needs_why(text))
        _decide(entry, actor.person, pk, step, SearchDecision.Kind.REFUSED, text)


def _decide(
    entry: EntryDraft, reviewer: Person, pk: int, step: int, kind: SearchDecision.Kind, text: str
) -> None:
    search = actions.lock_search(pk)
    standing = routing.step_standing(routing.waiting_step(search), search, reviewer, step)
    approves = kind == SearchDecision.Kind.APPROVED
    require(rules.may_decide_search(reviewer, standing, approves=approves))
    acting = ON_DUTY
    if reviewer in standing.route.reviewers:
        acting = standing.route.acting
    elif reviewer.pk in standing.referred:
        acting = REFERRED
    entry.note(step=step, acting=acting, brakes=search.brakes, urgent=search.urgent)
    actions.keep_decision(search, step, kind, reviewer, acting=acting, text=text)
    _notify_searcher(search.pk, reviewer, step, approves=approves, text=text)


def _notify_searcher(pk: int, reviewer: Person, step: int, *, approves: bool, text: str) -> None:
    search = records.with_records(Search.objects.filter(pk=pk)).get()
    what = f"more plates of your {search}" if step else f"your {search}"
    notice = f"{reviewer} {'approved' if approves else 'refused'} {what}."
    if approves:
        notice += f" It runs until {days.format_time(records.facts_of(search).ends_at)}."
    if words := text.strip():
        notice += f" “{words}”"
    notify([search.person], Kind.SEARCH_ANSWER, notice, search)


@enforces("SB40.share", "SB40.use", "6.b.i.9")
def decide_stopped(actor: PersonActor, pk: int, kind: StoppedDecision.Kind, text: str) -> None:
    """Decide that the reason is barred, which the searcher's superiors learn; or that its words mislead: then the same
    reason may be given again for this number. Raises Refused."""
    with act(actor, Event.SEARCH_CLEAR, f"stopped-search:{pk}", reason=text) as entry:
        stopped = StoppedSearch.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
        require(rules.may_decide_stopped(hasattr(stopped, "decision"), text))
        entry.note(decision=kind.value, clause=stopped.clause)
        StoppedDecision.objects.create(stopped=stopped, kind=kind, by=actor.person, text=text.strip())
        settle_matter(Kind.SEARCH_STOP, stopped)
        if kind == StoppedDecision.Kind.CLEARED:
            what = f"“{stopped.get_field_display()}” in {stopped.number}"
            notice = (
                f"{actor.person} cleared what you wrote as {what}: give it there again in the same words."
            )
            link = reverse("requests:ask" if stopped.field == GivenAs.NARRATIVE else "searches:ask")
            notify([stopped.person], Kind.SEARCH_ANSWER, notice, None, link=link)
            return
        above = [stopped.person.supervisor] if stopped.person.supervisor else []
        notice = f"A {stopped.what} by {stopped.person} was barred (clause {stopped.clause}): {text.strip()}"
        notify([stopped.person, *above], Kind.SEARCH_FLAG, notice, None, link=reverse("access:notices"))
