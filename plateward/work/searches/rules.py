"""What may be searched, when a search needs a second person, and when it may run. Pure: facts in, decisions out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial

from plateward.core.cases.rules import bare, flaw
from plateward.core.cases.standing import WORKABLE, NumberAnswer, NumberStanding
from plateward.core.decisions.rules import NAME, says_enough
from plateward.ground.labeled import Labeled
from plateward.ground.matching.partial import is_partial
from plateward.ground.matching.written import why_no_plate
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.limits import set_by
from plateward.ground.policy.packs import Setting
from plateward.ground.policy.parameters import Seriousness
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.barred import BarredRefusal
from plateward.ground.reasons.judging import Judgment
from plateward.ground.reasons.offenses import OFFENSES, gravest_of
from plateward.work.alerts.wording import is_specific
from plateward.work.searches.offenses import ASKS_WHOM, Tie
from plateward.work.searches.overlap import Sought, may_be_same
from plateward.work.searches.query import SearchQuery

REASON, NUMBER, HARASSMENT, SCOPE = "6.e.vi", "6.a.iii", "6.a.ii.2", "6.b.i.8"
MOST_PLATES = 200  # of one search
MOST_PARTIAL = 5  # of them partial: each looks at many vehicles
PARTIALS_A_DAY = 20  # by one person, without a second
OLDER = timedelta(days=90)  # reads from before need an approval
REPEATS_WITHIN = timedelta(days=365)
FREE_REPEATS = 2  # searches for one plate in one case, by whomever; the third needs a second person
APPROVED_FOR, APPROVED_FOR_URGENT = timedelta(hours=72), timedelta(hours=12)
OPEN_FOR = timedelta(hours=12)  # the results of a search that needed no approval
LATE, LATE_URGENT = timedelta(hours=2), timedelta(minutes=15)  # an undecided search is passed on
WHOM = {
    Tie.ASSOCIATE: "Say of whom: the suspect, the victim or the missing person.",
    Tie.BROADCAST: "Say whose broadcast it is.",
    Tie.OTHER: "Say what ties it.",
}
NEEDS_APPROVAL = "This search needs your supervisor's approval."


class Brake(Labeled):
    """Why a search needs a second person, in words for that person; the searcher never learns of PROTECTED."""

    BULK = "bulk", "It looks for several plates at once."
    MISMATCH = "mismatch", "The purpose, the offense and CAD's type of incident do not match."
    OLDER = "older", f"It goes back more than {OLDER.days} days."
    PARTIALS = (
        "partials",
        f"The same person searched for more than {PARTIALS_A_DAY} partial plates within a day.",
    )
    PLACE = "place", "It starts from a place and looks at everyone who passed."
    PROTECTED = "protected", "It may find a vehicle of the agency, of its people or of their families."
    REPEATED = (
        "repeated",
        f"It was searched for at least {FREE_REPEATS} times before: by the same person, or in this case.",
    )


class SearchState(StrEnum):
    """STOPPED: its number turned out to be no ground. ENDED: its time is over."""

    ENDED = "ended"
    REFUSED = "refused"
    RUNS = "runs"
    STOPPED = "stopped"
    WAITS = "waits"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class EarlierSearch:
    """An earlier search by the same person or in the same case, and the plates that it sought or unmasked."""

    sought: tuple[Sought, ...]
    number: str


@dataclass(frozen=True)
class SearchFacts:
    """What a search's state depends on. `decided`: its kind and time, if it was decided."""

    at: datetime
    braked: bool
    urgent: bool
    number: NumberStanding
    decided: tuple[str, datetime] | None = None

    @property
    def ends_at(self) -> datetime:
        """When it is over if nothing else happens: waiting, or running."""
        limit = APPROVED_FOR_URGENT if self.urgent else APPROVED_FOR
        if not self.braked:
            return self.at + OPEN_FOR
        return (self.decided[1] if self.decided else self.at) + limit


def may_query(query: SearchQuery, now: datetime) -> Decision:
    """Whether this is a search at all: plates that can be plates, and not too many; a time that has passed."""
    if len(query.plates) > MOST_PLATES:
        return Refusal(
            REASON,
            f"{len(query.plates):,} plates are more than the {MOST_PLATES} that one search may look for.",
            "Search for fewer, or put them on a hot list.",
            field="plate",
        )
    if sum(map(is_partial, query.plates)) > MOST_PARTIAL:
        return Refusal(
            REASON,
            f"One search takes at most {MOST_PARTIAL} partial plates.",
            "Search for the likeliest, or start from the place.",
            field="plate",
        )
    for plate in query.plates:
        if objection := why_no_plate(plate, whole=False):
            return Refusal(REASON, f"“{plate[:20]}”: {objection}", "Correct the plate.", field="plate")
    if query.until <= query.since:
        return Refusal(REASON, "The end is not after the start.", "Correct the two times.", field="until")
    if query.since >= now:
        return Refusal(REASON, "The start is in the future.", "Enter an earlier time.", field="since")
    return Allow()


@enforces("6.a.ii.2/brake", "6.a.ii.2/group", "6.a.ii.3/brake")
def brakes_of(
    query: SearchQuery,
    number: str,
    earlier: Sequence[EarlierSearch],
    *,
    names_protected: bool,
    mismatch: bool,
    partial_lately: int,
    now: datetime,
) -> tuple[Brake, ...]:
    """Everything that makes this search need a second person. `earlier`: the person's own and everybody's in this case,
    within REPEATS_WITHIN; `names_protected`: it may find a registered vehicle; `mismatch`: its facts do not agree (see
    marking); `partial_lately`: how many partial plates the person searched for within a day."""
    sought = [Sought.of(plate, query.match) for plate in query.plates]
    holds = {
        Brake.BULK: len(query.plates) > 1,
        Brake.MISMATCH: mismatch,
        Brake.OLDER: query.since < now - OLDER,
        Brake.PLACE: query.starts_from_place,
        Brake.PROTECTED: names_protected,
        Brake.REPEATED: any(_is_repeated(plate, number, earlier) for plate in sought),
        Brake.PARTIALS: partial_lately + sum(map(is_partial, query.plates)) > PARTIALS_A_DAY,
    }
    return tuple(brake for brake, applies in holds.items() if applies)


def _is_repeated(plate: Sought, number: str, earlier: Sequence[EarlierSearch]) -> bool:
    """Whether it is the third search for this plate, however it is written, on grounds that were used for it before."""
    same = [
        bare(search.number)
        for search in earlier
        if any(may_be_same(plate, before) for before in search.sought)
    ]
    return len(same) >= FREE_REPEATS and bare(number) in same


@enforces(
    "6.e.vi/generic", "6.a.i.1/purposes", "SB40.share/words", "SB40.use/surveillance", "SB40.use/traffic"
)
def says_something(judgment: Judgment) -> Decision:
    """Whether the sentence says anything at all, and names no barred ground."""
    if judgment.accepted:
        return Allow()
    if judgment.barred:
        clause = judgment.barred.clause
        return BarredRefusal(clause, "This reason is not accepted.", judgment.why, field="reason")
    return Refusal(REASON, "This reason is not accepted.", judgment.why, field="reason")


@enforces("6.e.vi/reason")
def states_facts(offense: str, tie: str, tie_to: str, *, needs_tie: bool) -> Decision:
    """Whether it is said what happened, and what ties the vehicle to it. `needs_tie`: CAD names not every plate."""
    if offense not in OFFENSES:
        return Refusal(REASON, "The offense or event is missing.", "Choose it.", field="offense")
    serious = is_serious_enough(offense)
    if isinstance(serious, Refusal):
        return serious
    if not tie and not needs_tie:
        return Allow()
    if tie not in set(Tie):
        help = "Choose what ties it: the CAD record does not name this plate."
        return Refusal(REASON, "What ties this vehicle to the case is not stated.", help, field="tie")
    if Tie(tie) in ASKS_WHOM and not says_enough(tie_to, NAME):
        return Refusal(REASON, "Whose, or what, is not stated.", WHOM[Tie(tie)], field="tie_to")
    return Allow()


@enforces("6.e.vi/reason", "6.a.ii.2/brake")
def may_ask_for_older(query: SearchQuery, why: str, now: datetime) -> Decision:
    """Whether a search that goes far back says why."""
    if query.since >= now - OLDER or is_specific(why):
        return Allow()
    return Refusal(
        REASON,
        f"Reads from more than {OLDER.days} days ago need a reason of their own, and a supervisor's approval.",
        "Say what happened then that this search is to find, or begin later.",
        field="why_older",
    )


@enforces("WA.use/offenses")
def is_serious_enough(offense: str) -> Decision:
    """Whether a search may be for this offense or event, by the laws that the agency's packs hold."""
    for allowed in set_by("search_offenses"):
        if gravest_of(offense) not in allowed.value:
            classes = "; ".join(Seriousness(kind).label.lower() for kind in allowed.value)
            return Refusal(
                allowed.row,
                f"A search may not be for: {OFFENSES[offense].label} ({allowed.law}).",
                f"It may be for: {classes}. If it is one of these, choose it.",
                field="offense",
            )
    return Allow()


@dataclass(frozen=True)
class Grounds:
    """What a search rests on besides its case: a `basis` of models.Basis or none; a warrant by its number (`text`),
    court and day, or an emergency in words (`text`)."""

    basis: str = ""
    text: str = ""
    court: str = ""
    issued_on: date | None = None


@enforces("6.a.ii.2/place", "6.e.vi/reason")
def may_start_from_place(query: SearchQuery, grounds: Grounds, now: datetime) -> Decision:
    """Whether a search for everybody who passed a place rests on a warrant or an emergency. It is no probable cause
    against anybody whom it finds."""
    if not query.starts_from_place:
        return Allow()
    if not grounds.basis:
        return Refusal(
            HARASSMENT,
            "Without a plate, a search looks at everyone who passed: it needs a warrant or an emergency.",
            "Enter a plate, or choose a basis.",
            field="basis",
        )
    return _are_stated(HARASSMENT, grounds, now)


def needs_warrant(query: SearchQuery, now: datetime) -> Setting[int] | None:
    """The law by which this search goes so far back that it needs a warrant or an emergency, if one does."""
    laws = (law for law in set_by("warrant_after_hours") if query.since < now - timedelta(hours=law.value))
    return next(laws, None)


def may_go_back(query: SearchQuery, grounds: Grounds, now: datetime) -> Decision:
    """Whether a search for older reads of a plate rests on a warrant or an emergency, where a law asks for it."""
    law = needs_warrant(query, now)
    if law is None:
        return Allow()
    if not grounds.basis:
        return Refusal(
            law.row,
            f"Reads from more than {law.value} hours ago need a warrant or an emergency ({law.law}).",
            "Enter the warrant, or begin later.",
            field="basis",
        )
    return _are_stated(law.row, grounds, now)


@enforces("6.a.ii.2/place")
def _are_stated(clause: str, grounds: Grounds, now: datetime) -> Decision:
    """Whether a warrant is named by its number, court and day, or an emergency is said."""
    refuse = partial(Refusal, clause)
    if grounds.basis == "exigency":
        if is_specific(grounds.text):
            return Allow()
        why = "Say who is in danger, and why there is no time for a warrant."
        return refuse("This does not say what the emergency is.", why, field="basis_text")
    if flaw(grounds.text.strip().upper().replace(" ", "-")):
        return refuse("This is not a warrant number.", "Enter it as the court wrote it.", field="basis_text")
    if not says_enough(grounds.court, NAME):
        return refuse("The court is missing.", "Enter which court issued the warrant.", field="warrant_court")
    if grounds.issued_on is None or grounds.issued_on > now.date():
        return refuse(
            "The day of the warrant is missing or in the future.",
            "Enter when it was issued.",
            field="warrant_on",
        )
    return Allow()


def is_narrow_enough(advice: str) -> Decision:
    """Whether the read store can narrow it. `advice`: what to change, if it would read everything."""
    return Refusal(REASON, "This search is too broad.", advice) if advice else Allow()


def may_send_again(*, same: bool) -> Decision:
    """Whether a form that made a search leads to it when it is sent again. `same`: it asks for the same, on the same
    grounds."""
    if same:
        return Allow()
    return Refusal(
        REASON,
        "This form was already used for another search.",
        "Press Search again to make this one, too.",
    )


@enforces("6.a.iii/required")
def has_form(number: str) -> Decision:
    """Whether it is worth asking CAD about this number."""
    if wrong := flaw(number):
        return Refusal(
            NUMBER,
            f"A search needs a CAD or case number, and “{number[:40]}” {wrong}.",
            "Give the number of the call or the case, as CAD shows it.",
            field="number",
        )
    return Allow()


@enforces("6.a.iii/known", "6.a.iii/outage")
def may_search_in(answer: NumberAnswer, *, urgent: bool) -> Decision:
    """Whether somebody may search in the case of this number. While CAD is away, only for urgent purposes."""
    if answer.standing in WORKABLE:
        return Allow()
    if answer.standing is NumberStanding.UNREACHABLE:
        if urgent:
            return Allow()
        return Refusal(
            NUMBER,
            f"The number could not be checked. {answer.detail}",
            "Try again in a few minutes. Until CAD answers, only urgent purposes can search.",
            field="number",
        )
    help = {
        NumberStanding.UNKNOWN: "Correct the number, or have dispatch open the call first.",
        NumberStanding.CLOSED: "Have it reopened if there is new work on it, or give the number of an open case.",
        NumberStanding.FOREIGN: "Have dispatch add your unit to it, or let a unit that is on it search.",
    }[answer.standing]
    return Refusal(NUMBER, answer.detail, help, field="number")


def state_of(facts: SearchFacts, now: datetime) -> SearchState:
    """The state of a search now."""
    if facts.decided and facts.decided[0] in ("refused", "withdrawn"):
        return SearchState(facts.decided[0])
    if facts.number not in WORKABLE and facts.number is not NumberStanding.UNREACHABLE:
        return SearchState.STOPPED
    if facts.ends_at <= now:
        return SearchState.ENDED
    return SearchState.WAITS if facts.braked and not facts.decided else SearchState.RUNS


@enforces("6.b.i.8/scope")
def may_run(state: SearchState, *, own: bool) -> Decision:
    """Whether the results may be shown to this person now."""
    if not own:
        return Refusal(
            SCOPE, "This is another person's search.", "Search under your own name, with your own reason."
        )
    decisions: dict[SearchState, Decision] = {
        SearchState.RUNS: Allow(),
        SearchState.WAITS: Refusal(HARASSMENT, NEEDS_APPROVAL, "You get a notice when it is decided."),
        SearchState.REFUSED: Refusal(
            HARASSMENT, "Your supervisor refused this search.", "Read why on its page."
        ),
        SearchState.WITHDRAWN: Refusal(REASON, "You withdrew this search.", "Search again."),
        SearchState.STOPPED: Refusal(
            NUMBER, "CAD did not confirm the number of this search.", "Read on its page what CAD said."
        ),
        SearchState.ENDED: Refusal(
            REASON, "This search has expired.", "Search again; your case is remembered."
        ),
    }
    return decisions[state]


def may_withdraw(state: SearchState, *, own: bool) -> Decision:
    """Whether this person may take back a search that waits."""
    if own and state is SearchState.WAITS:
        return Allow()
    return Refusal(REASON, "This search is no longer waiting for a decision.", "Reload its page.")
