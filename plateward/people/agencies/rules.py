"""When an outside agency is registered, consulted about, granted, refused or revoked, and what it may ask. Pure."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from plateward.core.decisions.rules import THOROUGH, may_review, must_say
from plateward.ground.labeled import Labeled
from plateward.ground.matching.normalize import fold
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.barred import may_leave_for
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES
from plateward.people import days
from plateward.people.agency_terms import DECLARED, GRANT, AgencyTerm, term_runs
from plateward.people.rules import not_signed

LONGEST = timedelta(days=365)  # of a grant, and of a declaration
MOST_DAYS_BACK, MOST_QUERIES = 365, 500
FEDERAL = "US"
ALIKE = (
    ("L", "1"),
    ("RN", "M"),
    ("VV", "W"),
    ("CL", "D"),
)  # beside what the folding of plates holds for alike
_refusal = partial(Refusal, GRANT)


class AgencyState(Labeled):
    """Of what an agency asked. ENDED: its time or its declaration's is over, or a later grant replaced it."""

    CONSULTED = "consulted", "The Chief has answered"
    DENIED = "denied", "Denied"
    ENDED = "ended", "Ended"
    GRANTED = "granted", "Granted"
    REVOKED = "revoked", "Revoked"
    WAITING = "waiting", "Waiting for the Chief"


@dataclass(frozen=True, kw_only=True)
class Scope(AgencyTerm):
    """What an agency may ask. `places`: names of districts; their readers' reads alone answer. Empty sets: nothing."""

    purposes: frozenset[str]
    offenses: frozenset[str]
    places: frozenset[str]
    days_back: int
    queries_a_day: int  # of all its people together
    images: bool


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: reads since when, of which districts, with images or not. `asked_today`: what its agency has
    asked this day."""

    purpose: str
    offense: str
    since: datetime
    places: frozenset[str]
    asked_today: int
    images: bool


@enforces("6.b.i.6/scope", "SB40.declare/registry", "SB40.share/purposes")
def may_ask(scope: Scope | None, question: Question, now: datetime) -> Decision:
    """Whether this is within what the agency may ask now. `scope`: as far as it is signed."""
    if scope is None:
        return not_signed("The access of your agency")
    running = term_runs(scope, now)
    if isinstance(running, Refusal):
        return running
    if question.purpose not in scope.purposes:
        return _beyond("this purpose", "purpose")
    if question.offense not in scope.offenses:
        return _beyond("this offense or event", "offense")
    if not question.places or not question.places <= scope.places:
        return _beyond("this part of the state", "units")
    if days.day_of(question.since) < days.day_of(now) - timedelta(days=scope.days_back):
        return _beyond(f"reads from more than {scope.days_back} days ago", "since")
    if question.asked_today >= scope.queries_a_day:
        return _refusal(
            f"Your agency has made its {scope.queries_a_day} searches of today.",
            "Search again tomorrow. If it cannot wait, ask Communications.",
        )
    if question.images and not scope.images:
        return _beyond("images", "")
    return Allow()


def _beyond(what: str, field: str) -> Refusal:
    return _refusal(
        f"The access of your agency does not include {what}.",
        "Your home page says what it includes. For more, your agency asks the ALPR administrator.",
        field=field,
    )


def skeleton(name: str) -> str:
    """What is left of a name of Latin letters when everything that looks alike is one; empty where letters of another
    script would remain."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name))
        if not unicodedata.combining(letter)
    )
    if any(letter.isalnum() and not letter.isascii() for letter in plain):
        return ""
    folded = fold(plain)
    for alike, one in ALIKE:
        folded = folded.replace(alike, one)
    return folded


@enforces("6.b.i.6/request", "SB40.declare/registry")
def may_register(name: str, ori: str, *, twin: str, ori_of: str) -> Decision:
    """Whether an agency may be registered. `twin`: the agency whose name looks the same; `ori_of`: whose ORI it is."""
    if not skeleton(name):
        return _refusal(
            "This name has letters that are not Latin, and may only look like another name.",
            "Type the name as it stands in the FBI's list of ORIs.",
            field="name",
        )
    if twin:
        return _refusal(
            f"This name looks like that of {twin}, which is registered.",
            "Use the agency that is registered, or enter the full name that sets this one apart.",
            field="name",
        )
    if ori_of:
        return _refusal(f"{ori} is the ORI of {ori_of}.", "Use that agency, or correct the ORI.", field="ori")
    if not (len(ori) == 9 and ori.isascii() and ori.isalnum() and ori.isupper()):
        return _refusal(
            f"“{ori[:20]}” is not an ORI.", "An ORI has nine letters and digits, as AZ0130000.", field="ori"
        )
    return Allow()


@enforces("6.b.i.6/request", "SB40.share/words", "SB40.share/purposes")
def may_request(what: str, purposes: Collection[str]) -> Decision:
    """Whether this is a request: for which purposes, all of which the law allows, and what for."""
    if isinstance(lawful := _are_lawful(purposes), Refusal):
        return lawful
    if isinstance(barred := may_leave_for(what, "what"), Refusal):
        return barred
    return must_say(
        GRANT,
        what,
        "It is not stated what the agency asks for.",
        "Say in a sentence what it looks for, and why its own sources are not enough.",
        "what",
    )


def _are_lawful(purposes: Collection[str]) -> Decision:
    if purposes and all(purpose in PURPOSES for purpose in purposes):
        return Allow()
    return Refusal(
        "SB40.share", "A purpose is missing, or is not lawful.", "Choose from the list.", field="purposes"
    )


@enforces("SB40.declare/registry", "SB40.share/purposes")
def may_declare(signed_by: str, purposes: Collection[str], begins: datetime, ends: datetime) -> Decision:
    """Whether this is a written declaration: purposes that the law allows, who signed it, and its term."""
    if isinstance(lawful := _are_lawful(purposes), Refusal):
        return lawful
    help = "Enter the name and title, as “Sheriff Lee Long”."
    signed = must_say(DECLARED, signed_by, "It is not stated who signed.", help, "signed_by", THOROUGH // 2)
    if isinstance(signed, Refusal):
        return signed
    if not begins < ends <= begins + LONGEST:
        return Refusal(
            DECLARED,
            "A declaration lasts at most a year, and ends after it begins.",
            "Correct its days; the agency declares again each year.",
            field="last_day",
        )
    return Allow()


@enforces("6.b.i.6/chief")
def may_consult(state: AgencyState, text: str, *, own: bool) -> Decision:
    """Whether the Chief's answer may be recorded: once, by the Chief's own account, before the decision."""
    if isinstance(review := _may_judge(own=own), Refusal):
        return review
    if state is not AgencyState.WAITING:
        return _refusal("The Chief's answer to this request is on record.", "See it on the agency's page.")
    return must_say(GRANT, text, "The answer gives no reason.", "Say in a sentence why.")


def _may_judge(*, own: bool) -> Decision:
    return may_review(
        GRANT,
        "request for an agency",
        own=own,
        assigned=True,
        with_whom="Somebody else must who did not enter it.",
    )


@enforces("6.b.i.6/request", "6.b.i.6/chief")
def may_decide(state: AgencyState, reason: str, *, own: bool) -> Decision:
    """Whether the administrator may grant or deny it: never what they entered, once, after the Chief's answer."""
    if isinstance(review := _may_judge(own=own), Refusal):
        return review
    if state is AgencyState.WAITING:
        return _refusal(
            "The Chief has not been consulted on this request yet.", "It is on the Chief's home page."
        )
    if state is not AgencyState.CONSULTED:
        return _refusal("This request was already decided.", "See the decision on the agency's page.")
    return must_say(GRANT, reason, "The decision has no reason.", "Say in a sentence why.", "reason")


@enforces("6.b.i.6/scope", "SB40.declare/registry", "SB40.share/purposes")
def may_grant(
    scope: Scope, requested: Collection[str], *, declared: Collection[str] | None, now: datetime
) -> Decision:
    """Whether an agency may get this scope. `requested`, `declared`: purposes; None: it needs no declaration."""
    if not (scope.purposes and scope.offenses <= OFFENSES.keys() and scope.offenses and scope.places):
        return _refusal(
            "The scope is not complete.", "Choose purposes, offenses and districts.", field="offenses"
        )
    if not scope.purposes <= frozenset(requested):
        return _refusal(
            "The agency did not ask for all of these purposes.", "Choose from these.", field="purposes"
        )
    if declared is not None and (scope.declaration_ends is None or not scope.purposes <= frozenset(declared)):
        return Refusal(
            DECLARED,
            "An agency of another state needs a written declaration in force for each of these purposes.",
            "Record its declaration first, or choose fewer purposes.",
            field="purposes",
        )
    if not 1 <= scope.days_back <= MOST_DAYS_BACK:
        return _refusal(f"Between 1 and {MOST_DAYS_BACK} days.", "Correct the number.", field="days_back")
    if not 1 <= scope.queries_a_day <= MOST_QUERIES:
        return _refusal(
            f"Between 1 and {MOST_QUERIES} searches.", "Correct the number.", field="queries_a_day"
        )
    if not now < scope.ends <= now + LONGEST:
        return _refusal(
            "Access lasts at most a year.", "Choose an earlier last day, from today on.", field="last_day"
        )
    if scope.declaration_ends is not None and scope.ends > scope.declaration_ends:
        return Refusal(
            DECLARED,
            "Access cannot last longer than the declaration of the agency.",
            "Choose a last day within its term.",
            field="last_day",
        )
    return Allow()


@enforces("6.b.i.6/scope")
def may_revoke(state: AgencyState, reason: str) -> Decision:
    """Whether this access may be revoked: while it is in force, with a reason."""
    if state is not AgencyState.GRANTED:
        return _refusal("This access is not in force.", "There is nothing to revoke.")
    return must_say(
        GRANT, reason, "The revocation has no reason.", "Say in a sentence what happened.", "reason"
    )


@dataclass(frozen=True)
class Recipient:
    """An agency on the register to which something is given by hand, by its ORI; the keys of its grant and its
    declaration in force, whether that grant is signed, and why none gets anything now (agency_grants.py)."""

    ori: str
    needs_declaration: bool
    declaration: int | None = None
    grant: int | None = None
    signed: bool = False
    closed: Refusal | None = None


@enforces("SB40.declare/registry", "6.b.i.6/scope", "AC-4/flow", "AC-4/given")
def may_disclose_to(recipient: Recipient | None) -> Decision:
    """Whether something may be given by hand to another agency: to one on the register that has access in force, as
    signed; to one of another state only with a declaration in force."""
    if recipient is None:
        return _refusal(
            "It is not stated which agency gets this.",
            "Choose it. The ALPR administrator registers an agency that is missing.",
            field="agency",
        )
    if recipient.closed:
        return recipient.closed
    if recipient.needs_declaration and recipient.declaration is None:
        return Refusal(
            DECLARED,
            "This agency of another state has no written declaration in force.",
            "Have it send one to the ALPR administrator first.",
            field="agency",
        )
    if recipient.grant is None:
        return _refusal(
            "This agency has no access in force.",
            "It asks the ALPR administrator for it; the Chief is consulted first.",
            field="agency",
        )
    return Allow() if recipient.signed else not_signed("The access of this agency", "agency")
