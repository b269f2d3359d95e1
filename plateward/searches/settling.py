"""The hub's own work on searches: numbers that CAD could not check, and searches that nobody decided in time."""

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import DONE_MEANWHILE, act
from plateward.cases.standing import WORKABLE, NumberAnswer, NumberStanding
from plateward.people.chain_of_command.routing import ReviewMatter, next_above
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.policy.trace import enforces
from plateward.searches import actions, records, routing, rules
from plateward.searches.models import NumberCheck, Search, SearchReferral
from plateward.searches.routing import WaitingStep

HUB = Actor("system", "hub", "The hub, automatically")
AT_ONCE = 100  # CAD look-ups per minute
MOST_UNANSWERED = 3  # after this many, CAD is not asked again this minute


@enforces("6.a.iii")
def settle_numbers() -> int:
    """Ask CAD about each number that it gave no answer for. Returns how many are settled."""
    answered = NumberCheck.objects.exclude(standing=NumberStanding.UNREACHABLE).values("search")
    open_ones = Search.objects.filter(checks__standing=NumberStanding.UNREACHABLE).exclude(pk__in=answered)
    settled = unanswered = 0
    # In random order, so that a number that always fails at CAD does not keep the others from their turn.
    for search in open_ones.select_related("person").order_by("?")[:AT_ONCE]:
        answer = actions.ask_cad(search.person, search.number)
        if answer is None or answer.standing is NumberStanding.UNREACHABLE:
            unanswered += 1
            if unanswered == MOST_UNANSWERED:
                break
            continue
        settled += _settle(search.pk, answer)
    return settled


def _settle(pk: int, answer: NumberAnswer) -> bool:
    with act(HUB, Event.SEARCH_CHECK, f"search:{pk}") as entry:
        search = actions.lock_search(pk)
        if records.facts_of(search).number is not NumberStanding.UNREACHABLE:
            entry.note(passed=DONE_MEANWHILE)
            return False
        actions.keep_number_check(search, answer)
        entry.note(number=search.number, standing=answer.standing.value)
        if answer.standing not in WORKABLE:
            text = f"Your {search}: {answer.detail} Its results are closed (clause 6.a.iii)."
            notify([search.person], Kind.SEARCH_FLAG, text, search)
    return True


@enforces("6.a.ii.2", "6.b.i.8")
def escalate() -> int:
    """Pass what nobody decided in time to the next above. Returns how many."""
    done = 0
    for waiting in routing.waiting_steps():
        if _is_late(waiting):
            with act(HUB, Event.SEARCH_REFER, f"search:{waiting.search.pk}") as entry:
                search = actions.lock_search(waiting.search.pk)
                current = routing.waiting_step(search)
                if current is None or not _is_late(current):
                    entry.note(passed=DONE_MEANWHILE)
                    continue
                entry.note(step=current.step, notified=_refer(current))
                done += 1
    return done


def _is_late(waiting: WaitingStep) -> bool:
    """Whether nobody decided it since it was asked for, or last passed on."""
    search, limit = waiting.search, rules.LATE_URGENT if waiting.search.urgent else rules.LATE
    asked_at = search.steps.get(number=waiting.step).at if waiting.step else search.at
    last = search.referrals.filter(step=waiting.step).last()
    return (last.at if last else asked_at) <= clock.now() - limit


def _refer(waiting: WaitingStep) -> list[str]:
    """Pass it to the next above or, at the end of the chain, remind the same people."""
    search = waiting.search
    route = routing.routes_of([search])[search.pk]
    before = {*routing.referred_to(search, waiting.step), *(person.pk for person in route.reviewers)}
    matter = ReviewMatter(search.person, routing.barred_owners(search))
    people = next_above(matter, routing.DUTY, before) or route.reviewers
    why = "It was not decided in time"
    SearchReferral.objects.bulk_create(
        SearchReferral(search=search, step=waiting.step, to=person, why=why, at=clock.now())
        for person in people or (None,)
    )
    text = f"{why}: {search} of {search.person} ({search.purpose_label}, {search.number})."
    page = actions.decision_page(search)
    if people:
        notify(people, Kind.SEARCH_DECIDE, text, search, link=page)
    else:
        actions.notify_no_decider(search, text)
    return [person.username for person in people]
