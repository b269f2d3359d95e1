"""Approving and refusing a search, or a further step of one; and the administrator's decision on a stopped request."""

from django.urls import reverse

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.decisions.models import refer
from plateward.core.decisions.reminders import Reminder
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command.routing import ReviewMatter, next_above
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.work.searches import deciding_rules, records, routing, rules
from plateward.work.searches.models import GivenAs, Search, SearchDecision, StoppedDecision, StoppedRequest
from plateward.work.searches.routing import WaitingStep

ON_DUTY = "As a supervisor on duty, because it is urgent"
REFERRED = "It was passed on to them"


@enforces("6.a.ii.2/brake", "6.a.ii.2/group", "6.a.ii.3/brake", "6.b.i.9/entries")
def approve_search(actor: PersonActor, pk: int, step: int, text: str = "") -> None:
    """The searcher may run exactly this search, for a time; or unmask more of it. Raises Refused."""
    with act(actor, Event.SEARCH_APPROVE, f"search:{pk}", reason=text) as entry:
        _decide(entry, actor.person, pk, step, SearchDecision.Kind.APPROVED, text)


@enforces("6.a.ii.2/brake", "6.a.ii.2/group", "6.a.ii.3/brake", "6.b.i.9/entries")
def refuse_search(actor: PersonActor, pk: int, step: int, text: str) -> None:
    """The search never runs; or no more of it is unmasked. Raises Refused."""
    with act(actor, Event.SEARCH_REFUSE, f"search:{pk}", reason=text) as entry:
        require(deciding_rules.needs_why(text))
        _decide(entry, actor.person, pk, step, SearchDecision.Kind.REFUSED, text)


def _decide(
    entry: EntryDraft, reviewer: Person, pk: int, step: int, kind: SearchDecision.Kind, text: str
) -> None:
    search = records.lock_search(pk)
    standing = routing.step_standing(routing.waiting_step(search), search, reviewer, step)
    approves = kind == SearchDecision.Kind.APPROVED
    require(deciding_rules.may_decide_search(reviewer, standing, approves=approves))
    require(records.as_logged(search))
    acting = ON_DUTY
    if reviewer in standing.route.reviewers:
        acting = standing.route.acting
    elif reviewer.pk in standing.referred:
        acting = REFERRED
    entry.note(step=step, acting=acting, brakes=search.brakes, urgent=search.urgent)
    _keep_decision(search, step, kind, reviewer, acting=acting, text=text)
    _notify_searcher(search.pk, reviewer, step, approves=approves, text=text)


def _keep_decision(
    search: Search, step: int, kind: SearchDecision.Kind, by: Person, *, acting: str = "", text: str = ""
) -> None:
    """Record a decision; nobody is asked for it any more."""
    SearchDecision.objects.create(
        search=search, step=step, kind=kind, by=by, acting=acting[:400], text=text.strip(), at=clock.now()
    )
    settle_matter(Kind.SEARCH_DECIDE, search)


def _notify_searcher(pk: int, reviewer: Person, step: int, *, approves: bool, text: str) -> None:
    search = records.with_records(Search.objects.filter(pk=pk)).get()
    what = f"more plates of your {search}" if step else f"your {search}"
    notice = f"{reviewer} {'approved' if approves else 'refused'} {what}."
    if approves:
        notice += f" It runs until {days.format_time(records.facts_of(search).ends_at)}."
    if words := text.strip():
        notice += f" “{words}”"
    notify([search.person], Kind.SEARCH_ANSWER, notice, search)


@enforces("6.b.i.9/entries")
def withdraw_search(actor: PersonActor, search: Search) -> None:
    """The searcher takes back a search that waits. One that could have found a protected vehicle is flagged: asking and
    taking back would otherwise tell, unseen, whose a plate is. Raises Refused."""
    with act(actor, Event.SEARCH_WITHDRAW, f"search:{search.pk}"):
        current = records.lock_search(search.pk)
        own = current.person_id == actor.person.pk
        require(rules.may_withdraw(records.state(current), own=own))
        _keep_decision(current, 0, SearchDecision.Kind.WITHDRAWN, actor.person)
        if rules.Brake.PROTECTED in current.brakes:
            text = f"Flagged: {current} of {current.person} may find a protected vehicle, and was withdrawn."
            routing.flag(current, text)


def _is_late(waiting: WaitingStep) -> bool:
    """Whether nobody decided it since it was asked for, or last passed on."""
    search, limit = waiting.search, rules.LATE_URGENT if waiting.search.urgent else rules.LATE
    asked_at = search.steps.get(number=waiting.step).at if waiting.step else search.at
    last = search.referrals.filter(step=waiting.step).last()
    return (last.at if last else asked_at) <= clock.now() - limit


@enforces("6.a.ii.2/brake")
def _refer(entry: EntryDraft, waiting: WaitingStep) -> None:
    """Pass it to the next above or, at the end of the chain, remind the same people."""
    search = waiting.search
    route = routing.routes_of([search])[search.pk]
    before = {*routing.referred_to(search, waiting.step), *(person.pk for person in route.reviewers)}
    matter = ReviewMatter(search.person, routing.barred_owners(search))
    people = next_above(matter, routing.DUTY, before) or route.reviewers
    why = "It was not decided in time"
    refer(search.referrals, people, why, step=waiting.step)
    text = f"{why}: {search} of {search.person} ({search.purpose_label}, {search.number})."
    if people:
        notify(people, Kind.SEARCH_DECIDE, text, search, link=routing.decision_page(search))
    else:
        routing.notify_no_decider(search, text)
    entry.note(step=waiting.step, notified=[person.username for person in people])


escalate = Reminder(
    Event.SEARCH_REFER,
    routing.waiting_steps,
    _is_late,
    _refer,
    lock=lambda waiting: routing.waiting_step(records.lock_search(waiting.search.pk)),
    subject=lambda waiting: f"search:{waiting.search.pk}",
)


@enforces("SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic", "6.b.i.9/entries")
def decide_stopped(actor: PersonActor, pk: int, kind: StoppedDecision.Kind, text: str) -> None:
    """Decide that the reason is barred, which the searcher's superiors learn; or that its words mislead: then the same
    reason may be given again for this number. Raises Refused."""
    with act(actor, Event.SEARCH_CLEAR, f"stopped-request:{pk}", reason=text) as entry:
        stopped = StoppedRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
        require(deciding_rules.may_decide_stopped(hasattr(stopped, "decision"), text))
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
