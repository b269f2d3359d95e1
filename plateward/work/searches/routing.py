"""Who decides a search that needs a second person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse

from plateward.field.hotlists.protected.rules import owners
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.chain_of_command.routing import ReviewMatter, able, review_routes
from plateward.people.chain_of_command.rules import ReviewRoute
from plateward.people.models import Person
from plateward.people.notices.actions import notify, people_with
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role
from plateward.work.searches.deciding_rules import StepStanding
from plateward.work.searches.models import Search, SearchStep
from plateward.work.searches.records import protected_vehicles, state, with_records
from plateward.work.searches.rules import APPROVED_FOR, Brake, SearchState

DUTY = Permission.SEARCH_REVIEW


@dataclass(frozen=True)
class WaitingStep:
    """A step of a search that waits for a decision; `step` 0 is the search itself."""

    search: Search
    step: int
    why: str = ""


def waiting_step(search: Search) -> WaitingStep | None:
    """The step of this search that waits, if any. The search as `with_records` gives it."""
    now_state = state(search)
    if now_state is SearchState.WAITS:
        return WaitingStep(search, 0)
    if now_state is not SearchState.RUNS or not search.starts_from_place:
        return None
    decided = {decision.step for decision in search.decisions.all()}
    step = next((step for step in search.steps.all() if step.number not in decided), None)
    return WaitingStep(search, step.number, step.why) if step else None


def waiting_steps() -> list[WaitingStep]:
    """All that wait, oldest first."""
    # Whatever waits began within the longest time for which one can wait.
    recent = Search.objects.filter(at__gt=clock.now() - 2 * APPROVED_FOR).exclude(brakes=[])
    if not recent.exists():  # a page asks, and the rest is a large query
        return []
    recent = recent.exclude(starts_from_place=False, decisions__step=0)
    steps = (waiting_step(search) for search in with_records(recent).prefetch_related("steps").order_by("pk"))
    return [step for step in steps if step]


@enforces("6.a.ii.3/brake")
def barred_owners(search: Search) -> frozenset[int]:
    """Whose own or family's vehicle it may find: they do not decide it."""
    return owners(protected_vehicles(search.query)) if Brake.PROTECTED in search.brakes else frozenset()


@enforces("6.b.i.8/scope", "6.a.ii.3/brake")
def routes_of(searches: Sequence[Search]) -> dict[int, ReviewRoute]:
    """Who decides each of these now, by the search's key."""
    matters = {search.pk: ReviewMatter(search.person, barred_owners(search)) for search in searches}
    return review_routes(matters, DUTY)


def referred_to(search: Search, step: int) -> frozenset[int]:
    """The keys of the people to whom this step was passed on."""
    passed_on = search.referrals.filter(step=step, to__isnull=False)
    return frozenset(passed_on.values_list("to_id", flat=True))


def supervisors_on_duty(but: Collection[int] = ()) -> list[Person]:
    """Everybody who can decide a search now, without these."""
    people = people_with(DUTY).values_list("pk", flat=True)
    return [person for pk, person in sorted(able(list(people), DUTY).items()) if pk not in but]


def step_standing(waiting: WaitingStep | None, search: Search, reviewer: Person, step: int) -> StepStanding:
    """The facts for the rule on who may decide this step."""
    return StepStanding(
        waits=waiting is not None and waiting.step == step,
        searcher=search.person_id,
        urgent=search.urgent,
        route=routes_of([search])[search.pk],
        referred=referred_to(search, step),
        on_duty=search.urgent and bool(able([reviewer.pk], DUTY)),
        owners=barred_owners(search),
    )


@enforces("6.b.i.8/scope", "6.c.ii/cases")
def steps_for(person: Person) -> list[WaitingStep]:
    """The steps that this person can decide now: theirs by the chain of command, passed to them, or urgent."""
    steps = [waiting for waiting in waiting_steps() if waiting.search.person_id != person.pk]
    routes = routes_of([waiting.search for waiting in steps])
    on_duty = any(waiting.search.urgent for waiting in steps) and bool(able([person.pk], DUTY))

    def is_theirs(waiting: WaitingStep) -> bool:
        search = waiting.search
        if person.pk in barred_owners(search):
            return False
        return (
            person in routes[search.pk].reviewers
            or (search.urgent and on_duty)
            or person.pk in referred_to(search, waiting.step)
        )

    return [waiting for waiting in steps if is_theirs(waiting)]


def next_step_number(steps: Sequence[SearchStep]) -> int:
    """The number of the next further step."""
    return max((step.number for step in steps), default=0) + 1


def administrators() -> list[Person]:
    """The ALPR administrators."""
    return list(Person.objects.filter(role=Role.ADMINISTRATOR).order_by("pk"))


@enforces("6.a.ii.2/brake", "6.a.ii.3/brake")
def notify_deciders(search: Search, step: int) -> None:
    """Notify whoever decides it now; of an urgent search, everybody on duty who can."""
    people = list(routes_of([search])[search.pk].reviewers)
    if search.urgent:
        people = supervisors_on_duty(but={search.person_id, *barred_owners(search)}) or people
    what = "asks to unmask more plates of" if step else "asks for approval of"
    urgent = "Urgent: " if search.urgent else ""
    text = f"{urgent}{search.person} {what} {search} ({search.purpose_label}, {search.number})."
    if not people:
        notify_no_decider(search, text)
        return
    notify(people, Kind.SEARCH_DECIDE, text, search, link=decision_page(search))


def notify_no_decider(search: Search, text: str) -> None:
    """Notify the administrators, who do not decide it and can name a supervisor who does."""
    owners = barred_owners(search)
    people = [person for person in administrators() if person.pk not in owners]
    text = f"{text} No supervisor can decide it now: name one who can."
    notify(people, Kind.SEARCH_DECIDE, text, search, link=search.person.get_absolute_url())


def flag(search: Search, text: str) -> None:
    """Notify whoever reviews it of something odd."""
    notify(
        routes_of([search])[search.pk].reviewers, Kind.SEARCH_FLAG, text, search, link=decision_page(search)
    )


def decision_page(search: Search) -> str:
    """The page for whoever decides it."""
    return reverse("searches:decide", args=[search.pk])
