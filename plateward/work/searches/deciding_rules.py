"""Who may decide a search or look at it, and what must be said with it. Pure: facts in, decisions out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plateward.core.decisions.rules import ENOUGH, may_review, must_say
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.chain_of_command.rules import ReviewRoute
from plateward.work.alerts.wording import must_tell
from plateward.work.searches.rules import HARASSMENT, REASON

if TYPE_CHECKING:
    from plateward.people.models import Person

PERSONAL = "6.a.ii.3"


@dataclass(frozen=True)
class StepStanding:
    """A step of a search for a person who wants to decide it."""

    waits: bool
    searcher: int
    urgent: bool
    route: ReviewRoute
    referred: frozenset[int]
    on_duty: bool  # the person can do this duty and is not absent
    owners: frozenset[int]  # whose own or family's vehicle it may find


@enforces("6.a.ii.2/brake", "6.a.ii.3/brake", "6.b.i.8/scope")
def may_decide_search(reviewer: "Person", standing: StepStanding, *, approves: bool) -> Decision:
    """Whether this person may decide it: never the searcher, never whose vehicle it may find; of an urgent search any
    supervisor on duty may approve."""
    own = reviewer.pk == standing.searcher
    if reviewer.pk in standing.owners and not own:
        return Refusal(PERSONAL, "This search is not yours to decide.", standing.route.text)
    assigned = (
        reviewer in standing.route.reviewers
        or reviewer.pk in standing.referred
        or (standing.urgent and approves and standing.on_duty)
    )
    whose = may_review(HARASSMENT, "search", own=own, assigned=assigned, with_whom=standing.route.text)
    if isinstance(whose, Refusal):
        return whose
    if standing.waits:
        return Allow()
    return Refusal(HARASSMENT, "This search has already been decided.", "Check its result.")


@enforces("6.e.vi/generic", "6.b.i.8/scope")
def may_review_marked(reviewer: "Person", searcher: int, route: ReviewRoute, *, waits: bool) -> Decision:
    """Whether this person may say what a marked search is: never one's own, and only once."""
    own = reviewer.pk == searcher
    whose = may_review(REASON, "search", own=own, assigned=reviewer in route.reviewers, with_whom=route.text)
    if isinstance(whose, Refusal) or waits:
        return whose
    return Refusal(REASON, "This search is not waiting for you.", "Reload the page.")


@enforces("6.e.vi/generic")
def may_explain(text: str, *, asked: bool) -> Decision:
    """Whether a searcher answers a question about a marked search."""
    if not asked:
        return Refusal(REASON, "No one is asking about this search now.", "Reload its page.")
    how = "Say what happened, and what ties this vehicle to it."
    return must_say(REASON, text, "This is too short.", how, letters=ENOUGH)


def needs_why(text: str) -> Decision:
    """A search is refused only with a word why."""
    if text.strip():
        return Allow()
    return Refusal(HARASSMENT, "A refusal needs a reason.", "State the reason.", field="text")


@enforces("SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic")
def may_decide_stopped(decided: bool, text: str) -> Decision:
    """Whether the administrator may decide a stopped request so."""
    if decided:
        return Refusal("SB40.use", "This was already decided.", "Reload the page.")
    how = "State its purpose, or what shows that the words are misleading."
    return must_tell("SB40.use", text, "This does not say why.", how, "text")
